import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { readInventory } from '../../src/assess/read-inventory.ts';
import { FixtureLayout } from '../../src/foundation/bytes/oci/image.fixture.ts';
import { createTar, type FixtureEntry } from '../../src/foundation/bytes/tar/tar.fixture.ts';
import { DEFAULT_LIMITS, type Limits } from '../../src/foundation/core/limits.ts';
import { createZip, SEEDS } from '../support/fuzz-seed.ts';
import { skipUnlessInstalled } from '../support/installed-program.ts';
import { runProgram } from '../support/run-program.ts';

const FOLDER = mkdtempSync(join(tmpdir(), 'plimsoll-content-'));
after(() => rmSync(FOLDER, { recursive: true, force: true }));

const APK = { name: 'lib/apk/db/installed', content: 'P:musl\nV:1.2.5-r0\nA:x86_64\n\n' };

let images = 0;

async function scan(target: string, limits: Partial<Limits> = {}) {
  const { packages, problems } = await readInventory(target, {
    temporaryFolder: FOLDER,
    limits: { ...DEFAULT_LIMITS, ...limits },
  });
  return {
    packages: packages.map(({ name }) => name),
    problems: problems.map(({ code, path = '' }) => `${code} ${path}`),
  };
}

/**
 * Creates an archive of an image whose only layer contains these entries, stored as by `compress`.
 */
function createImage(
  entries: readonly FixtureEntry[],
  compress: (content: Uint8Array) => Buffer = (content) => Buffer.from(content),
): string {
  const layout = new FixtureLayout();
  const image = layout.addImage({ layers: [compress(createTar(entries))] });
  const path = join(FOLDER, `${images++}.tar`);
  writeFileSync(path, createTar(layout.listEntries([image])));
  return path;
}

/** Creates a directory that contains these files. */
function createFolder(entries: readonly FixtureEntry[]): string {
  const root = join(FOLDER, `folder-${images++}`);
  for (const { name, content = '' } of entries) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), content);
  }
  return `dir:${root}`;
}

describe('content that expands beyond its limits', () => {
  const zeros = { name: 'big', content: Buffer.alloc(4_000_000) };
  for (const [name, compress] of [
    ['gzip', gzipSync],
    ['zstd', zstdCompressSync],
  ] as const) {
    test(`is a layer with ${name}, which is rejected at a limit`, async () => {
      const layout = new FixtureLayout();
      const content = createTar([zeros, APK]);
      const image = layout.addImage({ layers: [compress(content)] });
      const path = join(FOLDER, `${name}.tar`);
      writeFileSync(path, createTar(layout.listEntries([image])));
      await assert.rejects(scan(path, { layerBytesMax: 1_000_000 }), { code: 'E_LIMIT' });
      const expansion = { expansionMax: 20, expansionFreeBytesMax: 0 };
      await assert.rejects(scan(path, expansion), { code: 'E_LIMIT' });
    });
  }

  test('is a zip archive, whose other parts are read, with the omitted ones reported', async () => {
    const jar = createZip({
      'META-INF/MANIFEST.MF': `Implementation-Title: x\n${'A'.repeat(1_000_000)}\n`,
    });
    const path = createImage([{ name: 'a-1.0.jar', content: jar }, APK]);
    const { packages, problems } = await scan(path, { archiveTextBytesMax: 10_000 });
    assert(packages.includes('musl'));
    assert.deepEqual(problems, ['P_LIMIT /a-1.0.jar']);
  });

  test('is a file above the limit of its reader, which drops only that file', async () => {
    const lock = { name: 'app/package-lock.json', content: ' '.repeat(10_000) };
    const { packages, problems } = await scan(createFolder([lock, APK]), {
      lockFileBytesMax: 1_000,
    });
    assert.deepEqual([packages, problems], [['musl'], ['P_LIMIT /app/package-lock.json']]);
  });
});

test('documents nested a hundred thousand levels deep are reported and affect no other file', async () => {
  const deep = { brackets: '['.repeat(100_000), braces: '{"a":'.repeat(100_000) };
  const names = ['package-lock.json', 'composer.lock', 'Cargo.lock', 'package.json'];
  const entries = names.flatMap((name) =>
    Object.entries(deep).map(([folder, content]) => ({ name: `${folder}/${name}`, content })),
  );
  const pom = `<project>${'<a>'.repeat(100_000)}`;
  const { packages, problems } = await scan(
    createFolder([...entries, { name: 'pom.xml', content: pom }, APK]),
  );
  assert.deepEqual(packages, ['musl']);
  const locks = entries.filter((entry) => !entry.name.endsWith('package.json'));
  for (const { name } of locks) {
    assert(
      problems.some((problem) => problem.endsWith(` /${name}`)),
      `${name} is not reported`,
    );
  }
});

