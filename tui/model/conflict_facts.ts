/** What tells one of two files from the other. */
export interface FileFacts {
  readonly sizeBytes: number;
  /** Milliseconds since 1970. */
  readonly modifiedAtMs: number;
}

/** The two files that want one name; undefined is what could not be found out. */
export interface ConflictFacts {
  readonly local: FileFacts | undefined;
  readonly server: FileFacts | undefined;
}
