import { escapeText } from "#protocol/escape_text.ts";
import { joinRemotePath } from "#protocol/remote_path.ts";
import { deleteLocal } from "../../trees/delete_local.ts";
import type { SyncStep } from "../../trees/plan_sync.ts";
import type { ClientApi } from "../client_api.ts";
import type { SyncSides } from "../commands/sync.ts";
import type { CommandRun } from "../context.ts";
import type { SyncFlags } from "../tree_routes.ts";

/** Deletes what a sync's plan lists: on the server into the trash, here for good. */
export class SyncDeletes {
  readonly #run: CommandRun<SyncFlags>;
  readonly #client: ClientApi;
  readonly #sides: SyncSides;

  /**
   * @param run The command under way.
   * @param client Deletes on the server.
   * @param sides What the plan was made from.
   */
  constructor(run: CommandRun<SyncFlags>, client: ClientApi, sides: SyncSides) {
    this.#run = run;
    this.#client = client;
    this.#sides = sides;
  }

  /** Carries out, or prints, the deletes among some steps. */
  async run(steps: readonly SyncStep[]): Promise<void> {
    const { report, flags, environment: { signal } } = this.#run;
    for (const step of steps) {
      if (step.kind !== "delete") continue;
      if (signal.aborted) return;
      const { path } = step;
      const record = { name: path, action: "delete", kind: step.entry.kind };
      const shown = escapeText(path) + (step.entry.kind === "folder" ? "/" : "");
      if (flags.dryRun) {
        report.result({ ...record, dryRun: true }, `would delete ${shown}`);
        continue;
      }
      try {
        const done = await this.#delete(step);
        report.result({ ...record, ...done }, `deleted ${shown}`);
      } catch (error) {
        report.failure(error, path);
      }
    }
  }

  async #delete(
    step: Extract<SyncStep, { kind: "delete" }>,
  ): Promise<{ readonly trashId?: string | undefined }> {
    const { remoteFolder } = this.#sides;
    const { signal } = this.#run.environment;
    if (!this.#run.flags.fromServer) {
      return await this.#client.delete(joinRemotePath(remoteFolder, step.path), { signal });
    }
    await this.#deleteHere(step);
    return {};
  }

  /** A folder is emptied of what the plan saw in it, and goes when nothing else is left. */
  async #deleteHere(step: Extract<SyncStep, { kind: "delete" }>): Promise<void> {
    const { localFolder, local } = this.#sides;
    const below = [...local.entries.values()]
      .filter(({ path }) => path.startsWith(`${step.path}/`))
      .sort((a, b) => a.path < b.path ? 1 : -1);
    for (const { path, kind } of [...below, step.entry]) {
      if (kind === "file" || kind === "folder") await deleteLocal(localFolder, path, kind);
    }
  }
}
