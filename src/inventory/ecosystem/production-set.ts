/** Nodes of a lock that its projects request directly. */
export interface ProjectRoots<Node> {
  readonly production: Iterable<Node>;
  readonly development: Iterable<Node>;
}

/**
 * Returns whether a node belongs to production: it does unless only development leads to it. An
 * unreferenced node is kept, because nothing proves that it is for development.
 */
export function createProductionTest<Node>(
  { production, development }: ProjectRoots<Node>,
  needsOf: (node: Node) => Iterable<Node>,
): (node: Node) => boolean {
  const needed = findReachableNodes(production, needsOf);
  const forDevelopment = findReachableNodes(development, needsOf);
  return (node) => needed.has(node) || !forDevelopment.has(node);
}

export function findReachableNodes<Node>(
  roots: Iterable<Node>,
  needsOf: (node: Node) => Iterable<Node>,
): ReadonlySet<Node> {
  const found = new Set(roots);
  // Iterating over a set also visits nodes that are added meanwhile.
  for (const node of found) {
    for (const needed of needsOf(node)) {
      found.add(needed);
    }
  }
  return found;
}
