interface ModuleInfo {
  readonly specifier: string;
  readonly dependencies?: readonly {
    readonly code?: { readonly specifier: string };
    readonly isDynamic?: boolean;
  }[];
}

/**
 * Gives all modules that are loaded together with one: it, what it imports, what that imports, but not
 * what is imported only when it is needed.
 *
 * @param entry Path of the module.
 */
export async function loadedStatically(entry: string): Promise<ReadonlySet<string>> {
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["info", "--json", entry],
    stderr: "null",
  }).output();
  const { modules }: { modules: readonly ModuleInfo[] } = JSON.parse(
    new TextDecoder().decode(stdout),
  );
  const loaded = new Set<string>();
  const pending = modules.map((info) => info.specifier).filter((name) => name.endsWith(entry));
  for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
    if (loaded.has(name)) continue;
    loaded.add(name);
    for (const dependency of modules.find((info) => info.specifier === name)?.dependencies ?? []) {
      const target = dependency.code?.specifier;
      if (target !== undefined && dependency.isDynamic !== true) pending.push(target);
    }
  }
  return loaded;
}
