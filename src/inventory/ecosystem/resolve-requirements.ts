import type { Budget } from '../../foundation/core/budget.ts';

/**
 * The names that a package provides to others and requires of them, in any form the ecosystem uses.
 */
export interface Requirements<Item> {
  readonly item: Item;
  readonly provides: readonly string[];
  readonly requires: readonly string[];
}

/** An edge: `from` is needed by `to`. */
export interface RequirementEdge<Item> {
  readonly from: Item;
  readonly to: Item;
}

/**
 * Connects each package with every other that provides a name it requires. Edges are unique and in
 * the order of the requiring packages; a package has no edge to itself. Edges beyond the budget are
 * dropped.
 */
export function resolveRequirements<Item>(
  packages: readonly Requirements<Item>[],
  budget: Budget,
): RequirementEdge<Item>[] {
  const providers = new Map<string, Set<Item>>();
  for (const { item, provides } of packages) {
    for (const name of provides) {
      const known = providers.get(name);
      if (known === undefined) {
        providers.set(name, new Set([item]));
      } else {
        known.add(item);
      }
    }
  }
  const edges: RequirementEdge<Item>[] = [];
  for (const { item, requires } of packages) {
    const needed = new Set<Item>();
    for (const name of new Set(requires)) {
      const found = providers.get(name);
      if (found !== undefined && !budget.takeCandidates(found.size)) {
        return edges;
      }
      for (const provider of found ?? []) {
        needed.add(provider);
      }
    }
    needed.delete(item);
    if (!budget.hasRoom('dependenciesMax', edges.length + needed.size)) {
      return edges;
    }
    for (const from of needed) {
      edges.push({ from, to: item });
    }
  }
  return edges;
}
