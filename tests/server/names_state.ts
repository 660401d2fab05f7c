import { join } from "node:path";
import type { Held, NamesState } from "./serial_order.ts";

/**
 * Reads what is really on the disk.
 *
 * @param root Folder of a server.
 * @param textOf What stands for the text of a file.
 */
export function readNamesState(
  root: string,
  textOf: (text: string) => Held = (text) => text,
): NamesState {
  const readHeld = (path: string): Held =>
    Deno.lstatSync(path).isDirectory ? "/" : textOf(Deno.readTextFileSync(path));
  const trash = join(root, ".sluice", "trash");
  const ids = [...Deno.readDirSync(trash)].map(({ name }) => name);
  return {
    names: new Map(
      [...Deno.readDirSync(root)].filter(({ name }) => name !== ".sluice")
        .map(({ name }) => [name, readHeld(join(root, name))]),
    ),
    trash: new Map(ids.map((id) => [id, readHeld(join(trash, id, "entry"))])),
  };
}

/** The same in a form that a failed assertion can show. */
export function shownState({ names, trash }: NamesState): unknown {
  return { names: Object.fromEntries(names), trash: Object.fromEntries(trash) };
}
