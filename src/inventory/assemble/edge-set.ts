import { compareText } from '../../foundation/core/compare-text.ts';
import type { Relationship } from '../../foundation/core/inventory.ts';

type Kind = Relationship['kind'];
/** By layer (empty for none), then by the other end. */
type EdgesOfPackage = Map<string, Map<string, Relationship>>;

/**
 * A set of edges. Edges with the same kind, ends and layer are equal, and the last one added
 * counts. They are kept by their parts, because one string for each edge would be thousands of long
 * strings to hash and to compare.
 */
export class EdgeSet {
  readonly #byKind = new Map<Kind, Map<string, EdgesOfPackage>>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  has(edge: Relationship): boolean {
    const ends = this.#byKind.get(edge.kind)?.get(edge.from)?.get(getEdgeLayer(edge));
    return ends?.has(getEdgeEnd(edge)) === true;
  }

  add(edge: Relationship): void {
    const { kind, from } = edge;
    let byPackage = this.#byKind.get(kind);
    if (byPackage === undefined) {
      byPackage = new Map();
      this.#byKind.set(kind, byPackage);
    }
    let byLayer = byPackage.get(from);
    if (byLayer === undefined) {
      byLayer = new Map();
      byPackage.set(from, byLayer);
    }
    const layer = getEdgeLayer(edge);
    let ends = byLayer.get(layer);
    if (ends === undefined) {
      ends = new Map();
      byLayer.set(layer, ends);
    }
    const before = ends.size;
    ends.set(getEdgeEnd(edge), edge);
    this.#size += ends.size - before;
  }

  /** Sorted by kind, first package, other end and layer. */
  listSorted(): Relationship[] {
    const all: Relationship[] = [];
    for (const byPackage of sortValues(this.#byKind)) {
      for (const byLayer of sortValues(byPackage)) {
        addInOrder(byLayer, all);
      }
    }
    return all;
  }
}

function addInOrder(byLayer: EdgesOfPackage, all: Relationship[]): void {
  const [first] = byLayer.values();
  if (first !== undefined && byLayer.size === 1) {
    for (const edge of sortValues(first)) {
      all.push(edge);
    }
    return;
  }
  const edges = [...byLayer.values()].flatMap((ends) => [...ends.values()]);
  edges.sort(
    (left, right) =>
      compareText(getEdgeEnd(left), getEdgeEnd(right)) ||
      compareText(getEdgeLayer(left), getEdgeLayer(right)),
  );
  for (const edge of edges) {
    all.push(edge);
  }
}

function* sortValues<Value>(map: ReadonlyMap<string, Value>): Iterable<Value> {
  for (const key of [...map.keys()].sort(compareText)) {
    const value = map.get(key);
    if (value !== undefined) {
      yield value;
    }
  }
}

function getEdgeEnd(edge: Relationship): string {
  switch (edge.kind) {
    case 'contains-file':
    case 'needs-file':
      return edge.path;
    case 'evident-by':
      return edge.location.path;
    case 'dependency-of':
    case 'owns-package':
      return edge.to;
  }
}

function getEdgeLayer(edge: Relationship): string {
  switch (edge.kind) {
    case 'contains-file':
    case 'needs-file':
      return edge.layer ?? '';
    case 'evident-by':
      return edge.location.layer ?? '';
    case 'dependency-of':
    case 'owns-package':
      return '';
  }
}
