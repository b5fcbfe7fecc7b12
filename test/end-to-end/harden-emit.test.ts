import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { computeDigest, FixtureLayout } from '../../src/foundation/bytes/oci/image.fixture.ts';
import {
  createPaxHeader,
  createTar,
  type FixtureEntry,
} from '../../src/foundation/bytes/tar/tar.fixture.ts';
import { skipUnlessInstalled } from '../support/installed-program.ts';
import { runProgram } from '../support/run-program.ts';

const SCRATCH = mkdtempSync(join(tmpdir(), 'plimsoll-harden-emit-'));
after(() => rmSync(SCRATCH, { recursive: true, force: true }));

const GREETING = 'hello from a slim image\n';
const CODE_AT = 0x78;
const BASE = 0x400000;

/** A static program for Linux on x86-64 that prints the greeting: `write`, then `exit`. */
function createProgram(): Buffer {
  const text = Buffer.from(GREETING);
  const textAt = BASE + CODE_AT + 34;
  const code = Buffer.from(
    'b801000000bf01000000be00000000ba000000000f05b83c00000031ff0f05'.padEnd(68, '90'),
    'hex',
  );
  code.writeUInt32LE(textAt, 11);
  code.writeUInt32LE(text.length, 16);
  const header = Buffer.alloc(CODE_AT);
  header.write('\x7fELF\x02\x01\x01', 'latin1');
  header.writeUInt16LE(2, 16);
  header.writeUInt16LE(62, 18);
  header.writeUInt32LE(1, 20);
  header.writeBigUInt64LE(BigInt(BASE + CODE_AT), 24);
  header.writeBigUInt64LE(64n, 32);
  for (const [at, value] of [
    [52, 64],
    [54, 56],
    [56, 1],
  ] as const) {
    header.writeUInt16LE(value, at);
  }
  const bytes = BigInt(CODE_AT + code.length + text.length);
  header.writeUInt32LE(1, 64);
  header.writeUInt32LE(5, 68);
  header.writeBigUInt64LE(BigInt(BASE), 80);
  header.writeBigUInt64LE(BigInt(BASE), 88);
  header.writeBigUInt64LE(bytes, 96);
  header.writeBigUInt64LE(bytes, 104);
  header.writeBigUInt64LE(4096n, 112);
  return Buffer.concat([header, code, text]);
}

const DIRECTORY = { typeFlag: '5', mode: 0o755 } as const;

const LAYERS: readonly (readonly FixtureEntry[])[] = [
  [
    { name: './', ...DIRECTORY },
    { name: 'etc/', ...DIRECTORY },
    createPaxHeader({ mtime: '1500000000.25' }),
    { name: 'etc/os-release', content: 'ID=debian\nVERSION_ID="12"\n' },
    { name: 'tmp/', typeFlag: '5', mode: 0o1777 },
    { name: 'usr/', ...DIRECTORY },
    { name: 'usr/bin/', ...DIRECTORY },
    createPaxHeader({ mtime: '1600000000.123456789', 'SCHILY.xattr.user.note': 'kept' }),
    { name: 'usr/bin/hello', content: createProgram(), mode: 0o755, uid: 7 },
    { name: 'usr/bin/unused', content: 'x', mode: 0o4755 },
    { name: 'bin', typeFlag: '2', linkName: 'usr/bin' },
    { name: 'var/', ...DIRECTORY },
    { name: 'var/lib/', ...DIRECTORY },
    { name: 'var/lib/dpkg/', ...DIRECTORY },
    { name: 'var/lib/dpkg/info/', ...DIRECTORY },
    {
      name: 'var/lib/dpkg/status',
      content: [
        'Package: hello\nStatus: install ok installed\nArchitecture: amd64\nVersion: 1.0\n',
        'Package: unused\nStatus: install ok installed\nArchitecture: amd64\nVersion: 2.0\n',
      ].join('\n'),
    },
    { name: 'var/lib/dpkg/info/hello.list', content: '/usr/bin/hello\n' },
    { name: 'var/lib/dpkg/info/unused.list', content: '/usr/bin/unused\n' },
  ],
  [createPaxHeader({ mtime: '1700000000' }), { name: 'etc/late', content: 'dropped' }],
];

