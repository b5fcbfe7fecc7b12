/** Nodes of a lock that its projects ask for directly. */
export interface ProjectRoots<Node> {
  readonly production: Iterable<Node>;
  readonly development: Iterable<Node>;
}

/**
 * Returns whether production has a node: it does unless only development leads there. A node that
 * nothing leads to is kept, since nothing proves that it is for development.
 */
export function productionTest<Node>(
  { production, development }: ProjectRoots<Node>,
  needsOf: (node: Node) => Iterable<Node>,
): (node: Node) => boolean {
  const needed = reachedNodes(production, needsOf);
  const forDevelopment = reachedNodes(development, needsOf);
  return (node) => needed.has(node) || !forDevelopment.has(node);
}

export function reachedNodes<Node>(
  roots: Iterable<Node>,
  needsOf: (node: Node) => Iterable<Node>,
): ReadonlySet<Node> {
  const found = new Set(roots);
  // A set also visits what is added on the way.
  for (const node of found) {
    for (const needed of needsOf(node)) {
      found.add(needed);
    }
  }
  return found;
}
