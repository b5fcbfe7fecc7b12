/** A step of the graph, reduced to its ends. */
export interface Link {
  readonly from: string;
  readonly to: string;
}

const NONE = -1;

/**
 * Returns the immediate dominator of each reachable node: the nearest node that every path from the
 * start passes through. Without it, the node is unreachable. If a node needs no other node, its
 * dominator is the start.
 *
 * Cooper, Harvey and Kennedy, "A Simple, Fast Dominance Algorithm": iterates over the nodes in
 * reverse postorder until the result is stable.
 */
export function findDominators(start: string, links: readonly Link[]): ReadonlyMap<string, string> {
  const graph = indexLinks(start, links);
  const order = reversePostorder(graph.following);
  const rank = new Int32Array(graph.names.length).fill(NONE);
  order.forEach((node, at) => {
    rank[node] = at;
  });
  const found = settle(order, rank, graph.leading);
  return new Map(
    order.slice(1).flatMap((node) => {
      const name = graph.names[node];
      const dominator = graph.names[found[node] ?? NONE];
      return name === undefined || dominator === undefined ? [] : [[name, dominator] as const];
    }),
  );
}

interface Indexed {
  readonly names: readonly string[];
  /** Indexed by node number; the start is 0. */
  readonly following: readonly (readonly number[])[];
  readonly leading: readonly (readonly number[])[];
}

function indexLinks(start: string, links: readonly Link[]): Indexed {
  const numbers = new Map<string, number>([[start, 0]]);
  const names = [start];
  const following: number[][] = [[]];
  const leading: number[][] = [[]];
  const getNumber = (name: string): number => {
    const known = numbers.get(name);
    if (known !== undefined) {
      return known;
    }
    numbers.set(name, names.length);
    following.push([]);
    leading.push([]);
    return names.push(name) - 1;
  };
  for (const { from, to } of links) {
    const [left, right] = [getNumber(from), getNumber(to)];
    following[left]?.push(right);
    leading[right]?.push(left);
  }
  return { names, following, leading };
}

/** Iterative, because chains of imports are long. */
function reversePostorder(following: Indexed['following']): readonly number[] {
  const done: number[] = [];
  const isSeen = new Uint8Array(following.length);
  const open = [{ node: 0, next: 0 }];
  isSeen[0] = 1;
  for (let top = open.at(-1); top !== undefined; top = open.at(-1)) {
    const to = following[top.node]?.[top.next];
    top.next += 1;
    if (to === undefined) {
      done.push(top.node);
      open.pop();
    } else if (isSeen[to] === 0) {
      isSeen[to] = 1;
      open.push({ node: to, next: 0 });
    }
  }
  return done.toReversed();
}

function settle(
  order: readonly number[],
  rank: Int32Array,
  leading: Indexed['leading'],
): Int32Array {
  const found = new Int32Array(rank.length).fill(NONE);
  found[0] = 0;
  for (let isChanged = true; isChanged; ) {
    isChanged = false;
    for (const node of order.slice(1)) {
      let best = NONE;
      for (const from of leading[node] ?? []) {
        if ((found[from] ?? NONE) !== NONE) {
          best = best === NONE ? from : findMeetingNode(best, from, { found, rank });
        }
      }
      isChanged ||= found[node] !== best;
      found[node] = best;
    }
  }
  return found;
}

/** Returns the node where the paths of two nodes back to the start meet. */
function findMeetingNode(
  left: number,
  right: number,
  { found, rank }: { readonly found: Int32Array; readonly rank: Int32Array },
): number {
  let [a, b] = [left, right];
  while (a !== b) {
    while ((rank[a] ?? 0) > (rank[b] ?? 0)) {
      a = found[a] ?? 0;
    }
    while ((rank[b] ?? 0) > (rank[a] ?? 0)) {
      b = found[b] ?? 0;
    }
  }
  return a;
}