function writeImage(entrypoint: readonly string[]): string {
  const layout = new FixtureLayout();
  const layers = LAYERS.map(createTar);
  const image = layout.addImage({ layers, entrypoint, diffIds: layers.map(computeDigest) });
  // Some tools check the size of a document.
  const manifest = JSON.parse(String(layout.blobs.get(image.digest))) as {
    config: { digest: string; size: number };
  };
  manifest.config.size = layout.blobs.get(manifest.config.digest)?.length ?? 0;
  const content = JSON.stringify(manifest);
  const digest = layout.add(content);
  const annotations = { 'org.opencontainers.image.ref.name': 'latest' };
  const folder = mkdtempSync(join(SCRATCH, 'image-'));
  const descriptor = { ...image, digest, size: content.length, annotations };
  for (const { name, content: bytes = '' } of layout.listEntries([descriptor])) {
    mkdirSync(join(folder, name, '..'), { recursive: true });
    writeFileSync(join(folder, name), bytes);
  }
  return folder;
}

const ENVIRONMENT = { PLIMSOLL_CACHE_DIR: join(SCRATCH, 'cache') };

async function emit(image: string, ...outputs: readonly string[]) {
  const args = ['harden', 'emit', `oci-dir:${image}`, ...outputs.flatMap((one) => ['-o', one])];
  return await runProgram([...args, '--no-cache', '--offline'], ENVIRONMENT);
}

describe('harden emit', () => {
  test('prints the digest of the new image, and what stays', async () => {
    const output = join(mkdtempSync(join(SCRATCH, 'o-')), 'slim');
    const { status, stdout, stderr } = await emit(writeImage(['/bin/hello']), `oci-dir=${output}`);
    assert.equal(status, 0, stderr);
    const index = JSON.parse(readFileSync(join(output, 'index.json'), 'utf8')) as {
      manifests: { digest: string }[];
    };
    assert.match(stdout, new RegExp(`^oci-dir:${output}  ${index.manifests[0]?.digest}\nKept: `));
    assert.match(stdout, /, 1 of 2 packages; .* to pull\n$/);
  });

  test('writes documents about the new image', async () => {
    const place = mkdtempSync(join(SCRATCH, 'o-'));
    const output = join(place, 'slim.tar');
    const sbom = join(place, 'slim.cdx.json');
    const { status, stderr } = await emit(
      writeImage(['/bin/hello']),
      `oci-archive=${output}`,
      `cyclonedx-json=${sbom}`,
    );
    assert.equal(status, 0, stderr);
    const { components } = JSON.parse(readFileSync(sbom, 'utf8')) as {
      components: { type: string; name: string }[];
    };
    const libraries = components.filter(({ type }) => type === 'library');
    assert.deepEqual(
      libraries.map(({ name }) => name),
      ['hello'],
    );
  });

  test('refuses an image whose entry point is a shell or missing, with the reason', async () => {
    const place = mkdtempSync(join(SCRATCH, 'o-'));
    const { status, stderr } = await emit(
      writeImage(['/bin/sh']),
      `oci-dir=${join(place, 'slim')}`,
    );
    assert.equal(status, 3);
    assert.match(stderr, /E_UNSUPPORTED.*no slim image can be emitted: /);
    assert.deepEqual(readdirSync(place), []);
  });

  test('a plan that cannot be decided is incomplete, and files cannot be hidden from one', async () => {
    const plan = async (...options: readonly string[]) => {
      const image = `oci-dir:${writeImage(['/bin/sh'])}`;
      const args = ['harden', 'plan', image, '--no-cache', '--offline', ...options];
      return await runProgram(args, ENVIRONMENT);
    };
    const undecided = await plan('--fail-incomplete');
    assert.equal(undecided.status, 4, undecided.stderr);
    assert.match(undecided.stderr, /incomplete: it cannot be decided what the image needs: /);
    const hidden = await plan('--exclude', './etc');
    assert.equal(hidden.status, 3);
    assert.match(hidden.stderr, /--exclude cannot be used with "plimsoll harden plan"/);
  });

  for (const [title, outputs] of [
    ['no image', []],
    ['two images', ['oci-dir=a', 'oci-archive=b']],
    ['a document on standard output', ['oci-dir=a', 'openvex']],
    ['another format', ['oci-dir=a', 'table=b']],
    ['a form without a path', ['oci-dir']],
  ] as const) {
    test(`refuses ${title} as output before it reads the image`, async () => {
      const { status, stderr } = await emit('no-such-image', ...outputs);
      assert.equal(status, 3);
      assert.doesNotMatch(stderr, /no-such-image/);
      assert.match(stderr, /hint: /);
    });
  }

  for (const name of ['slim', 'slim.cdx.json']) {
    test(`never replaces an existing ${name}`, async () => {
      const place = mkdtempSync(join(SCRATCH, 'o-'));
      writeFileSync(join(place, name), 'mine');
      const { status, stderr } = await emit(
        'no-such-image',
        `oci-dir=${join(place, 'slim')}`,
        `cyclonedx-json=${join(place, 'slim.cdx.json')}`,
      );
      assert.equal(status, 1);
      assert.match(stderr, /E_OUTPUT.*the output exists/);
      assert.deepEqual(readdirSync(place), [name]);
      assert.equal(readFileSync(join(place, name), 'utf8'), 'mine');
    });
  }
});

