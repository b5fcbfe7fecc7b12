import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type FileEntry, FileTable, type PathStore } from '../core/file-table.ts';
import { LayerStack } from './layer-stack.ts';
import { CompactPathNumbers } from './path-numbers.ts';
import { squash } from './squash.ts';

function stackOf(...layers: readonly (readonly string[])[]): LayerStack {
  return new LayerStack(
    layers.map((paths) => {
      const files = new FileTable();
      for (const path of paths) {
        files.add({ path, type: 'regular', mode: 0, uid: 0, gid: 0, sizeBytes: 0 });
      }
      return { diffId: undefined, files };
    }),
  );
}

test('a table of numbers answers as a map does, through any changes', () => {
  const lower = Array.from({ length: 500 }, (_, row) => `/a/${row}`);
  const upper = Array.from({ length: 500 }, (_, row) => `/a/${row * 2}`);
  const compact = new CompactPathNumbers(stackOf(lower, upper));
  const map = new Map<string, number>();
  const paths = [...lower, ...upper];
  for (let step = 0; step < 5_000; step++) {
    const number = (step * 7_919) % paths.length;
    const own = paths[number] ?? '';
    const path = step % 11 === 0 ? `/moved${own}` : step % 13 === 0 ? '/a/1' : own;
    if (step % 7 === 0) {
      assert.equal(compact.delete(path), map.delete(path));
    } else {
      compact.set(path, number);
      map.set(path, number);
    }
    assert.deepEqual([compact.get(path), compact.has(path)], [map.get(path), map.has(path)]);
  }
  assert(map.size > 500);
  for (const path of paths) {
    assert.equal(compact.get(path), map.get(path));
  }
  const inOrder = (numbers: Iterable<readonly [string, number]>) =>
    [...numbers].map(([path, number]) => `${path} ${number}`).toSorted();
  assert.deepEqual(inOrder(compact), inOrder(map));
  assert.deepEqual([...compact.keys()].toSorted(), [...map.keys()].toSorted());
});

test('it never comes to an end that it does not find, full or empty', () => {
  const empty = new CompactPathNumbers(stackOf([]));
  assert.equal(empty.get('/a'), undefined);
  const one = new CompactPathNumbers(stackOf(['/a']));
  for (let round = 0; round < 10; round++) {
    one.set('/a', 0);
    assert.deepEqual([one.get('/a'), one.get('/b')], [0, undefined]);
    one.delete('/a');
    assert.equal(one.get('/a'), undefined);
  }
});

/** Paths that are kept in a list, where a table would not look for them. */
class ListedPaths implements PathStore {
  readonly #paths: string[] = [];

  get length(): number {
    return this.#paths.length;
  }

  push(path: string): void {
    this.#paths.push(path);
  }

  at(row: number): string {
    return this.#paths[row] ?? '';
  }
}

function hostileEntries(count: number, next: (below: number) => number): FileEntry[] {
  const names = ['a', 'b', 'c', '.wh.a', '.wh.b', '.wh..wh..opq', 'd', 'e'];
  const targets = ['a', '../b', '/c/d', '../../..', '/a/b/c', 'e', '.'];
  return Array.from({ length: count }, () => {
    const path = Array.from({ length: 1 + next(4) }, () => `/${names[next(names.length)]}`).join(
      '',
    );
    const type = (['regular', 'directory', 'directory', 'symlink', 'hardlink'] as const)[next(5)];
    const target = targets[next(targets.length)] ?? 'a';
    const linkTarget = type === 'hardlink' ? `/${target.replaceAll(/[./]+/gu, '')}` : target;
    const isLink = type === 'symlink' || type === 'hardlink';
    return {
      path,
      type: type ?? 'regular',
      ...(isLink ? { linkTarget } : {}),
      mode: 0,
      uid: 0,
      gid: 0,
      sizeBytes: 0,
    };
  });
}

test('a view is the same wherever the paths of its layers are kept', () => {
  let state = 7;
  const next = (below: number): number => {
    state = (state * 48_271) % 2_147_483_647;
    return state % below;
  };
  for (let round = 0; round < 60; round++) {
    const layers = Array.from({ length: 4 }, () => hostileEntries(40, next));
    const viewOf = (store: () => PathStore | undefined) =>
      squash(
        layers.map((entries) => {
          const files = new FileTable(store());
          entries.forEach((entry) => files.add(entry));
          return { diffId: undefined, files };
        }),
      );
    const plain = viewOf(() => undefined);
    const stored = viewOf(() => new ListedPaths());
    assert.deepEqual([...stored.paths()].toSorted(), [...plain.paths()].toSorted());
    for (const { path } of layers.flat()) {
      assert.deepEqual(stored.find(path), plain.find(path), path);
      assert.deepEqual(stored.resolve(path), plain.resolve(path), path);
      assert.deepEqual(stored.list(path), plain.list(path), path);
    }
  }
});
