import { nextTurn } from "./next_turn.ts";

/** Items between two looks at messages: looking at so many on the disk takes some 20 ms. */
const TURN_ITEMS = 500;

/**
 * Gives items one by one, and lets pending messages have their turn now and then: who goes through a hundred thousand
 * without must not look as if it hung.
 *
 * @param items Any number.
 */
export async function* inTurns<T>(items: Iterable<T>): AsyncGenerator<T, void, void> {
  let seen = 0;
  for (const item of items) {
    yield item;
    if (++seen % TURN_ITEMS === 0) await nextTurn();
  }
}
