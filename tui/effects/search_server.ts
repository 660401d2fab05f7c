import type { Effect } from "../model/effect.ts";
import type { FoundRow } from "../model/dialog.ts";
import { type EffectContext, reasonOf } from "./effect_context.ts";
import { PostSoon } from "./post_soon.ts";

/** Most entries of one search. */
export const MOST_FOUND = 2000;
const POST_EVERY_MS = 150;

/** Searches below a folder of the server; one search at a time. */
export class ServerSearch {
  readonly #context: EffectContext;
  #stop = new AbortController();

  /** @param context What effects share. */
  constructor(context: EffectContext) {
    this.#context = context;
  }

  /** Ends the search that runs, without an answer. */
  stop(): void {
    this.#stop.abort();
    this.#stop = new AbortController();
  }

  /** Answers `found` a few times a second, then `searchEnded`. A search that runs already ends. */
  async run({ searchId, folder, pattern }: Extract<Effect, { kind: "search" }>): Promise<void> {
    this.stop();
    const { signal } = this.#stop;
    const { client, post } = this.#context;
    let found: FoundRow[] = [];
    let isCut = false;
    let reason: string | undefined;
    const soon = new PostSoon(() => {
      post({ kind: "found", searchId, entries: found });
      found = [];
    }, POST_EVERY_MS);
    const onCut = (): void => {
      isCut = true;
    };
    try {
      const wanted = pattern === "" ? undefined : pattern;
      const options = { pattern: wanted, limit: MOST_FOUND, signal, onCut };
      for await (const entry of client.find(folder, options)) {
        if (signal.aborted) break;
        found.push(entry);
        soon.note();
      }
    } catch (error) {
      reason = reasonOf(error);
    }
    if (signal.aborted) return soon.drop();
    soon.now();
    post({ kind: "searchEnded", searchId, isCut, reason });
  }
}
