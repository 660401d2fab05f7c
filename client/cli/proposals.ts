import type { CliContext } from "./context.ts";

/** Completes any remote name. */
export async function remoteNames(this: CliContext, partial: string): Promise<readonly string[]> {
  return await this.completion?.remoteNames(partial, "any") ?? [];
}

/** Completes a remote folder. */
export async function remoteFolders(
  this: CliContext,
  partial: string,
): Promise<readonly string[]> {
  return await this.completion?.remoteNames(partial, "folder") ?? [];
}

/** Completes any local name. */
export function localNames(this: CliContext): readonly string[] {
  this.completion?.leaveToShell("any");
  return [];
}

/** Completes a local folder. */
export function localFolders(this: CliContext): readonly string[] {
  this.completion?.leaveToShell("folder");
  return [];
}

/** Completes an id of the trash. */
export async function trashIds(this: CliContext, partial: string): Promise<readonly string[]> {
  return await this.completion?.trashIds(partial) ?? [];
}
