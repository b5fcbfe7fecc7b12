import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { readInventory } from '../../src/assess/read-inventory.ts';
import { computeDigest, FixtureLayout } from '../../src/foundation/bytes/oci/image.fixture.ts';
import {
  createPaxHeader,
  createTar,
  type FixtureEntry,
} from '../../src/foundation/bytes/tar/tar.fixture.ts';
import { isComplete, type Scope } from '../../src/foundation/core/inventory.ts';
import { DEFAULT_LIMITS, type Limits } from '../../src/foundation/core/limits.ts';

const FOLDER = mkdtempSync(join(tmpdir(), 'plimsoll-limits-'));
after(() => rmSync(FOLDER, { recursive: true, force: true }));

let images = 0;

function createImage(...layers: readonly (readonly FixtureEntry[])[]): string {
  const layout = new FixtureLayout();
  const contents = layers.map(createTar);
  const image = layout.addImage({
    layers: contents.map((content) => gzipSync(content)),
    diffIds: contents.map(computeDigest),
  });
  const path = join(FOLDER, `${images++}.tar`);
  writeFileSync(path, createTar(layout.listEntries([image])));
  return path;
}

interface Options {
  readonly limits: Partial<Limits>;
  readonly scope?: Scope;
}

async function scan(target: string, { limits, scope = 'squashed' }: Options) {
  const inventory = await readInventory(target, {
    temporaryFolder: FOLDER,
    limits: { ...DEFAULT_LIMITS, ...limits },
    scope,
    files: { selection: 'all' },
  });
  const { packages, problems, files, relationships } = inventory;
  return {
    names: packages.map(({ name }) => name),
    problems,
    files: files.map(({ path }) => path),
    edges: relationships.length,
    isComplete: isComplete(inventory),
  };
}

function createApk(...names: readonly string[]): FixtureEntry {
  const records = names.map((name) => `P:${name}\nV:1\n\n`);
  return { name: 'lib/apk/db/installed', content: records.join('') };
}

function createDpkg(...names: readonly string[]): FixtureEntry {
  const records = names.map(
    (name) => `Package: ${name}\nStatus: install ok installed\nVersion: 1\nArchitecture: all\n\n`,
  );
  return { name: 'var/lib/dpkg/status', content: records.join('') };
}

describe('packages of all databases together', () => {
  const target = createImage([createApk('a1', 'a2', 'a3'), createDpkg('d1', 'd2', 'd3')]);

  test('are complete up to the limit', async () => {
    const { names, problems } = await scan(target, { limits: { packagesMax: 6 } });
    assert.deepEqual([names, problems], [['a1', 'a2', 'a3', 'd1', 'd2', 'd3'], []]);
  });

  test('are omitted beyond it, which names the limit, the database and its layer', async () => {
    const {
      names,
      problems,
      isComplete: isWhole,
    } = await scan(target, {
      limits: { packagesMax: 4 },
    });
    assert.deepEqual(names, ['a1', 'a2', 'a3', 'd1']);
    assert.equal(isWhole, false);
    const [problem, ...others] = problems;
    assert.equal(others.length, 0);
    assert.equal(problem?.code, 'P_LIMIT');
    assert.match(
      problem?.message ?? '',
      /^2 more packages were left out, here and below: the limit packagesMax is 4$/,
    );
    assert.deepEqual([problem?.plugin, problem?.path], ['dpkg-db', '/var/lib/dpkg/status']);
    assert.match(problem?.layer ?? '', /^sha256:/);
  });

  test('are limited over all layers together, including hidden ones', async () => {
    const layered = createImage(
      [createApk('a1', 'a2')],
      [createApk('b1', 'b2')],
      [createApk('c1', 'c2')],
    );
    const { names, problems } = await scan(layered, {
      limits: { packagesMax: 4 },
      scope: 'all-layers',
    });
    assert.deepEqual(names, ['a1', 'a2', 'b1', 'b2']);
    assert.match(problems[0]?.message ?? '', /6 packages; the limit packagesMax allows 4/);
  });
});

test('lists files and relationships up to their limits, which is reported', async () => {
  const files = ['a', 'b', 'c', 'd'].map((name) => ({ name }));
  const target = createImage([...files, createApk('x', 'y')]);
  const few = await scan(target, { limits: { listedFilesMax: 2, edgesMax: 1 } });
  assert.deepEqual([few.files.length, few.edges, few.names], [2, 1, ['x', 'y']]);
  const messages = few.problems.map(({ code, message }) => `${code} ${message}`);
  assert.equal(messages.length, 2);
  assert.match(
    messages[1] ?? '',
    /^P_LIMIT 3 more files were not listed: the limit listedFilesMax is 2$/,
  );
  assert.match(
    messages[0] ?? '',
    /^P_LIMIT some relationships were left out: the limit edgesMax is 1$/,
  );
});

