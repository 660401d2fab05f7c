import * as v from "valibot";
import { readProjectFile } from "./project_files.ts";

const TaskSchema = v.union([v.string(), v.object({ command: v.optional(v.string(), "") })]);
const ConfigSchema = v.object({
  imports: v.record(v.string(), v.string()),
  tasks: v.optional(v.record(v.string(), TaskSchema), {}),
});

/** What tests look at in deno.json. */
export interface ProjectConfig {
  readonly imports: Readonly<Record<string, string>>;
  /** Commands by the task's name. */
  readonly tasks: Readonly<Record<string, string>>;
}

/** Reads deno.json. */
export async function readProjectConfig(): Promise<ProjectConfig> {
  const config = v.parse(ConfigSchema, JSON.parse(await readProjectFile("deno.json")));
  const tasks = Object.entries(config.tasks).map(([name, task]) =>
    [name, typeof task === "string" ? task : task.command] as const
  );
  return { imports: config.imports, tasks: Object.fromEntries(tasks) };
}

/**
 * Gives the arguments of the `deno run` that a task stands for, so that tests run what users run.
 *
 * @param name The task's name.
 * @returns Arguments for `deno`, from `run` to the program's own.
 * @throws {Error} When there is no such task or it is more than one plain `deno run`.
 */
export async function taskArguments(name: string): Promise<string[]> {
  const command = (await readProjectConfig()).tasks[name];
  if (command === undefined) throw new Error(`Cannot run task "${name}": deno.json has none`);
  const words = [...command.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)]
    .map(([, double, single, bare]) => double ?? single ?? bare ?? "");
  if (words[0] !== "deno" || words[1] !== "run" || /[;&|<>$`]/.test(command)) {
    throw new Error(`Cannot run task "${name}": it is not one plain deno run: ${command}`);
  }
  return words.slice(1);
}
