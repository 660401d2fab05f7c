/** Names that complete an argument, asked for by a shell's Tab key. */
export interface CompletionSource {
  /**
   * Gives remote names that begin with what was typed.
   *
   * @param partial What was typed of the argument.
   * @param kind Folders alone, or everything.
   * @returns Whole arguments; folders end in a slash. Empty when the server does not answer in time.
   */
  remoteNames(partial: string, kind: "any" | "folder"): Promise<readonly string[]>;
  /** Gives ids of the server's trash that begin with what was typed. */
  trashIds(partial: string): Promise<readonly string[]>;
  /** Leaves the argument to the shell, which knows local names, `~` and its own quoting. */
  leaveToShell(kind: "any" | "folder"): void;
}
