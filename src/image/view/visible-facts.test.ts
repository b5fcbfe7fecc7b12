import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { LayerFacts } from '../../foundation/core/cataloger.ts';
import { DeferredFact } from '../../foundation/core/deferred-fact.ts';
import { FileTable, type FileType } from '../../foundation/core/file-table.ts';
import { LinkedPaths } from './linked-paths.ts';
import { createSquashedView } from './squashed-view.ts';
import { findUnreadLinks } from './unread-links.ts';
import { listVisibleFacts } from './visible-facts.ts';

type Member = readonly [path: string, fact?: unknown, linkTarget?: string, type?: FileType];

function createLayer(diffId: string, ...members: readonly Member[]): LayerFacts {
  const files = new FileTable();
  const facts = members.flatMap(([path, fact, linkTarget, type]) => {
    const row = files.add({
      path,
      type: type ?? (linkTarget === undefined ? 'regular' : 'hardlink'),
      mode: 0o644,
      uid: 0,
      gid: 0,
      sizeBytes: 0,
      ...(linkTarget === undefined ? {} : { linkTarget }),
    });
    return fact === undefined ? [] : [{ extractor: 'x', role: 'r', row, fact }];
  });
  return { diffId, files, facts, problems: [], contentBytes: 0 };
}

function summarize(...layers: readonly LayerFacts[]): unknown[] {
  return listVisibleFacts(createSquashedView(layers), layers, 'x').map(
    ({ path, fact, layer, earlier, otherNames }) => [
      path,
      fact,
      layer,
      ...earlier.map((lower) => `${String(lower.fact)}@${lower.layer}`),
      ...(otherNames ?? []),
    ],
  );
}

it('returns the visible facts by path, each with the facts of lower layers', () => {
  const layers = [
    createLayer('0', ['/b', 'b0'], ['/a', 'a0'], ['/gone', 'g0']),
    createLayer('1', ['/b', 'b1-first'], ['/b', 'b1']),
    createLayer('2', ['/b', 'b2'], ['/.wh.gone']),
  ];
  assert.deepEqual(summarize(...layers), [
    ['/a', 'a0', '0'],
    ['/b', 'b2', '2', 'b1@1', 'b0@0'],
  ]);
});

it('returns facts of lower layers only down to the layer that hides the rest', () => {
  const first = createLayer('0', ['/d/a', 'a0'], ['/d/b', 'b0']);
  const last = createLayer('2', ['/d/a', 'a2'], ['/d/b', 'b2']);
  const listEarlier = (between: LayerFacts): unknown[] =>
    summarize(first, between, last).map((row) => (Array.isArray(row) ? row.slice(3) : row));
  const none: unknown[] = [];
  assert.deepEqual(listEarlier(createLayer('1', ['/d/c'])), [['a0@0'], ['b0@0']]);
  assert.deepEqual(listEarlier(createLayer('1', ['/d/.wh.a'])), [none, ['b0@0']]);
  assert.deepEqual(listEarlier(createLayer('1', ['/.wh.d'])), [none, none]);
  assert.deepEqual(listEarlier(createLayer('1', ['/d/.wh..wh..opq'], ['/d/b', 'b1'])), [
    none,
    ['b1@1'],
  ]);
  assert.deepEqual(listEarlier(createLayer('1', ['/d'])), [none, none]);
  assert.deepEqual(listEarlier(createLayer('1', ['/d/a', undefined, 'b', 'symlink'])), [
    none,
    ['b0@0'],
  ]);
});

it('does not read deferred facts', () => {
  const made: string[] = [];
  const deferFacts = (layer: LayerFacts): LayerFacts => ({
    ...layer,
    facts: layer.facts.map((one) => {
      const make = (): unknown => {
        made.push(String(one.fact));
        return one.fact;
      };
      return new DeferredFact(one, { make });
    }),
  });
  const layers = [createLayer('0', ['/a', 'a0']), createLayer('1', ['/a', 'a1'], ['/b', 'b1'])].map(
    deferFacts,
  );
  const [first] = listVisibleFacts(createSquashedView(layers), layers, 'x');
  assert.deepEqual(made, []);
  assert.equal(first?.fact, 'a1');
  assert.deepEqual(made, ['a1']);
  assert.deepEqual(summarize(...layers), [
    ['/a', 'a1', '1', 'a0@0'],
    ['/b', 'b1', '1'],
  ]);
});

it('ignores facts of other extractors', () => {
  const layer = createLayer('0', ['/a', 'a0']);
  assert.deepEqual(listVisibleFacts(createSquashedView([layer]), [layer], 'y'), []);
});

it('merges hard links into one fact under its own name, or the first visible one', () => {
  const linked = createLayer('0', ['/m', 'fact'], ['/z', undefined, '/m'], ['/a', undefined, '/m']);
  assert.deepEqual(summarize(linked), [['/m', 'fact', '0', '/a', '/z']]);
  const withoutOwn = summarize(linked, createLayer('1', ['/.wh.m']));
  assert.deepEqual(withoutOwn, [['/a', 'fact', '0', '/z']]);
});

it('finds the fact of a file that was written through a link of a lower layer', () => {
  const lower = createLayer('0', ['/bin', undefined, 'usr/bin', 'symlink']);
  assert.deepEqual(summarize(lower, createLayer('1', ['/bin/tool', 'fact'])), [
    ['/usr/bin/tool', 'fact', '1'],
  ]);
});

it('names links if a file is only requested by their name', () => {
  const layer = createLayer(
    '0',
    ['/usr/lib/other', undefined],
    ['/etc/release', undefined, '../usr/lib/other', 'symlink'],
    ['/etc/dead', undefined, 'release-missing', 'symlink'],
    ['/usr/lib/release', 'read'],
    ['/opt/release', undefined, '/usr/lib/release', 'symlink'],
  );
  const linked = new LinkedPaths([], 0, () => undefined);
  const findWants = (path: string) =>
    /\/(release|dead)$/.test(path) ? [{ extractor: 'x', role: 'r' }] : [];
  assert.deepEqual(findUnreadLinks(createSquashedView([layer]), [layer], findWants, linked), [
    {
      extractor: 'x',
      role: 'r',
      path: '/etc/release',
      realPath: '/usr/lib/other',
      ref: { layer: 0, row: 0 },
    },
  ]);
});
