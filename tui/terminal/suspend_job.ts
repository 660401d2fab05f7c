/**
 * Tells whether this job can be stopped as Ctrl-Z does: only where a shell with job control has
 * made a process group for it and can continue it. The leader of a session, as in a container, would
 * stop for ever.
 *
 * @returns False too where there is no `ps` to find out.
 */
export async function canSuspendJob(): Promise<boolean> {
  const text = await run("ps", ["-o", "pgid=,sid=", "-p", String(Deno.pid)]);
  const [group, session] = text?.trim().split(/\s+/) ?? [];
  return group !== undefined && session !== undefined && group !== session;
}

/**
 * Stops this job until the shell continues it. The terminal must have been restored. The whole
 * process group stops: `deno task`, which the shell waits for, ignores the gentler SIGTSTP.
 *
 * @returns Resolves when the job goes on.
 */
export async function suspendJob(): Promise<void> {
  // The command belongs to the group: it stops too, and ends when the group goes on.
  await run("kill", ["-STOP", "0"]);
}

async function run(program: string, args: readonly string[]): Promise<string | undefined> {
  try {
    const command = new Deno.Command(program, { args: [...args], stdin: "null", stderr: "null" });
    return new TextDecoder().decode((await command.output()).stdout);
  } catch {
    // Without the program there is no suspending; the client just goes on.
    return undefined;
  }
}