describe('a damaged package database is never reported as empty', () => {
  const DATABASES = [
    ['var/lib/rpm/rpmdb.sqlite', SEEDS.rpmDatabases[0]],
    ['var/lib/rpm/Packages.db', SEEDS.rpmDatabases[1]],
    ['var/lib/rpm/Packages', SEEDS.rpmDatabases[2]],
  ] as const;
  for (const [name, content] of DATABASES) {
    test(`as ${name}, truncated anywhere, filled with zeros or with noise`, async () => {
      const whole = await scan(createImage([{ name, content }]));
      assert(whole.packages.includes('bash') && whole.problems.length === 0);
      const cuts = [0.1, 0.5, 0.9].map((part) => content.subarray(0, content.length * part));
      const others = [Buffer.alloc(content.length), Buffer.alloc(content.length, 'noise')];
      for (const damaged of [...cuts, ...others]) {
        const { packages, problems } = await scan(createImage([{ name, content: damaged }]));
        assert(packages.length === whole.packages.length || problems.length > 0);
      }
    });
  }

  test('and ends a run that requires complete results', async () => {
    const [[name, content]] = DATABASES;
    const image = createImage([{ name, content: content.subarray(0, 1_000) }]);
    const { status, stdout } = await runProgram(['sbom', image, '--fail-incomplete']);
    assert.equal(status, 4);
    assert.match(stdout, /The inventory is incomplete: 2 problems\./);
  });
});

describe('unread content is reported', () => {
  const ARCHIVES = [
    ['7z', '377abcaf271c0004'],
    ['rar', '526172211a070100'],
  ] as const;
  test('if the target is a tar archive without an image, which is an error', async () => {
    const path = join(FOLDER, 'x.tar');
    writeFileSync(path, createTar([APK]));
    await assert.rejects(scan(path), { code: 'E_IMAGE_INVALID' });
  });

  for (const [extension, content] of ARCHIVES) {
    test(`if the target is a ${extension} archive without an image`, async () => {
      const path = join(FOLDER, `x.${extension}`);
      writeFileSync(path, Buffer.from(content, 'hex'));
      assert.deepEqual(await scan(path), { packages: [], problems: ['P_UNSUPPORTED '] });
    });
  }

  test('if a circular link replaces a database', async () => {
    const link = {
      name: 'var/lib/dpkg/status',
      typeFlag: '2',
      linkName: '../../../var/lib/dpkg/status',
    };
    const { packages, problems } = await scan(createImage([link, APK]));
    assert.deepEqual([packages, problems], [['musl'], ['P_LINK /var/lib/dpkg/status']]);
  });

  test('if a device replaces a database', async () => {
    const entries = ['3', '4', '6'].map((typeFlag, number) => ({
      name: `${number}/var/lib/dpkg/status`,
      typeFlag,
    }));
    const { packages } = await scan(createImage([...entries, APK]));
    assert.deepEqual(packages, ['musl']);
  });
});

describe('a pipe or a device', { skip: skipUnlessInstalled('mkfifo') }, () => {
  const pipe = join(FOLDER, 'pipe');
  const root = join(FOLDER, 'pipes');
  before(() => {
    mkdirSync(join(root, 'lib/apk/db'), { recursive: true });
    spawnSync('mkfifo', [join(root, 'package.json'), join(root, APK.name), pipe]);
  });

  test('does not block the scan of its directory', async () => {
    assert.deepEqual((await scan(`dir:${root}`)).packages, []);
  });

  for (const target of [pipe, '/dev/zero']) {
    for (const source of ['', 'file:', 'docker-archive:', 'oci-archive:', 'sbom:']) {
      test(`is not a target: ${source}${target.replace(FOLDER, '')}`, async () => {
        assert(existsSync(target));
        await assert.rejects(scan(`${source}${target}`), { code: /^E_TARGET_UN/ });
      });
    }
  }
});

test('reports a file whose name is not UTF-8', async () => {
  const root = join(FOLDER, 'names');
  mkdirSync(root);
  writeFileSync(Buffer.concat([Buffer.from(`${root}/`), Buffer.from([0xff, 0xfe])]), 'x');
  const { problems } = await scan(`dir:${root}`);
  assert.equal(problems.length, 1);
  assert.match(problems[0] ?? '', /^P_NAME /);
});
