import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Relationship } from '../../foundation/core/inventory.ts';
import { EdgeSet } from './edge-set.ts';

const LOWER = 'sha256:1';
const UPPER = 'sha256:2';

function createEdge(path: string, layer?: `sha256:${string}`, from = 'a'): Relationship {
  return { kind: 'contains-file', from, path, ...(layer === undefined ? {} : { layer }) };
}

function collectEdges(edges: readonly Relationship[]): EdgeSet {
  const set = new EdgeSet();
  for (const edge of edges) {
    set.add(edge);
  }
  return set;
}

test('sorts edges by kind, package, other end and layer', () => {
  const inOrder: readonly Relationship[] = [
    createEdge('/b'),
    createEdge('/b', LOWER),
    createEdge('/b', UPPER),
    createEdge('/c', LOWER),
    createEdge('/a', LOWER, 'b'),
    { kind: 'dependency-of', from: 'a', to: 'b' },
    { kind: 'dependency-of', from: 'a', to: 'c' },
    { kind: 'evident-by', from: 'a', location: { path: '/b', accessPath: '/b' } },
    { kind: 'owns-package', from: 'a', to: 'b', paths: ['/b'] },
  ];
  for (let shift = 0; shift < inOrder.length; shift++) {
    const turned = [...inOrder.slice(shift), ...inOrder.slice(0, shift)];
    assert.deepEqual(collectEdges(turned).listSorted(), inOrder);
    assert.deepEqual(collectEdges(turned.toReversed()).listSorted(), inOrder);
  }
});

test('keeps each edge once, in the version that was added last', () => {
  const place = { path: '/b', accessPath: '/b', layer: LOWER } as const;
  const set = collectEdges([
    { kind: 'evident-by', from: 'a', location: place },
    createEdge('/b', LOWER),
    createEdge('/b', LOWER),
    { kind: 'evident-by', from: 'a', location: { ...place, line: 3 } },
  ]);
  assert.equal(set.size, 2);
  assert.deepEqual(set.listSorted(), [
    createEdge('/b', LOWER),
    { kind: 'evident-by', from: 'a', location: { ...place, line: 3 } },
  ]);
});

test('distinguishes edges by layer, end, package and kind', () => {
  const set = collectEdges([createEdge('/b', LOWER)]);
  assert.equal(set.has(createEdge('/b', LOWER)), true);
  for (const other of [
    createEdge('/b'),
    createEdge('/b', UPPER),
    createEdge('/c', LOWER),
    createEdge('/b', LOWER, 'b'),
    { kind: 'dependency-of', from: 'a', to: '/b' } as const,
  ]) {
    assert.equal(set.has(other), false);
  }
});
