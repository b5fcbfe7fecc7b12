import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { DEFAULT_LIMITS } from '../../foundation/core/limits.ts';
import { DocumentProblems } from '../../foundation/syntax/json/document-records.ts';
import { createContainmentEdges } from './document-edge.ts';
import { OwnProperties } from './own-properties.ts';
import { createProperties } from './property.ts';
import { restorePackage } from './read-package.ts';

const LAYER = `sha256:${'a'.repeat(64)}`;

function readFile(path: string): object {
  const frame = { type: 'regular', mode: 0o644, uid: 0, gid: 0, sizeBytes: 1, mimeType: '' };
  return { path, layer: LAYER, ...frame };
}

/** Returns the paths that a package contains by these ranges, if the document has these parts. */
function readContained(
  ranges: unknown,
  parts: readonly object[],
  limits = DEFAULT_LIMITS,
): { readonly paths: readonly string[]; readonly problems: number } {
  const own = new OwnProperties(limits);
  const { files } = own.readInventory(
    createProperties(parts.map((part) => ['plimsoll:files', JSON.stringify(part)] as const)),
    'a',
  );
  const told = own.readPackage(
    createProperties([
      ['plimsoll:key', 'k'],
      ['plimsoll:containsFiles', JSON.stringify(ranges)],
    ]),
  );
  assert.ok(told !== undefined);
  const one = restorePackage({ key: 'p', name: 'a', version: '1', purl: '' }, told);
  const problems = new DocumentProblems('test', limits);
  const edges = createContainmentEdges([one], files, { limits, problems });
  return {
    paths: edges.map((edge) => {
      assert.ok(edge.kind === 'contains-file' && edge.from === 'p' && edge.layer === LAYER);
      return edge.path;
    }),
    problems: problems.listed.length,
  };
}

suite('files contained in packages, by their index in the document', () => {
  const first = { first: 0, files: ['/a', '/b'].map(readFile) };
  const second = { first: 2, files: ['/c', '/d'].map(readFile) };

  test('are those of the ranges, over all parts', () => {
    assert.deepEqual(readContained([[1, 2]], [second, first]).paths, ['/b', '/c']);
  });

  test('of a lost part are not assigned to another', () => {
    assert.deepEqual(readContained([[0, 3]], [second]).paths, ['/c', '/d']);
  });

  test('end at the last file, in ranges of any length', () => {
    const huge = [0, Number.MAX_SAFE_INTEGER];
    assert.deepEqual(readContained([huge, [-1, 2], [3, 1], 'a'], [first]).paths, []);
    assert.deepEqual(readContained([huge], [first]).paths, ['/a', '/b']);
    assert.deepEqual(readContained([huge], []).paths, []);
  });

  test('have a common limit', () => {
    const limits = { ...DEFAULT_LIMITS, documentRecordsMax: 3 };
    const { paths, problems } = readContained(
      [
        [0, 1],
        [0, 1],
        [0, 1],
      ],
      [first],
      limits,
    );
    assert.deepEqual(paths, ['/a', '/b', '/a']);
    assert.equal(problems, 1);
  });
});
