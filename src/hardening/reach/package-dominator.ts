interface PackageWorld {
  readonly dominators: ReadonlyMap<string, string>;
  readonly getKey: (path: string) => string | undefined;
  /** Key of the package in question. */
  readonly key: string;
}

/**
 * Returns the package without which no file of another package would be reachable: the owner of the
 * nearest file of another package that every path to these files passes through.
 *
 * @param paths reached files of the package
 */
export function findPackageDominator(
  paths: readonly string[],
  { dominators, getKey, key }: PackageWorld,
): string | undefined {
  let shared: readonly string[] | undefined;
  for (const path of paths) {
    const chain = listDominators(path, dominators);
    const inChain = new Set(chain);
    shared = shared?.filter((one) => inChain.has(one)) ?? chain;
    if (shared.length === 0) {
      return undefined;
    }
  }
  return shared?.map(getKey).find((one) => one !== undefined && one !== key);
}

/** Returns the dominators of a file, the nearest first. */
function listDominators(path: string, dominators: ReadonlyMap<string, string>): readonly string[] {
  const chain: string[] = [];
  for (let at = dominators.get(path); at !== undefined; at = dominators.get(at)) {
    chain.push(at);
  }
  return chain;
}
