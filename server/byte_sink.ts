/** Where bytes go: a socket, or a test's array. */
export interface ByteSink {
  /** Writes at least one byte and says how many. */
  write(bytes: Uint8Array): Promise<number>;
}
