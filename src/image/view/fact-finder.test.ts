import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { ExtractedFact, LayerFacts } from '../../foundation/core/cataloger.ts';
import { compareText } from '../../foundation/core/compare-text.ts';
import { DeferredFact } from '../../foundation/core/deferred-fact.ts';
import { FileTable } from '../../foundation/core/file-table.ts';
import { createFactFinder } from './fact-finder.ts';
import { createSquashedView } from './squashed-view.ts';
import { listVisibleFacts } from './visible-facts.ts';

/** A path with the roles of its facts, or the target of a link. */
type Member = readonly [path: string, said?: readonly string[], link?: string, hard?: 'hard'];

function createLayer(diffId: string, ...members: readonly Member[]): LayerFacts {
  const files = new FileTable();
  const facts = members.flatMap(([path, roles = [], linkTarget, hard]): ExtractedFact[] => {
    const linkType = hard === undefined ? 'symlink' : 'hardlink';
    const row = files.add({
      path,
      type: linkTarget === undefined ? 'regular' : linkType,
      mode: 0o644,
      uid: 0,
      gid: 0,
      sizeBytes: 0,
      ...(linkTarget === undefined ? {} : { linkTarget }),
    });
    return roles.map((role) => {
      const [name = '', linkPath] = role.split('@', 2);
      const fact = `${path} ${name} in ${diffId}`;
      return { extractor: 'x', role: name, row, fact, ...(linkPath && { linkPath }) };
    });
  });
  return { diffId, files, facts, problems: [], contentBytes: 0 };
}

const LAYERS = [
  createLayer(
    '0',
    ['/a', ['r']],
    ['/gone', ['r']],
    ['/m', ['r']],
    ['/z', [], '/m', 'hard'],
    ['/bin', [], 'usr/bin'],
    ['/named', ['r', 'z@/by-name', 'q@/a']],
    ['/by-name', [], '/named'],
    ['/twice', ['b', 'a']],
  ),
  createLayer('1', ['/a', ['r']], ['/a', ['r']], ['/bin/tool', ['r']], ['/.wh.gone']),
  createLayer('2', ['/.wh.m'], ['/b'], ['/lower', [], '/a', 'hard']),
];

it('returns the same facts as visibleFacts for each visible file, under each of its names', () => {
  for (const layers of [LAYERS.slice(0, 1), LAYERS.slice(0, 2), LAYERS]) {
    const view = createSquashedView(layers);
    const find = createFactFinder(view, layers);
    const said = new Map<string, unknown>();
    const facts = listVisibleFacts(view, layers, 'x').sort((left, right) =>
      compareText(left.role, right.role),
    );
    for (const { path, realPath = path, otherNames = [], fact } of facts) {
      for (const name of [realPath, ...otherNames]) {
        said.set(name, fact);
      }
    }
    const paths = [...new Set([...view.listPaths(), ...said.keys(), '/gone', '/none'])];
    assert.deepEqual(
      paths.map((path) => [path, find('x', path)]),
      paths.map((path) => [path, said.get(path)]),
    );
    assert.ok(said.size >= 5);
    assert.equal(find('y', '/a'), undefined);
  }
});

it('reads only the requested facts, and skips absent ones', () => {
  const made: string[] = [];
  const [layer] = LAYERS;
  assert.ok(layer !== undefined);
  const facts = layer.facts.map(({ linkPath: _by, ...one }) => {
    const make = (): unknown => {
      made.push(one.role);
      return one.role === 'b' ? undefined : one.fact;
    };
    return new DeferredFact(one, { make });
  });
  const find = createFactFinder(createSquashedView([layer]), [{ ...layer, facts }]);
  assert.equal(find('y', '/twice'), undefined);
  assert.deepEqual(made, []);
  assert.equal(find('x', '/twice'), '/twice a in 0');
  assert.deepEqual(made, ['b', 'a']);
});
