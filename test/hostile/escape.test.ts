import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { FixtureLayout } from '../../src/foundation/bytes/oci/image.fixture.ts';
import {
  createPaxHeader,
  createTar,
  type FixtureEntry,
} from '../../src/foundation/bytes/tar/tar.fixture.ts';
import type { Inventory } from '../../src/foundation/core/inventory.ts';
import { createZip } from '../support/fuzz-seed.ts';
import { createRandom, pick } from '../support/random-version.ts';
import { restrictWrites, runProgram, startProgram } from '../support/run-program.ts';

const FOLDER = mkdtempSync(join(tmpdir(), 'plimsoll-escape-'));
after(() => rmSync(FOLDER, { recursive: true, force: true }));

const OS_RELEASE = { name: 'etc/os-release', content: 'ID=alpine\nVERSION_ID=3.20.1\n' };
const APK = { name: 'lib/apk/db/installed', content: 'P:musl\nV:1.2.5-r0\nA:x86_64\n\n' };

let runs = 0;

/**
 * Returns the inventory of an image whose layers contain these entries, from a program that can
 * only write to its directory for temporary files. Every file that can be spilled is spilled there,
 * and nothing may be left in it.
 */
async function scanLayers(...layers: readonly (readonly FixtureEntry[])[]): Promise<Inventory> {
  const world = join(FOLDER, String(runs++));
  const temporary = join(world, 'tmp');
  mkdirSync(temporary, { recursive: true });
  const layout = new FixtureLayout();
  const image = layout.addImage({ layers: layers.map(createTar) });
  const archive = join(world, 'image.tar');
  writeFileSync(archive, createTar(layout.listEntries([image])));
  const args = ['sbom', archive, '-o', 'json', '--no-cache', '--limit', 'memoryFileBytesMax=1'];
  const { ended } = startProgram(args, { TMPDIR: temporary }, restrictWrites(temporary));
  const { status, stdout, stderr } = await ended;
  assert.equal(status, 0, stderr);
  assert.deepEqual(readdirSync(temporary), []);
  assert.deepEqual(readdirSync(world).toSorted(), ['image.tar', 'tmp']);
  return (JSON.parse(stdout) as { inventory: Inventory }).inventory;
}

function summarize({ packages, problems }: Inventory): readonly [string[], string[]] {
  return [
    packages.map(({ name, version }) => `${name} ${version}`),
    problems.map(({ code, path }) => `${code} ${path}`),
  ];
}

describe('an entry with a name that leads out of the image', () => {
  test('lies in the image where container runtimes put it, and is a problem', async () => {
    const names = ['../../escape', 'a/../../escape', '..', './../lib/apk/db/installed'];
    const hostile = names.map((name) => ({ name, content: 'P:evil\nV:1\n\n' }));
    const inventory = await scanLayers([OS_RELEASE, ...hostile]);
    const paths = ['/', '/escape', '/escape', '/lib/apk/db/installed'];
    assert.deepEqual(summarize(inventory), [['evil 1'], paths.map((path) => `P_NAME ${path}`)]);
    const replaced = await scanLayers([OS_RELEASE, ...hostile, APK]);
    assert.deepEqual(summarize(replaced), [
      ['musl 1.2.5-r0'],
      paths.map((path) => `P_NAME ${path}`),
    ]);
  });

  test('is overlong, which is a problem, and the rest of the image is read', async () => {
    const long = [createPaxHeader({ path: `${'n/'.repeat(4_000)}x` }), { name: 'x' }];
    const { packages, problems } = await scanLayers([OS_RELEASE, ...long, APK]);
    assert.deepEqual(
      [packages.map(({ name }) => name), problems.map(({ code }) => code)],
      [['musl'], ['P_NAME']],
    );
  });

  test('contains NUL, for which container runtimes and we reject the layer', async () => {
    const pax = [createPaxHeader({ path: 'a\0b' }), { name: 'x' }];
    const { packages, problems } = await scanLayers([APK], [...pax, { ...APK, content: '' }]);
    assert.deepEqual(
      [packages.map(({ name }) => name), problems.map(({ code }) => code)],
      [['musl'], ['P_MALFORMED']],
    );
  });

  test('is a link that other entries go through, which stay in the image', async () => {
    const written = { content: 'P:through\nV:1\n\n' };
    const inventory = await scanLayers([
      OS_RELEASE,
      { name: 'out', typeFlag: '2', linkName: '../../../../../../tmp' },
      { name: 'out/escape', content: 'x' },
      { name: 'w/x', typeFlag: '2', linkName: '/w/xy' },
      { name: 'w/x/lib/apk/db/installed', ...written },
      { name: 'h', typeFlag: '1', linkName: '../../../etc/passwd' },
      APK,
    ]);
    assert.deepEqual(summarize(inventory), [['musl 1.2.5-r0', 'through 1'], ['P_LINK /h']]);
    const [, through] = inventory.packages;
    assert.equal(through?.locations[0]?.path, '/w/xy/lib/apk/db/installed');
  });

  test('is different from names with a drive or backslashes, which are plain names', async () => {
    const names = ['C:\\x\\package.json', '\\\\server\\share\\package.json', 'CON', 'a:b'];
    const entries = names.map((name) => ({ name, content: '{}' }));
    assert.deepEqual(summarize(await scanLayers([...entries, APK])), [['musl 1.2.5-r0'], []]);
  });
});

