/** The error of a client whose stream ended in the middle of a frame. */
export function endedInsideFrame(): Error {
  return new Deno.errors.UnexpectedEof("the stream ended inside a frame");
}

/** Whether an error says that a connection is lost, by no fault of the server. */
export function isSocketError(error: unknown): boolean {
  return error instanceof Deno.errors.ConnectionReset || error instanceof Deno.errors.Interrupted ||
    error instanceof Deno.errors.BadResource || error instanceof Deno.errors.BrokenPipe ||
    error instanceof Deno.errors.TimedOut || error instanceof Deno.errors.ConnectionAborted ||
    error instanceof Deno.errors.UnexpectedEof ||
    error instanceof Deno.errors.NetworkUnreachable || isUnreachableHost(error) ||
    // A record that the keys of an encrypted connection do not open.
    error instanceof Deno.errors.InvalidData;
}

/** Deno has a class of its own for a network that cannot be reached, and none for a host. */
function isUnreachableHost(error: unknown): boolean {
  return error instanceof Error && "code" in error &&
    (error.code === "EHOSTUNREACH" || error.code === "EHOSTDOWN");
}

/** What an error says, for the log. */
export function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