function run(program: string, ...args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(program, args, { encoding: 'utf8' });
  assert.equal(status, 0, `${program} ${args.join(' ')}: ${stderr}`);
  return stdout;
}

/** Unpacks an image of a layout; returns the directory of the bundle. */
function unpackImage(layout: string): string {
  const bundle = join(mkdtempSync(join(SCRATCH, 'bundle-')), 'bundle');
  run('umoci', 'unpack', '--image', `${layout}:latest`, bundle);
  return bundle;
}

function describeFile(path: string): object {
  const { mode, uid, gid, mtimeMs, nlink, isFile, isSymbolicLink } = lstatSync(path);
  const status = lstatSync(path);
  return {
    mode,
    uid,
    gid,
    mtimeMs,
    ...(status.isDirectory() ? {} : { nlink }),
    ...(isFile.call(status)
      ? { sha256: createHash('sha256').update(readFileSync(path)).digest('hex') }
      : {}),
    ...(isSymbolicLink.call(status) ? { target: readlinkSync(path) } : {}),
  };
}

function listTree(root: string): readonly string[] {
  return readdirSync(root, { recursive: true, encoding: 'utf8' }).toSorted();
}

function runBundle(bundle: string): { readonly status: number | null; readonly stdout: string } {
  const file = join(bundle, 'config.json');
  const config = JSON.parse(readFileSync(file, 'utf8')) as { process: { terminal: boolean } };
  config.process.terminal = false;
  writeFileSync(file, JSON.stringify(config));
  const name = `plimsoll-${process.pid}-${Math.trunc(performance.now())}`;
  const { status, stdout } = spawnSync('runc', ['run', '--bundle', bundle, name], {
    encoding: 'utf8',
  });
  return { status, stdout };
}

const needs = skipUnlessInstalled('skopeo', 'umoci', 'runc');
const skip = process.getuid?.() === 0 ? needs : 'unpacking owners needs root';

describe('tools of container runtimes', { skip }, () => {
  test('every kept path is as in the original', async () => {
    const original = writeImage(['/bin/hello']);
    const slim = join(mkdtempSync(join(SCRATCH, 'o-')), 'slim');
    const { status, stderr } = await emit(original, `oci-dir=${slim}`);
    assert.equal(status, 0, stderr);
    const [before, after_] = [original, slim].map((image) => join(unpackImage(image), 'rootfs'));
    assert.ok(before !== undefined && after_ !== undefined);
    const paths = listTree(after_).filter((path) => !path.startsWith('var/lib/dpkg'));
    assert.ok(paths.includes('usr/bin/hello') && paths.includes('bin') && paths.includes('tmp'));
    for (const path of paths) {
      assert.deepEqual(describeFile(join(after_, path)), describeFile(join(before, path)), path);
    }
    const readAttributes = (root: string): string =>
      run('getfattr', '--absolute-names', '-d', join(root, 'usr/bin/hello')).replace(root, '');
    if (skipUnlessInstalled('getfattr') === false) {
      assert.equal(readAttributes(after_), readAttributes(before));
    }
  });

  for (const [form, layers] of [
    ['oci-dir', 'one'],
    ['oci-archive', 'base,application'],
    ['docker-archive', 'one'],
  ] as const) {
    test(`skopeo copies an ${form} with the layers "${layers}", and runc runs it`, async (context) => {
      const original = writeImage(['/bin/hello']);
      const reference = runBundle(unpackImage(original));
      if (reference.status !== 0) {
        context.skip('runc cannot run the original image on this machine');
        return;
      }
      assert.equal(reference.stdout, GREETING);
      const place = mkdtempSync(join(SCRATCH, 'o-'));
      const slim = join(place, 'slim');
      const { status, stderr } = await runProgram(
        [
          'harden',
          'emit',
          `oci-dir:${original}`,
          '-o',
          `${form}=${slim}`,
          '--layers',
          layers,
          '--no-cache',
        ],
        ENVIRONMENT,
      );
      assert.equal(status, 0, stderr);
      const copy = join(place, 'copy');
      const source = form === 'oci-dir' ? `oci:${slim}` : `${form}:${slim}`;
      run('skopeo', 'copy', '-q', source, `oci:${copy}:latest`);
      assert.deepEqual(runBundle(unpackImage(copy)), reference);
    });
  }
});
