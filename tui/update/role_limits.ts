import { type AccessRole, includesRole } from "#protocol/access_role.ts";
import type { ActionId } from "../model/action.ts";
import type { Model } from "../model/model.ts";

/** What actions on the server need, beside looking; those of one pane only when it is the server's. */
const NEEDS: ReadonlyMap<ActionId, { readonly least: AccessRole; readonly isOfPane: boolean }> =
  new Map([
    ["upload", { least: "writer", isOfPane: false }],
    ["trash", { least: "writer", isOfPane: false }],
    ["rename", { least: "writer", isOfPane: true }],
    ["mkdir", { least: "writer", isOfPane: true }],
    ["delete", { least: "writer", isOfPane: true }],
    ["deletePermanently", { least: "admin", isOfPane: true }],
  ]);

/**
 * Says why the access token does not allow an action; the server would refuse it.
 *
 * @returns Words for people; undefined when it is allowed, or not known not to be.
 */
export function whyNotAllowed(model: Model, id: ActionId): string | undefined {
  const role = model.link.state === "online" ? model.link.role : undefined;
  const need = NEEDS.get(id);
  if (role === undefined || need === undefined || includesRole(role, need.least)) return undefined;
  if (need.isOfPane && model.focus !== "server") return undefined;
  return `a ${role} may not do it on the server`;
}
