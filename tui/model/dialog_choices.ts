import type { ConflictPolicy } from "#protocol/requests.ts";

/** One answer to a conflict. */
export interface ConflictChoice {
  /** The key that gives it at once. */
  readonly key: string;
  readonly label: string;
  readonly policy: Exclude<ConflictPolicy, "error">;
  /** Whether it holds for all further conflicts of the batch. */
  readonly isForAll: boolean;
}

/** The answers to a conflict, in the order in which the dialog lists them. */
export const CONFLICT_CHOICES: readonly ConflictChoice[] = [
  { key: "o", label: "Overwrite", policy: "overwrite", isForAll: false },
  { key: "b", label: "Keep both", policy: "rename", isForAll: false },
  { key: "s", label: "Skip", policy: "skip", isForAll: false },
  { key: "O", label: "Overwrite all", policy: "overwrite", isForAll: true },
  { key: "B", label: "Keep both, for all", policy: "rename", isForAll: true },
  { key: "S", label: "Skip all", policy: "skip", isForAll: true },
];

/** One way to leave while transfers run. */
export interface QuitChoice {
  /** The key that gives it at once. */
  readonly key: string;
  readonly label: string;
  readonly act: "wait" | "stop" | "stay";
}

/** The ways to leave while transfers run, in the order in which the dialog lists them. */
export const QUIT_CHOICES: readonly QuitChoice[] = [
  { key: "w", label: "Wait for them, then quit", act: "wait" },
  { key: "s", label: "Stop them now, keep what was moved for resume", act: "stop" },
  { key: "n", label: "Stay", act: "stay" },
];
