/** A terminal that does not show what is typed, for as long as it is hidden. */
export class HiddenInput implements Disposable {
  #isHidden = false;
  readonly #onResume = (): void => this.#apply(true);

  /** Hides what is typed from now on. Ctrl-C stays a signal. */
  hide(): void {
    if (this.#isHidden) return;
    this.#isHidden = true;
    this.#apply(true);
    // After Ctrl-Z the shell has put the terminal back to what it was.
    if (Deno.build.os !== "windows") Deno.addSignalListener("SIGCONT", this.#onResume);
  }

  /** Shows it again. Idempotent, and for every way out. */
  [Symbol.dispose](): void {
    if (!this.#isHidden) return;
    this.#isHidden = false;
    if (Deno.build.os !== "windows") Deno.removeSignalListener("SIGCONT", this.#onResume);
    this.#apply(false);
  }

  #apply(isRaw: boolean): void {
    try {
      Deno.stdin.setRaw(isRaw, { cbreak: isRaw && Deno.build.os !== "windows" });
    } catch {
      // The terminal itself is gone: nothing is shown there, and nothing is left to put back.
    }
  }
}
