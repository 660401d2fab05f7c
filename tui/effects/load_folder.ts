import { resolve } from "node:path";
import type { Effect } from "../model/effect.ts";
import type { PaneEntry, Side } from "../model/pane.ts";
import { type EffectContext, reasonOf } from "./effect_context.ts";
import { readLocalFolder } from "./read_local_folder.ts";

/** Reads folders of both sides; a newer wish for a side ends the older one. */
export class FolderLoader {
  readonly #context: EffectContext;
  readonly #loads = new Map<Side, AbortController>();

  /** @param context What effects share. */
  constructor(context: EffectContext) {
    this.#context = context;
  }

  /** Answers `folderLoaded` or `folderFailed`; nothing when a newer load of that side came. */
  async load(effect: Extract<Effect, { kind: "loadFolder" }>): Promise<void> {
    const { side, loadId } = effect;
    const { post } = this.#context;
    const stop = new AbortController();
    this.#loads.get(side)?.abort();
    this.#loads.set(side, stop);
    const folder = side === "local" ? resolve(effect.folder) : effect.folder;
    try {
      const entries = side === "local"
        ? await readLocalFolder(folder, stop.signal)
        : await this.#list(folder, stop.signal);
      if (!stop.signal.aborted) post({ kind: "folderLoaded", side, loadId, folder, entries });
    } catch (error) {
      if (stop.signal.aborted) return;
      post({ kind: "folderFailed", side, loadId, folder, reason: reasonOf(error) });
    }
  }

  /** Ends all loads. */
  stop(): void {
    for (const stop of this.#loads.values()) stop.abort();
  }

  async #list(folder: string, signal: AbortSignal): Promise<readonly PaneEntry[]> {
    return await Array.fromAsync(this.#context.client.list(folder, { signal }));
  }
}
