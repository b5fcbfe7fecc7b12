import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { catalogued } from '../../../test/support/flat-view.ts';
import { elixirMixLock } from './elixir-mix-lock.ts';

const read = (text: string): ReturnType<typeof catalogued> =>
  catalogued(elixirMixLock, { '/app/mix.lock': text });

const COWBOY =
  '"cowboy": {:hex, :cowboy, "2.9.0", "865d", [:make, :rebar3], [{:cowlib, "2.11.0", [hex: :cowlib, repo: "hexpm", optional: false]}], "hexpm", "2c72"},';
const COWLIB = '"cowlib": {:hex, :cowlib, "2.11.0", "0b9f", [:make], []}';

suite('mix.lock', () => {
  test('names packages of the registry with their hashes, and what they need', () => {
    for (const text of [`%{\n  ${COWBOY}\n  ${COWLIB},\n}\n`, `%{${COWBOY}\n  ${COWLIB}}`]) {
      const { packages, edges, problems } = read(text);
      assert.deepEqual(problems, []);
      assert.deepEqual(
        packages.map(({ purl, metadata }) => [purl, metadata?.value]),
        [
          [
            'pkg:hex/cowboy@2.9.0',
            {
              name: 'cowboy',
              version: '2.9.0',
              pkgHash: '865d',
              pkgHashExt: '2c72',
              dependencies: ['cowlib'],
            },
          ],
          ['pkg:hex/cowlib@2.11.0', { name: 'cowlib', version: '2.11.0', pkgHash: '0b9f' }],
        ],
      );
      assert.deepEqual(edges, ['cowlib 2.11.0 > cowboy 2.9.0']);
    }
  });

  test('gives a commit no package URL of the registry, and a folder no package', () => {
    const { packages } = read(
      '%{\n"a": {:git, "https://example.org/a.git", "0a1b", [ref: "0a1b"]},\n"b": {:path, "../b", []},\n}',
    );
    assert.deepEqual(
      packages.map(({ name, version, purl }) => [name, version, purl]),
      [['a', '0a1b', '']],
    );
  });

  test('loses one record for a line that is cut, foreign or nested too deep', () => {
    const { packages, problems } = read(
      ['<<<<<<< HEAD', COWBOY.slice(0, 60), COWLIB, `"x": ${'{'.repeat(9_999)}`].join('\n'),
    );
    assert.equal(packages.length, 1);
    assert.deepEqual(problems, [
      'P_RECORD /app/mix.lock:1',
      'P_RECORD /app/mix.lock:2',
      'P_RECORD /app/mix.lock:4',
      'P_LIMIT /app/mix.lock:',
    ]);
  });
});