test('a link of an image to a file of this machine shows nothing of it', async () => {
  const links = ['etc/os-release', 'lib/apk/db/installed', 'var/lib/dpkg/status'];
  const secret = join(FOLDER, 'secret');
  writeFileSync(
    secret,
    'P:secret\nV:1\n\nPackage: secret\nStatus: install ok installed\nVersion: 1\n',
  );
  const entries = links.map((name) => ({ name, typeFlag: '2', linkName: secret }));
  const inventory = await scanLayers([{ name: 'x' }, ...entries]);
  assert.deepEqual(inventory.packages, []);
});

test('no order of hostile entries makes the program write by their names', async () => {
  const random = createRandom(5);
  const names = [
    '../e',
    'e',
    'e/f',
    '/abs',
    './..',
    'e/../../g',
    'lib/apk/db/installed',
    'var/lib/dpkg/status',
    'a.jar',
    'e/.wh.f',
    'e/.wh..wh..opq',
    'proc/self/fd/1',
    'dev/stdout',
    'x'.repeat(300),
  ];
  const links = ['..', '/', '/proc/self/cwd', '../../../..', 'e', '/dev/stdout', 'nowhere'];
  const drawEntry = (): FixtureEntry => {
    const typeFlag = pick(random, ['0', '0', '0', '1', '2', '3', '4', '5', '6', 'Q']);
    const isLink = typeFlag === '1' || typeFlag === '2';
    return {
      name: pick(random, names),
      typeFlag,
      ...(isLink ? { linkName: pick(random, links) } : {}),
      ...(typeFlag === '0' ? { content: 'P:x\nV:1\n\n' } : {}),
    };
  };
  const layers = Array.from({ length: 8 }, () => Array.from({ length: 100 }, drawEntry));
  const { packages } = await scanLayers(...layers, [APK]);
  assert(packages.some(({ name }) => name === 'musl'));
});

test('reads nested archives up to any depth, without creating files for them', async () => {
  let jar = createZip({
    '../../escape.class': 'x',
    'META-INF/MANIFEST.MF': 'Implementation-Title: deep\nImplementation-Version: 9\n',
  });
  for (let depth = 5; depth > 0; depth--) {
    jar = createZip({
      '../../../escape': 'x',
      '/abs': 'x',
      [`../level-${depth}-1.0.jar`]: jar,
      'META-INF/MANIFEST.MF': 'Manifest-Version: 1.0\n',
    });
  }
  const { packages } = await scanLayers([{ name: 'app/a-1.0.jar', content: jar }, APK]);
  const names = packages.map(({ name }) => name);
  assert.deepEqual(names, ['a', ...Array<string>(5).fill('level'), 'musl']);
});

test('does not read files outside of the scanned directory that a file names', async () => {
  const world = join(FOLDER, 'include');
  const root = join(world, 'project');
  mkdirSync(root, { recursive: true });
  writeFileSync(join(world, 'outside.txt'), 'secret-package==1.0\n');
  const includes = ['../outside.txt', join(world, 'outside.txt'), 'file:../outside.txt'];
  writeFileSync(
    join(root, 'requirements.txt'),
    `flask==3.0.0\n${includes.map((path) => `-r ${path}\n-c ${path}\n`).join('')}`,
  );
  const { status, stdout } = await runProgram(['sbom', root, '-o', 'json'], { TMPDIR: world });
  assert.equal(status, 0);
  const { packages } = (JSON.parse(stdout) as { inventory: Inventory }).inventory;
  assert.deepEqual(
    packages.map(({ name }) => name),
    ['flask'],
  );
});
