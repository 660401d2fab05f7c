import { join } from "node:path";
import type { SeededRandom } from "#tests/support/seeded_random.ts";
import { LostAnswer, type StormTarget } from "./storm_target.ts";
import { bytesOf, settleWorld, type StormWorld, type Tag } from "./storm_world.ts";
import { pick } from "../fuzz/case_random.ts";

const NAMES = ["a", "b", "c", "d", "e"];

/** What a lane did. */
export interface LaneCounts {
  acknowledged: number;
  lost: number;
  resumed: number;
}

/** How long a lane works, and who hears of it. */
export interface LaneRun {
  readonly goesOn: () => boolean;
  readonly onAnswer: () => void;
}

/** What was asked, as the history tells it. */
export interface Attempt {
  readonly operation: string;
  readonly path: string;
  readonly target?: string | undefined;
  readonly isAnswered?: boolean;
}

/** Shows what was asked, the same for a lane and for the history. */
export function attemptText({ operation, path, target }: Attempt): string {
  return `${operation} of ${path}${target === undefined ? "" : ` to ${target}`}`;
}

interface Step {
  readonly attempt: Attempt;
  readonly act: (target: StormTarget) => Promise<StormWorld>;
  /** What is there if it happens and nobody hears of it. */
  readonly lost: StormWorld;
  readonly upload?: Upload;
}

interface Upload {
  readonly name: string;
  readonly tag: Tag;
}

/** One user with a folder of its own: asks one thing after the other, and knows what must be there. */
export class StormLane {
  readonly counts: LaneCounts = { acknowledged: 0, lost: 0, resumed: 0 };
  readonly attempts: Attempt[] = [];
  readonly #root: string;
  readonly #folder: string;
  readonly #local: string;
  readonly #random: SeededRandom;
  #world: StormWorld = { files: new Map(), trash: new Map() };
  #lost: StormWorld | undefined;
  /** An upload that did not end and is gone on with first. */
  #unfinished: Upload | undefined;
  #lastTag: Tag;

  /**
   * @param root The served folder.
   * @param folder Its folder in root, which must be there.
   * @param local A file for what it uploads.
   * @param random Where choices come from.
   * @param firstTag Beginning of the tags that no other lane uses.
   */
  constructor(root: string, folder: string, local: string, random: SeededRandom, firstTag: Tag) {
    this.#root = root;
    this.#folder = folder;
    this.#local = local;
    this.#random = random;
    this.#lastTag = firstTag;
  }

  /** Works until an answer is lost or there is nothing more to do. */
  async run(target: StormTarget, { goesOn, onAnswer }: LaneRun): Promise<void> {
    while (goesOn()) {
      const step = await this.#nextStep();
      try {
        await this.#take(step, target);
        this.counts.acknowledged++;
        onAnswer();
      } catch (error) {
        if (!(error instanceof LostAnswer)) throw error;
        this.counts.lost++;
        this.#lost = step.lost;
        this.#unfinished = step.upload;
        return;
      }
    }
  }

  /** Looks at the disk: what is there must be what was acknowledged, with or without what was lost. */
  async settle(): Promise<void> {
    const worlds = this.#lost === undefined ? [this.#world] : [this.#lost, this.#world];
    const world = await settleWorld(this.#root, this.#folder, worlds);
    if (this.#lost !== undefined && world !== this.#world) this.#unfinished = undefined;
    this.#world = world;
    this.#lost = undefined;
  }

  /** Brings an upload to its end that a kill has interrupted. */
  async finishUpload(target: StormTarget): Promise<void> {
    const upload = this.#unfinished;
    if (upload === undefined) return;
    this.#unfinished = undefined;
    await this.#take(this.#uploadStep(upload), target);
  }

  /** Ids of what it has in the trash. */
  get trash(): readonly string[] {
    return [...this.#world.trash.keys()];
  }

  async #take(step: Step, target: StormTarget): Promise<void> {
    const place = this.attempts.push(step.attempt) - 1;
    this.#world = await step.act(target);
    this.attempts[place] = { ...step.attempt, isAnswered: true };
  }

  async #nextStep(): Promise<Step> {
    if (this.#unfinished !== undefined) {
      const upload = this.#unfinished;
      this.#unfinished = undefined;
      return this.#uploadStep(upload);
    }
    const random = this.#random;
    const there = [...this.#world.files.keys()];
    const free = NAMES.filter((name) => !there.includes(name));
    const gone = [...this.#world.trash.keys()];
    const kind = random.between(0, 10);
    if (kind < 2 && there.length > 0 && free.length > 0) {
      return this.#renameStep(pick(random, there), pick(random, free));
    }
    if (kind < 4 && there.length > 0) return this.#removeStep(pick(random, there));
    if (kind < 5 && gone.length > 0) {
      const step = this.#restoreStep(pick(random, gone));
      if (step !== undefined) return step;
    }
    const upload = { name: pick(random, NAMES), tag: ++this.#lastTag };
    await Deno.writeFile(this.#local, bytesOf(upload.tag));
    return this.#uploadStep(upload);
  }

  #uploadStep(upload: Upload): Step {
    const { name, tag } = upload;
    const { files, trash } = this.#world;
    const after = { files: new Map([...files, [name, tag]]), trash };
    return {
      attempt: { operation: "upload", path: this.#path(name) },
      upload,
      lost: after,
      act: async (target) => {
        const policy = files.has(name) ? "overwrite" : "error";
        const from = await target.upload(this.#local, this.#path(name), policy);
        if (from > 0) this.counts.resumed++;
        return after;
      },
    };
  }

  #renameStep(from: string, to: string): Step {
    const { files, trash } = this.#world;
    const tag = files.get(from) ?? 0;
    const after = { files: new Map([...without(files, from), [to, tag]]), trash };
    return {
      attempt: { operation: "rename", path: this.#path(from), target: this.#path(to) },
      lost: after,
      act: async (target) => {
        await target.rename(this.#path(from), this.#path(to));
        return after;
      },
    };
  }

  #removeStep(name: string): Step {
    const tag = this.#world.files.get(name) ?? 0;
    const { trash } = this.#world;
    const files = without(this.#world.files, name);
    const path = this.#path(name);
    return {
      attempt: { operation: "delete", path },
      lost: { files, trash, lostDelete: { path, tag } },
      act: async (target) => {
        const id = await target.remove(path);
        this.#names.set(id, name);
        return { files, trash: new Map([...trash, [id, tag]]) };
      },
    };
  }

  /** Where the entries of the trash were, as far as it was told their ids. */
  readonly #names = new Map<string, string>();

  #restoreStep(id: string): Step | undefined {
    const { files, trash } = this.#world;
    const name = this.#names.get(id);
    if (name === undefined || files.has(name)) return undefined;
    const after = {
      files: new Map([...files, [name, trash.get(id) ?? 0]]),
      trash: without(trash, id),
    };
    return {
      attempt: { operation: "restore", path: this.#path(name) },
      lost: after,
      act: async (target) => {
        await target.restore(id);
        return after;
      },
    };
  }

  #path(name: string): string {
    return join(this.#folder, name);
  }
}

function without<V>(map: ReadonlyMap<string, V>, key: string): Map<string, V> {
  const copy = new Map(map);
  copy.delete(key);
  return copy;
}
