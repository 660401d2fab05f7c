/** What a token allows (docs/protocol.md §9). */
export type AccessRole = "reader" | "writer" | "admin";

/** All roles, from the least to the most; each includes those before it. */
export const ACCESS_ROLES = ["reader", "writer", "admin"] as const satisfies readonly AccessRole[];

/**
 * Says whether a role includes another one.
 *
 * @param role What somebody has.
 * @param least What is needed.
 * @returns Whether it is enough.
 */
export function includesRole(role: AccessRole, least: AccessRole): boolean {
  return ACCESS_ROLES.indexOf(role) >= ACCESS_ROLES.indexOf(least);
}