describe('a layer that exceeds a limit for layers', () => {
  const bomb = { name: 'bomb', content: Buffer.alloc(3_000_000) };
  const target = createImage([createApk('low')], [bomb, createDpkg('gone')], [createDpkg('high')]);
  const CASES: readonly [string, Partial<Limits>, RegExp][] = [
    [
      'unpacks to more than layerBytesMax',
      { layerBytesMax: 1_000_000 },
      /bytes of the limit layerBytesMax/,
    ],
    [
      'expands by more than expansionMax',
      { expansionMax: 100, expansionFreeBytesMax: 0 },
      /times its stored size \(limit expansionMax\)/,
    ],
  ];
  for (const [title, limits, message] of CASES) {
    test(`drops only that layer if it ${title}`, async () => {
      const { names, problems, isComplete: isWhole } = await scan(target, { limits });
      assert.deepEqual([names, isWhole], [['high', 'low'], false]);
      const [problem, ...others] = problems;
      assert.deepEqual([problem?.code, others], ['P_LIMIT', []]);
      assert.match(problem?.message ?? '', /^the layer was left out: /);
      assert.match(problem?.message ?? '', message);
      assert.match(problem?.layer ?? '', /^sha256:/);
    });
  }

  test('ends the run if it is the only one', async () => {
    const alone = scan(createImage([bomb]), { limits: { layerBytesMax: 1_000_000 } });
    await assert.rejects(alone, { code: 'E_LIMIT' });
  });

  test('is one with more files than all layers together may have', async () => {
    const many = ['1', '2', '3'].map((name) => ({ name }));
    const layered = createImage([createApk('low')], many, [createDpkg('high')]);
    const { names, problems } = await scan(layered, { limits: { filesMax: 3 } });
    assert.deepEqual(names, ['high', 'low']);
    assert.match(problems[0]?.message ?? '', /the layers exceed the limit filesMax \(3\)/);
  });
});

describe('the paths of a layer', () => {
  const createDeepEntries = (number: number): FixtureEntry[] => [
    createPaxHeader({ path: `${number}/${'x/'.repeat(50)}file` }),
    { name: 'x' },
  ];
  const target = createImage([
    createApk('a'),
    ...Array.from({ length: 100 }, (_, number) => createDeepEntries(number)).flat(),
    createDpkg('d'),
  ]);
  const CASES: readonly Partial<Limits>[] = [{ folderBytesMax: 200_000 }, { pathsBytesMax: 5_000 }];
  for (const limits of CASES) {
    const [name = ''] = Object.keys(limits);
    test(`are read as far as ${name} allows, which is reported once`, async () => {
      const { names, problems } = await scan(target, { limits });
      assert.deepEqual([names, problems.length], [['a'], 1]);
      assert.match(
        problems[0]?.message ?? '',
        new RegExp(`limit ${name} .*; the rest was not read`),
      );
      assert.match(problems[0]?.path ?? '', /\/file$/);
      assert.deepEqual((await scan(target, { limits: {} })).names, ['a', 'd']);
    });
  }
});

test('links are followed through as many names as linkStepsMax allows, which is reported', async () => {
  const hops = 'a/../'.repeat(20);
  const chain = Array.from(
    { length: 8 },
    (_, number): FixtureEntry => ({
      name: `l${number}`,
      typeFlag: '2',
      linkName: number === 7 ? 'target' : `${hops}l${number + 1}`.slice(0, 100),
    }),
  );
  const links = Array.from(
    { length: 50 },
    (_, number): FixtureEntry => ({
      name: `${number}/package.json`,
      typeFlag: '2',
      linkName: '../l0',
    }),
  );
  const target = createImage([
    createApk('a'),
    { name: 'a', typeFlag: '5' },
    { name: 'target', content: '{"name":"linked","version":"1.0.0"}' },
    ...chain,
    ...links,
  ]);
  const all = await scan(target, { limits: {} });
  assert.deepEqual([all.names.includes('a'), all.problems], [true, []]);
  const few = await scan(target, { limits: { linkStepsMax: 500 } });
  assert.deepEqual(few.names.includes('a'), true);
  assert.match(few.problems[0]?.message ?? '', /exceed the limit linkStepsMax \(500\)/);
  assert.equal(few.problems[0]?.code, 'P_LIMIT');
});
