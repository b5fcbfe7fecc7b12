import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { readPeerFixtures } from './peer-fixtures.ts';
import { findFaults, type PeerDifference, readDifferences, scorePeer } from './peer-score.ts';
import { withFolder } from './score.ts';

const TEST_SOURCE = `package npm

// ignored: {Name: "no", Version: "1"}
func TestParse(t *testing.T) {
	tests := []struct{ name string }{
		{
			name: "one",
			file: "testdata/one.json",
			want: onePackages,
		},
		{
			name: "two",
			file: "testdata/two.json",
			want: []Package{
				{Name: "a" + "b", Version: "1.0.0", Location: from("testdata/two.json")},
				{Name: "c", Version: "2", Release: "3", Epoch: 1, Dev: true},
				{Name: computed, Version: "1"},
			},
		},
		{name: "absent", file: "testdata/absent.json", want: onePackages},
		{"positional", "1.0", File: "testdata/empty.json"},
		{name: "empty", file: "testdata/empty.json", want: nil},
	}
}
`;
const VARIABLES =
  'var (\n\tbase = []Package{{Name: "wrappy", Version: "1.0.2"}}\n\tonePackages = base\n)\n';
const LOCK = '{"lockfileVersion":3,"packages":{"node_modules/wrappy":{"version":"1.0.2"}}}';

function layOut(root: string): void {
  const files = {
    'nodejs/npm/parse_test.go': TEST_SOURCE,
    'nodejs/npm/parse_testcase.go': VARIABLES,
    'nodejs/npm/testdata/one.json': LOCK,
    'nodejs/npm/testdata/two.json': '{"lockfileVersion":3,"packages":{}}',
    'nodejs/npm/testdata/empty.json': '{}',
  };
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  }
}

test('reads expectations from the tests of a peer, by literals and by variables', () =>
  withFolder(async (root) => {
    layOut(root);
    const { fixtures, unreadFiles } = readPeerFixtures(root);
    assert.equal(unreadFiles, 1);
    assert.deepEqual(
      fixtures.map(({ path, expected }) => [
        path,
        expected.map(({ name, version, isForDevelopment }) => [name, version, isForDevelopment]),
      ]),
      [
        ['testdata/one.json', [['wrappy', '1.0.2', false]]],
        [
          'testdata/two.json',
          [
            ['ab', '1.0.0', false],
            ['c', '1:2-3', true],
          ],
        ],
      ],
    );
  }));

test('a missing package is a miss, listed with a reason, or a development dependency', () =>
  withFolder(async (root) => {
    layOut(root);
    const peer = { id: 'peer', roots: ['.'] };
    const listed: PeerDifference = {
      peer: 'peer',
      group: 'nodejs/npm',
      packages: ['ab .*'],
      reason: 'on purpose',
    };
    const plain = await scorePeer(peer, root, [], /^/);
    assert.deepEqual(
      plain.fixtures.map(({ found, missing }) => [found, missing]),
      [
        [1, []],
        [0, ['ab 1.0.0']],
      ],
    );
    assert.deepEqual(findFaults(plain), ['MISSED testdata/two.json: ab 1.0.0']);
    const explained = await scorePeer(peer, root, [listed], /^/);
    assert.deepEqual(
      explained.fixtures.map(({ missing, listed: count }) => [missing, count]),
      [
        [[], 0],
        [[], 2],
      ],
    );
    assert.deepEqual(findFaults(explained), []);
  }));

test('an unused difference is an error, and so is each unused part of one', () =>
  withFolder(async (root) => {
    layOut(root);
    const peer = { id: 'peer', roots: ['.'] };
    const npm = { peer: 'peer', group: 'nodejs/npm', reason: 'on purpose' };
    const listUnusedDifferences = async (
      ...differences: readonly PeerDifference[]
    ): Promise<unknown[]> => {
      const { unusedDifferences } = await scorePeer(peer, root, differences, /^/);
      return unusedDifferences.map(({ group, fixtures, packages }) => [group, fixtures, packages]);
    };
    const needed = { ...npm, fixtures: ['testdata/two.json'], packages: ['ab .*'] };
    assert.deepEqual(await listUnusedDifferences(needed), []);
    assert.deepEqual(
      await listUnusedDifferences(needed, {
        ...npm,
        group: 'nodejs/yarn',
        fixtures: ['testdata/two.json'],
      }),
      [['nodejs/yarn', ['testdata/two.json'], []]],
      'of a group that misses nothing',
    );
    assert.deepEqual(
      await listUnusedDifferences({ ...needed, packages: ['ab .*', 'wrappy .*'] }),
      [['nodejs/npm', [], ['wrappy .*']]],
      'for a package that is found',
    );
    assert.deepEqual(
      await listUnusedDifferences({
        ...needed,
        fixtures: ['testdata/two.json', 'testdata/one.json'],
      }),
      [['nodejs/npm', ['testdata/one.json'], []]],
      'for a fixture of which everything is found',
    );
    assert.deepEqual(
      await listUnusedDifferences(needed, { ...needed, packages: ['ab 1.*'] }),
      [['nodejs/npm', ['testdata/two.json'], ['ab 1.*']]],
      'that an earlier one makes needless',
    );
    assert.deepEqual(await listUnusedDifferences(needed, { ...needed, peer: 'another' }), []);
  }));

test('a difference names fixtures or packages, so that it never excuses a whole group', () => {
  const group = { peer: 'peer', group: 'nodejs/npm', reason: 'on purpose' };
  assert.throws(() => readDifferences(JSON.stringify([group])), /no fixture and no package/);
  assert.throws(
    () => readDifferences(JSON.stringify([{ ...group, fixtures: [], packages: [] }])),
    /no fixture and no package/,
  );
  const list = readFileSync(join(import.meta.dirname, 'peer-differences.json'), 'utf8');
  assert.ok(readDifferences(list).length > 0);
});
