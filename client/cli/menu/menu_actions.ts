import type { Prompter } from "../prompt/prompter.ts";

/** Gives the names in a folder of the server; undefined when it cannot be listed. */
export type ListNames = () => Promise<readonly string[] | undefined>;

/** What a menu's entry needs to ask for what is missing. */
export interface MenuTools {
  readonly prompter: Prompter;
  /** Files and folders in the server's root. */
  readonly listNames: ListNames;
}

/** One command of the menu. */
export interface MenuAction {
  readonly label: string;
  /**
   * Asks for what the command needs.
   *
   * @returns The command line, or undefined when the person changed their mind.
   */
  ask(tools: MenuTools): Promise<readonly string[] | undefined>;
}

/** Most names that are offered by number; longer lists are typed. */
const MAX_OFFERED = 40;

/** The menu, in the order of its numbers. */
export const menuActions: readonly MenuAction[] = [
  { label: "upload a file or folder", ask: askUpload },
  { label: "download files", ask: ({ prompter, listNames }) => askDownload(prompter, listNames) },
  { label: "list the files on the server", ask: () => Promise.resolve(["list", "--long"]) },
  { label: "show one file's size, time and digests", ask: (tools) => askOne(tools, "stat") },
  { label: "rename or move", ask: askRename },
  { label: "delete", ask: askDelete },
  { label: "make a folder", ask: askMkdir },
  { label: "server status", ask: () => Promise.resolve(["status"]) },
  { label: "search for names", ask: askSearch },
  { label: "look at the beginning of a file", ask: (tools) => askOne(tools, "preview") },
  { label: "checksum of a file", ask: (tools) => askOne(tools, "checksum") },
  { label: "make a folder of the server like a local one", ask: askSync },
  { label: "what is in the trash", ask: () => Promise.resolve(["trash", "list"]) },
  { label: "bring something back from the trash", ask: askRestore },
  { label: "what was done on the server", ask: () => Promise.resolve(["history"]) },
];

async function askSearch({ prompter }: MenuTools): Promise<readonly string[] | undefined> {
  const pattern = await prompter.input("Part of a name, or a pattern such as *.txt");
  return pattern === undefined ? undefined : ["search", "--", pattern];
}

async function askSync({ prompter }: MenuTools): Promise<readonly string[] | undefined> {
  const local = await prompter.input("Local folder");
  const remote = local === undefined ? undefined : await prompter.input("Folder on the server");
  return local === undefined || remote === undefined ? undefined : ["sync", "--", local, remote];
}

async function askRestore({ prompter }: MenuTools): Promise<readonly string[] | undefined> {
  const id = await prompter.input("Id, as the list of the trash shows it");
  return id === undefined ? undefined : ["trash", "restore", "--", id];
}

async function askUpload({ prompter }: MenuTools): Promise<readonly string[] | undefined> {
  const name = await prompter.input("Local file or folder");
  return name === undefined ? undefined : ["upload", "--recursive", "--", name];
}

async function askDownload(
  prompter: Prompter,
  listNames: ListNames,
): Promise<readonly string[] | undefined> {
  const names = await chooseNames({ prompter, listNames }, "Which files?");
  return names === undefined ? undefined : ["download", "--recursive", "--", ...names];
}

async function askOne(
  { prompter, listNames }: MenuTools,
  command: string,
): Promise<readonly string[] | undefined> {
  const name = await chooseName({ prompter, listNames }, "Which one?");
  return name === undefined ? undefined : [command, "--", name];
}

async function askRename(tools: MenuTools): Promise<readonly string[] | undefined> {
  const from = await chooseName(tools, "Rename which one?");
  const to = from === undefined ? undefined : await tools.prompter.input("New name");
  return from === undefined || to === undefined ? undefined : ["rename", "--", from, to];
}

// The command itself asks whether it is meant.
async function askDelete(tools: MenuTools): Promise<readonly string[] | undefined> {
  const names = await chooseNames(tools, "Delete which ones?");
  return names === undefined ? undefined : ["delete", "--", ...names];
}

async function askMkdir({ prompter }: MenuTools): Promise<readonly string[] | undefined> {
  const name = await prompter.input("Name of the new folder");
  return name === undefined ? undefined : ["mkdir", "--", name];
}

async function chooseName(
  { prompter, listNames }: MenuTools,
  title: string,
): Promise<string | undefined> {
  const names = await offeredNames(listNames);
  if (names === undefined) return await prompter.input("File or folder on the server");
  const index = await prompter.select(title, names, "none of them");
  return index === undefined ? undefined : names[index];
}

async function chooseNames(
  { prompter, listNames }: MenuTools,
  title: string,
): Promise<readonly string[] | undefined> {
  const names = await offeredNames(listNames);
  if (names === undefined) {
    const name = await prompter.input("File or folder on the server");
    return name === undefined ? undefined : [name];
  }
  const indexes = await prompter.checkbox(title, names);
  return indexes?.flatMap((index) => names[index] ?? []);
}

async function offeredNames(listNames: ListNames): Promise<readonly string[] | undefined> {
  const names = await listNames();
  return names === undefined || names.length === 0 || names.length > MAX_OFFERED
    ? undefined
    : names;
}
