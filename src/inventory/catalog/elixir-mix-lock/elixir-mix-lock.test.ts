import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { catalogFiles } from '../../../../test/support/flat-view.ts';
import { elixirMixLock } from './elixir-mix-lock.ts';

const read = (text: string): ReturnType<typeof catalogFiles> =>
  catalogFiles(elixirMixLock, { '/app/mix.lock': text });

const COWBOY =
  '"cowboy": {:hex, :cowboy, "2.9.0", "865d", [:make, :rebar3], [{:cowlib, "2.11.0", [hex: :cowlib, repo: "hexpm", optional: false]}], "hexpm", "2c72"},';
const COWLIB = '"cowlib": {:hex, :cowlib, "2.11.0", "0b9f", [:make], []}';

suite('mix.lock', () => {
  test('lists registry packages with hashes and dependencies', () => {
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

  test('adds no package URL to a commit, and no package for a directory', () => {
    const { packages } = read(
      '%{\n"a": {:git, "https://example.org/a.git", "0a1b", [ref: "0a1b"]},\n"b": {:path, "../b", []},\n}',
    );
    assert.deepEqual(
      packages.map(({ name, version, purl }) => [name, version, purl]),
      [['a', '0a1b', '']],
    );
  });

  test('loses one record for a truncated, invalid or too deeply nested line', () => {
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

  test('leaves out packages that production does not need', () => {
    const createEntry = (name: string, ...needed: string[]): string => {
      const list = needed.map((each) => `{:${each}, "~> 1", [hex: :${each}]}`).join(', ');
      return `"${name}": {:hex, :${name}, "1.0.0", "0a", [:mix], [${list}], "hexpm", "0b"},`;
    };
    const lock = `%{\n${[
      createEntry('credo', 'jason', 'bunt'),
      createEntry('bunt'),
      createEntry('jason', 'decimal'),
      createEntry('decimal'),
      createEntry('phoenix', 'plug'),
      createEntry('plug'),
      createEntry('stray', 'bunt_needed'),
      createEntry('bunt_needed'),
    ].join('\n')}\n}\n`;
    const project = (deps: string): string => `defmodule X do\n[deps: [${deps}]]\nend`;
    const dev = '{:credo, "~> 1.7", only: [:dev, :test], runtime: false}';
    const listNames = (files: Readonly<Record<string, string>>): string =>
      catalogFiles(elixirMixLock, { '/app/mix.lock': lock, ...files })
        .packages.map(({ name }) => name)
        .join(' ');
    const all = 'credo bunt jason decimal phoenix plug stray bunt_needed';
    assert.equal(
      listNames({ '/app/mix.exs': project(`${dev}, {:phoenix, "1.0"}`) }),
      'phoenix plug stray bunt_needed',
    );
    assert.equal(
      listNames({ '/app/mix.exs': project(`${dev}, {:phoenix, "1.0"}, {:jason, "1.0"}`) }),
      'jason decimal phoenix plug stray bunt_needed',
    );
    assert.equal(listNames({ '/app/mix.exs': project(`${dev}, {name, "1.0"}`) }), all);
    assert.equal(listNames({ '/mix.exs': project(dev), '/app/deps/a/mix.exs': project(dev) }), all);
    const umbrella = { '/app/mix.exs': `[apps_path: "apps", deps: [${dev}]]` };
    assert.equal(listNames(umbrella), all);
    assert.equal(
      listNames({
        ...umbrella,
        '/app/apps/a/mix.exs': project('{:jason, "1.0"}, {:b, in_umbrella: true}'),
      }),
      'jason decimal phoenix plug stray bunt_needed',
    );
    assert.equal(listNames({ ...umbrella, '/app/apps/a/mix.exs': project('{x, "1.0"}') }), all);
    assert.equal(listNames({ '/app/mix.exs': project(`${dev}, {:local, path: "../local"}`) }), all);
  });

  test('reports a project that computes its list of packages, and lists all packages', () => {
    const lock = `%{\n${COWBOY}\n${COWLIB}\n}\n`;
    const readLocked = (files: Readonly<Record<string, string>>) =>
      catalogFiles(elixirMixLock, { '/app/mix.lock': lock, ...files });
    const dev = '{:cowboy, "2.9.0", only: :test}';
    const computed = readLocked({ '/app/mix.exs': `[deps: [${dev}, dep(:cowlib)]]` });
    assert.equal(computed.packages.length, 2);
    assert.deepEqual(computed.problems, ['P_UNSUPPORTED /app/mix.exs:']);
    const app = { '/app/apps/a/mix.exs': `[deps: more() ++ [${dev}]]` };
    const umbrella = readLocked({ '/app/mix.exs': '[apps_path: "apps", deps: []]', ...app });
    assert.equal(umbrella.packages.length, 2);
    assert.deepEqual(umbrella.problems, ['P_UNSUPPORTED /app/apps/a/mix.exs:']);
    const plain = readLocked({ '/app/mix.exs': `[deps: [${dev}, {:cowlib, @v}]]` });
    assert.deepEqual([plain.packages.map(({ name }) => name), plain.problems], [['cowlib'], []]);
    // A computed project without a lock file has no effect.
    assert.deepEqual(catalogFiles(elixirMixLock, { '/dep/mix.exs': '[deps: f(x)]' }).problems, []);
  });
});
