/**
 * Stops this job as Ctrl-Z does, until the shell continues it. The whole process group stops, so
 * that a shell that waits for `deno task` notices. The terminal must have been restored.
 *
 * @returns Resolves when the job goes on; at once where nothing can continue it.
 */
export async function suspendJob(): Promise<void> {
  if (Deno.build.os === "windows") return;
  const command = new Deno.Command("kill", {
    args: ["-TSTP", "0"],
    stdin: "null",
    stdout: "null",
    stderr: "null",
  });
  try {
    // The command belongs to the group: it stops too, and ends when the group goes on.
    await command.output();
  } catch {
    // Without the command `kill` there is no suspending; the program just goes on.
  }
}
