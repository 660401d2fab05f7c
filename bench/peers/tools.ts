import type { Command, Processes } from "./processes.ts";

/** A program of a peer. */
interface Tool {
  /** Debian's package. */
  readonly package: string;
  /** Prints the version, in its first line that has a digit; vsftpd has no way of its own. */
  readonly version: Command;
}

const TOOLS = {
  nginx: { package: "nginx-light", version: ["nginx", "-v"] },
  rsync: { package: "rsync", version: ["rsync", "--version"] },
  vsftpd: { package: "vsftpd", version: ["dpkg-query", "-W", "vsftpd"] },
  sshd: { package: "openssh-server", version: ["sshd", "-V"] },
  scp: { package: "openssh-client", version: ["ssh", "-V"] },
  iperf3: { package: "iperf3", version: ["iperf3", "--version"] },
  curl: { package: "curl", version: ["curl", "--version"] },
  python3: { package: "python3", version: ["python3", "--version"] },
} as const satisfies Readonly<Record<string, Tool>>;

/** Name of a program that peers are made of. */
export type ToolName = keyof typeof TOOLS;

/** Programs that are there: their paths, and versions for people. */
export interface Tools {
  /** Absolute path. @throws {Error} When it is missing: ask {@linkcode missingOf} first. */
  path(name: ToolName): string;
  readonly versions: readonly string[];
  has(name: ToolName): boolean;
}

/** Folders that a plain user's PATH may leave out although servers are there. */
const SYSTEM_FOLDERS = ["/usr/sbin", "/usr/local/sbin", "/sbin"];
const INSTALL_DEADLINE_MS = 300_000;

/** Looks which programs are there. */
export async function findTools(): Promise<Tools> {
  const folders = [...(Deno.env.get("PATH") ?? "").split(":"), ...SYSTEM_FOLDERS];
  const paths = new Map<ToolName, string>();
  const versions: string[] = [];
  for (const name of Object.keys(TOOLS) as ToolName[]) {
    const path = await findProgram(folders, name);
    if (path === undefined) continue;
    paths.set(name, path);
    if (name !== "sshd") versions.push(await versionOf(folders, name));
  }
  return {
    versions,
    has: (name) => paths.has(name),
    path: (name) => {
      const path = paths.get(name);
      if (path === undefined) throw new Error(`${name} is not installed`);
      return path;
    },
  };
}

/**
 * Installs what is missing with Debian's apt-get, without starting any service.
 *
 * @throws {Error} When this is not root, or apt-get fails.
 */
export async function installTools(processes: Processes, tools: Tools): Promise<void> {
  const missing = (Object.keys(TOOLS) as ToolName[]).filter((name) => !tools.has(name));
  if (missing.length === 0) return;
  if (Deno.uid() !== 0) throw new Error("Cannot install peers: --install needs root");
  // Packages of services ask for the run level, and start nothing in single-user mode.
  const env = { DEBIAN_FRONTEND: "noninteractive", RUNLEVEL: "1" };
  const options = { env, deadlineMs: INSTALL_DEADLINE_MS };
  await processes.run(["apt-get", "update", "-q"], options);
  const packages = missing.map((name) => TOOLS[name].package);
  const install = ["install", "-y", "-q", "--no-install-recommends", ...packages];
  await processes.run(["apt-get", ...install], options);
}

/**
 * Says what keeps a peer from being measured.
 *
 * @returns `not installed: NAME`, or `undefined` when nothing does.
 */
export function missingOf(tools: Tools, names: readonly ToolName[]): string | undefined {
  const missing = names.filter((name) => !tools.has(name));
  return missing.length === 0 ? undefined : `not installed: ${missing.join(", ")}`;
}

async function findProgram(
  folders: readonly string[],
  name: string,
): Promise<string | undefined> {
  for (const folder of folders) {
    try {
      const path = `${folder}/${name}`;
      if (folder !== "" && (await Deno.stat(path)).isFile) return path;
    } catch {
      // Not in this folder.
    }
  }
}

async function versionOf(
  folders: readonly string[],
  name: ToolName,
): Promise<string> {
  const [command, ...args] = TOOLS[name].version;
  const program = await findProgram(folders, command);
  if (program === undefined) return name;
  const { stdout, stderr } = await new Deno.Command(program, { args, stdin: "null" }).output();
  const text = new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
  const line = text.split("\n").find((line) => /\d/.test(line)) ?? name;
  return `${name} ${/\d+(\.\w+)+/.exec(line)?.[0] ?? "of an unknown version"}`;
}
