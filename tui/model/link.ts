import type { AccessRole } from "#protocol/access_role.ts";

/** Whether the server can be reached. */
export type Link =
  | { readonly state: "connecting" }
  | {
    readonly state: "online";
    readonly agent: string;
    readonly connectionId: number | undefined;
    /** What the access token allows; undefined where everything is, and until it is known. */
    readonly role?: AccessRole | undefined;
  }
  | {
    readonly state: "offline";
    /** Why, in words for people. */
    readonly reason: string;
    /** When the next try comes. */
    readonly retryAtMs: number;
    /** Tries since it was lost. */
    readonly attempts: number;
  };
