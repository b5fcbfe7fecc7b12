import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, describe, test } from 'node:test';
import zlib from 'node:zlib';
import {
  computeDigest,
  type FixtureDescriptor,
  FixtureLayout,
} from '../../foundation/bytes/oci/image.fixture.ts';
import { createTar, type FixtureEntry } from '../../foundation/bytes/tar/tar.fixture.ts';
import { UserError } from '../../foundation/core/error.ts';
import { DEFAULT_LIMITS } from '../../foundation/core/limits.ts';
import { type ProgressEvent, SILENT } from '../../foundation/core/progress.ts';
import type {
  ImageDescription,
  OpenOptions,
  OpenTarget,
  Source,
  Spill,
  SpillFile,
} from '../../foundation/core/target.ts';
import { dir } from './dir/dir.ts';
import { dockerArchive } from './docker-archive/docker-archive.ts';
import { file } from './file/file.ts';
import { ociArchive } from './oci-archive/oci-archive.ts';
import { ociDir } from './oci-dir/oci-dir.ts';
import { openTarget } from './open-target.ts';

const SOURCES = [dir, dockerArchive, file, ociArchive, ociDir];
const FOLDER = fs.mkdtempSync(path.join(os.tmpdir(), 'open-target-test-'));
after(() => fs.rmSync(FOLDER, { recursive: true, force: true }));

/** A spill in memory, because that of `read` may not be imported here. */
const spill: Spill = {
  create: (): SpillFile => {
    let content = Buffer.alloc(0);
    return {
      get sizeBytes() {
        return content.length;
      },
      append: (chunk) => {
        content = Buffer.concat([content, chunk]);
      },
      read: (offset, length) => content.subarray(offset, offset + length),
      [Symbol.dispose]: () => undefined,
    };
  },
};

async function open(
  target: string,
  options: Partial<OpenOptions> & { from?: string } = {},
): Promise<OpenTarget> {
  const opened = await openTarget(target, SOURCES, {
    limits: DEFAULT_LIMITS,
    spill,
    progress: SILENT,
    ...options,
  });
  after(() => opened.close());
  return opened;
}

function save(name: string, content: Buffer | string): string {
  const saved = path.join(FOLDER, name);
  fs.mkdirSync(path.dirname(saved), { recursive: true });
  fs.writeFileSync(saved, content);
  return saved;
}

function unpack(name: string, entries: readonly FixtureEntry[]): string {
  for (const entry of entries) {
    save(path.join(name, entry.name), Buffer.from(entry.content ?? ''));
  }
  return path.join(FOLDER, name);
}

async function readLayers({ layers }: OpenTarget): Promise<string[]> {
  const contents: string[] = [];
  for (const layer of layers) {
    assert(layer.kind === 'blob');
    const chunks = await collectAll(layer.open());
    contents.push(Buffer.concat(chunks).toString());
  }
  return contents;
}

async function collectAll<T>(source: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of source) {
    all.push(item);
  }
  return all;
}

function readImage({ description }: OpenTarget): ImageDescription {
  assert(description.kind === 'image');
  return description;
}

const expectFailure =
  (code: string, ...texts: readonly string[]) =>
  (error: unknown) => {
    assert(error instanceof UserError, String(error));
    assert.equal(error.code, code);
    for (const text of texts) {
      assert(`${error.message} ${error.hint}`.includes(text), `${error.message} ${error.hint}`);
    }
    return true;
  };

const LOWER = Buffer.from('the lower layer');
const UPPER = Buffer.from('the upper layer');

describe('an OCI layout', () => {
  const layout = new FixtureLayout();
  const image = layout.addImage({
    layers: [LOWER, UPPER],
    platform: 'linux/arm64/v8',
    labels: { a: 'b' },
    history: [
      { created_by: 'ADD lower' },
      { created_by: 'ENV x', empty_layer: true },
      { created_by: 'RUN upper' },
    ],
  });
  const named = {
    ...image,
    annotations: { 'io.containerd.image.name': 'docker.io/library/app:1' },
  };
  const archive = createTar(layout.listEntries([named]));

  const forms: readonly (readonly [string, string])[] = [
    ['in a folder', unpack('layout', layout.listEntries([named]))],
    ['in an archive', save('layout.tar', archive)],
    [
      'in an archive whose entries begin with ./',
      save('dotted.tar', createTar(layout.listEntries([named], './'))),
    ],
    ['in an archive compressed by gzip', save('layout.tar.gz', zlib.gzipSync(archive))],
    ['in an archive compressed by zstd', save('layout.tar.zst', zlib.zstdCompressSync(archive))],
  ];
  for (const [title, target] of forms) {
    test(`${title} is detected and described`, async () => {
      const opened = await open(target);
      const description = readImage(opened);
      assert.equal(description.manifestDigest, image.digest);
      assert.equal(description.imageId, computeDigest(description.config));
      assert.equal(computeDigest(description.manifest), image.digest);
      assert.equal(description.mediaType, 'application/vnd.oci.image.manifest.v1+json');
      assert.deepEqual(
        [description.os, description.architecture, description.variant],
        ['linux', 'arm64', 'v8'],
      );
      assert.deepEqual(description.labels, { a: 'b' });
      assert.deepEqual(description.tags, ['docker.io/library/app:1']);
      assert.deepEqual([description.userInput, description.name], [target, target]);
      assert.deepEqual(
        description.layers.map(({ diffId, blobDigest, blobBytes, instruction }) => ({
          diffId,
          blobDigest,
          blobBytes,
          instruction,
        })),
        [LOWER, UPPER].map((layer, number) => ({
          diffId: computeDigest(layer),
          blobDigest: computeDigest(layer),
          blobBytes: layer.length,
          instruction: ['ADD lower', 'RUN upper'][number],
        })),
      );
      assert.deepEqual(await readLayers(opened), [LOWER.toString(), UPPER.toString()]);
      assert.deepEqual(await readLayers(opened), [LOWER.toString(), UPPER.toString()]);
    });
  }

  test('with fewer diff IDs than layers is rejected', async () => {
    const broken = new FixtureLayout();
    const one = broken.addImage({ layers: [LOWER, UPPER], diffIds: [computeDigest(LOWER)] });
    const target = save('fewer.tar', createTar(broken.listEntries([one])));
    await assert.rejects(open(target), expectFailure('E_IMAGE_INVALID', '2 layers', '1 diff IDs'));
  });

  test('with a wrong configuration is rejected with both digests', async () => {
    const broken = new FixtureLayout();
    const one = broken.addImage({ layers: [LOWER] });
    const [digest = ''] = broken.blobs.keys();
    broken.blobs.set(digest, Buffer.from('{}'));
    const target = save('false.tar', createTar(broken.listEntries([one])));
    await assert.rejects(
      open(target),
      expectFailure('E_DIGEST_MISMATCH', digest, computeDigest(Buffer.from('{}'))),
    );
  });

  test('without a listed layer fails when that layer is read', async () => {
    const broken = new FixtureLayout();
    const one = broken.addImage({ layers: [LOWER] });
    broken.blobs.delete(computeDigest(LOWER));
    for (const target of [
      save('missing.tar', createTar(broken.listEntries([one]))),
      unpack('missing', broken.listEntries([one])),
    ]) {
      const opened = await open(target);
      await assert.rejects(
        readLayers(opened),
        expectFailure('E_IMAGE_INVALID', computeDigest(LOWER)),
      );
    }
  });

  test('truncated anywhere in an entry is rejected', async () => {
    const end = archive.length - 1024;
    for (const bytes of [end - 600, Math.floor(end / 2), 700]) {
      const target = save('cut.tar', archive.subarray(0, bytes));
      await assert.rejects(open(target), expectFailure('E_IMAGE_INVALID'), String(bytes));
    }
  });
});

describe('a docker archive', () => {
  const config = Buffer.from(
    JSON.stringify({
      architecture: 'amd64',
      os: 'linux',
      config: { Labels: { a: 'b' } },
      rootfs: { type: 'layers', diff_ids: [computeDigest(LOWER), computeDigest(UPPER)] },
    }),
  );
  const configName = `${computeDigest(config).slice(7)}.json`;
  const createListing = (...images: readonly object[]) => ({
    name: 'manifest.json',
    content: JSON.stringify(images),
  });
  const image = {
    Config: configName,
    RepoTags: ['app:1', 'odd'],
    Layers: ['l/layer.tar', 'u/layer.tar'],
  };
  const content = [
    { name: configName, content: config },
    { name: 'l/layer.tar', content: LOWER },
    { name: 'x/layer.tar', content: UPPER },
    { name: 'u/layer.tar', typeFlag: '2', linkName: '../x/layer.tar' },
  ];

  for (const [title, target] of [
    ['plain', save('docker.tar', createTar([...content, createListing(image)]))],
    [
      'compressed',
      save('docker.tar.gz', zlib.gzipSync(createTar([...content, createListing(image)]))),
    ],
  ] as const) {
    test(`${title} is described by a generated manifest, following links between layers`, async () => {
      const opened = await open(target);
      const description = readImage(opened);
      assert.equal(
        Buffer.from(description.manifest).toString(),
        `{"schemaVersion":2,"mediaType":"application/vnd.docker.distribution.manifest.v2+json","config":{"mediaType":"application/vnd.docker.container.image.v1+json","size":${config.length},"digest":"${computeDigest(config)}"},"layers":[${[LOWER, UPPER].map((layer) => `{"mediaType":"application/vnd.docker.image.rootfs.diff.tar.gzip","size":${layer.length},"digest":"${computeDigest(layer)}"}`).join(',')}]}`,
      );
      assert.equal(description.manifestDigest, computeDigest(description.manifest));
      assert.equal(description.imageId, computeDigest(config));
      assert.deepEqual(description.tags, ['app:1']);
      assert.deepEqual(description.labels, { a: 'b' });
      assert.deepEqual(await readLayers(opened), [LOWER.toString(), UPPER.toString()]);
    });
  }

  test('with another image in its OCI layout reports both, whichever is read', async () => {
    const layout = new FixtureLayout();
    const descriptor = layout.addImage({ layers: [LOWER, UPPER] });
    const [otherConfig = ''] = layout.blobs.keys();
    const both = createTar([...layout.listEntries([descriptor]), ...content, createListing(image)]);
    const target = save('both.tar', both);
    const packed = save('both.tar.gz', zlib.gzipSync(both));
    for (const [name, isRead] of [
      [target, computeDigest(config)],
      [packed, computeDigest(config)],
      [`oci-archive:${target}`, otherConfig],
    ] as const) {
      const opened = await open(name);
      assert.equal(readImage(opened).imageId, isRead);
      const [problem, ...others] = opened.problems;
      assert.deepEqual([problem?.code, others], ['P_AMBIGUOUS', []]);
      assert(problem?.message.includes(computeDigest(config)));
      assert(problem?.message.includes(otherConfig));
    }
  });

  const saved = new FixtureLayout();
  const savedImage = {
    ...saved.addImage({ layers: [LOWER, UPPER] }),
    platform: { os: 'linux', architecture: 'amd64' },
  };
  const [savedConfig = '', ...savedLayers] = [...saved.blobs.keys()];
  const savedListing = createListing({
    Config: `blobs/${savedConfig.replace(':', '/')}`,
    RepoTags: ['app:1'],
    Layers: savedLayers.slice(0, 2).map((digest) => `blobs/${digest.replace(':', '/')}`),
  });
  const absent = {
    ...new FixtureLayout().addImage({ layers: [] }),
    platform: { os: 'linux', architecture: 'arm64' },
  };
  const annotate = (descriptor: FixtureDescriptor, name: string) => ({
    ...descriptor,
    annotations: { 'io.containerd.image.name': name },
  });

  const agreeing: readonly (readonly [string, readonly FixtureDescriptor[]])[] = [
    ['the same image', [savedImage]],
    [
      'an index that leads to it, without the content of other platforms',
      [annotate(saved.addIndex([absent, savedImage]), 'docker.io/library/app:1')],
    ],
    ['the image under two names', [annotate(savedImage, 'app:1'), annotate(savedImage, 'app:2')]],
  ];
  for (const [title, manifests] of agreeing) {
    test(`with ${title} in its OCI layout has no problem`, async () => {
      const target = save(
        `agreeing.tar`,
        createTar([...saved.listEntries(manifests), savedListing]),
      );
      for (const name of [target, `${target}:app:1`, `oci-archive:${target}`]) {
        const opened = await open(name, { platform: 'linux/amd64' });
        assert.equal(readImage(opened).imageId, savedConfig);
        assert.deepEqual(opened.problems, [], name);
      }
    });
  }

  test('with an OCI layout that has no image, or several, reports it', async () => {
    const other = saved.addImage({ layers: [] });
    for (const manifests of [
      [],
      [annotate(savedImage, 'app:1'), annotate(other, 'b:1')],
      [{ ...absent, platform: { os: 'linux', architecture: 'amd64' } }],
    ]) {
      const target = save(`odd.tar`, createTar([...saved.listEntries(manifests), savedListing]));
      const { problems } = await open(target);
      assert.deepEqual(
        problems.map(({ code }) => code),
        ['P_AMBIGUOUS'],
      );
      assert(problems[0]?.message.includes(savedConfig));
    }
  });

  test('with a repeated configuration or index reports it', async () => {
    const again = createTar([
      { name: 'config.json', content: config },
      ...content.slice(1),
      createListing({ ...image, Config: 'config.json' }),
      { name: 'config.json', content: '{}' },
    ]);
    const { problems } = await open(save('again.tar', again));
    assert.deepEqual(
      problems.map(({ message }) => message),
      ['the archive has several entries named "config.json"; the first was read'],
    );
    const twice = createTar([
      ...saved.listEntries([savedImage]),
      { name: './index.json', content: '{}' },
    ]);
    const layout = await open(save('twice-index.tar', twice));
    assert.match(layout.problems[0]?.message ?? '', /several entries named "index.json"/);
  });

  test('with several images opens the one with the given tag', async () => {
    const other = { ...image, RepoTags: ['other:2'] };
    const target = save('several.tar', createTar([...content, createListing(image, other)]));
    await assert.rejects(open(target), expectFailure('E_IMAGE_INVALID', 'app:1, other:2'));
    assert.deepEqual(readImage(await open(`docker-archive:${target}:other:2`)).tags, ['other:2']);
    assert.deepEqual(readImage(await open(`${target}:app:1`)).tags, ['app:1']);
    await assert.rejects(
      open(`${target}:no:3`),
      expectFailure('E_TARGET_UNKNOWN', 'app:1, other:2'),
    );
  });

  const broken: readonly (readonly [string, readonly FixtureEntry[], string, string])[] = [
    [
      'a layer missing',
      [content[0] ?? { name: '' }, createListing(image)],
      'E_IMAGE_INVALID',
      'l/layer.tar',
    ],
    [
      'a layer out of the archive',
      [...content, createListing({ ...image, Layers: ['../../../etc/passwd', 'l/layer.tar'] })],
      'E_IMAGE_INVALID',
      'etc/passwd',
    ],
    [
      'layers that link to each other',
      [
        ...content,
        { name: 'a', typeFlag: '2', linkName: 'b' },
        { name: 'b', typeFlag: '2', linkName: 'a' },
        createListing({ ...image, Layers: ['a', 'b'] }),
      ],
      'E_IMAGE_INVALID',
      '"a"',
    ],
    ['no image', [...content, createListing()], 'E_IMAGE_INVALID', 'no image'],
    [
      'a configuration that its name belies',
      [{ name: configName, content: '{}' }, createListing(image)],
      'E_DIGEST_MISMATCH',
      computeDigest(config),
    ],
  ];
  for (const [title, entries, code, text] of broken) {
    test(`with ${title} is rejected`, async () => {
      const target = save(`${title}.tar`, createTar(entries));
      await assert.rejects(open(target), expectFailure(code, text));
    });
  }

  test('with two listings is read by the first, which is reported', async () => {
    const target = save(
      'twice.tar',
      createTar([...content, createListing(image), createListing()]),
    );
    const { problems } = await open(target);
    assert.deepEqual(
      problems.map(({ code }) => code),
      ['P_MALFORMED'],
    );
  });

  test('for another platform than requested is rejected', async () => {
    const target = save('platform.tar', createTar([...content, createListing(image)]));
    await open(target, { platform: 'amd64' });
    await assert.rejects(
      open(target, { platform: 'arm64' }),
      expectFailure('E_PLATFORM', 'linux/amd64'),
    );
  });
});

describe('a directory', () => {
  test('is walked without excluded paths and everything below them', async () => {
    const root = unpack('excluded', [
      { name: 'a/node_modules/x', content: 'x' },
      { name: 'build/out', content: 'x' },
      { name: 'src/build', content: 'x' },
    ]);
    const { layers } = await open(root, { exclude: ['**/node_modules', './build'] });
    const [layer] = layers;
    assert(layer?.kind === 'tree');
    const paths = (await collectAll(layer.walk())).map(({ entry }) => entry.path);
    assert.deepEqual(paths, ['/a', '/src', '/src/build']);
    await assert.rejects(open(root, { exclude: ['build'] }), { code: 'E_USAGE' });
  });

  test('is walked completely if it is on one file system', async () => {
    const root = unpack('one-file-system', [{ name: 'a/b', content: 'x' }]);
    const [layer] = (await open(root, { isOneFileSystem: true })).layers;
    assert(layer?.kind === 'tree');
    assert.equal((await collectAll(layer.walk())).length, 2);
  });

  test('is walked in order, without following links', async () => {
    const root = unpack('tree', [
      { name: 'b/two', content: 'two' },
      { name: 'b/one', content: 'one' },
      { name: 'b-a', content: '' },
      { name: 'a/deep/x', content: 'x' },
    ]);
    fs.symlinkSync('/etc', path.join(root, 'etc'));
    fs.chmodSync(path.join(root, 'b/one'), 0o4750);
    const { layers, description, problems } = await open(root);
    assert.equal(description.kind, 'directory');
    const [layer] = layers;
    assert(layer?.kind === 'tree');
    const files = await collectAll(layer.walk());
    assert.deepEqual(
      files.map(({ entry }) => `${entry.type} ${entry.path}`),
      [
        'directory /a',
        'directory /a/deep',
        'regular /a/deep/x',
        'directory /b',
        'regular /b-a',
        'regular /b/one',
        'regular /b/two',
        'symlink /etc',
      ].sort((left, right) => (getOrderKey(left) < getOrderKey(right) ? -1 : 1)),
    );
    const one = files.find(({ entry }) => entry.path === '/b/one');
    assert.equal(one?.entry.mode, 0o4750);
    assert.equal(Buffer.concat([...(one?.readContent() ?? [])]).toString(), 'one');
    assert.equal(files.find(({ entry }) => entry.path === '/etc')?.entry.linkTarget, '/etc');
    assert.deepEqual(problems, []);
  });

  /**
   * Names are compared by path component, so that the contents of a directory directly follow it.
   */
  function getOrderKey(line: string): string {
    return line.slice(line.indexOf('/')).replaceAll('/', '\0');
  }

  test('is walked further after an unreadable directory', {
    skip: process.getuid?.() === 0 && 'root reads everything',
  }, async () => {
    const root = unpack('denied', [
      { name: 'no/x', content: '' },
      { name: 'z', content: '' },
    ]);
    fs.chmodSync(path.join(root, 'no'), 0);
    const opened = await open(root);
    const [layer] = opened.layers;
    assert(layer?.kind === 'tree');
    const files = await collectAll(layer.walk());
    fs.chmodSync(path.join(root, 'no'), 0o755);
    assert.deepEqual(
      files.map(({ entry }) => entry.path),
      ['/no', '/z'],
    );
    assert.deepEqual(
      opened.problems.map((problem) => [problem.code, problem.path]),
      [['P_UNREADABLE', '/no']],
    );
  });
});

test('a single file of an unsupported type is an error, not a target without packages', {
  skip: process.getuid?.() === 0 && 'root reads everything',
}, async () => {
  const closed = path.join(unpack('closed', [{ name: 'app.tar', content: 'x' }]), 'app.tar');
  fs.chmodSync(closed, 0);
  await assert.rejects(open(closed), {
    code: 'E_TARGET_UNREADABLE',
    message: /permission denied \(EACCES\)/,
  });
});

test('an address is not a target: nothing is downloaded from it', async () => {
  await assert.rejects(open('https://example.com/app.tar'), {
    code: 'E_TARGET_UNKNOWN',
    hint: /^download the file/,
  });
});

test('reads a single file as a tree of one', async () => {
  const target = save('single.bin', 'content');
  const { layers, description } = await open(target);
  assert.equal(description.kind, 'file');
  const [layer] = layers;
  assert(layer?.kind === 'tree');
  const [only, ...others] = await collectAll(layer.walk());
  assert.deepEqual(others, []);
  assert.equal(only?.entry.path, '/single.bin');
  assert.equal(Buffer.concat([...(only?.readContent() ?? [])]).toString(), 'content');
});

test('a drive letter of Windows is not taken for a source', async () => {
  // Elsewhere, a colon and backslashes are part of the name.
  const name =
    process.platform === 'win32' ? path.join(FOLDER, 'app.bin') : String.raw`C:\images\app.bin`;
  const before = process.cwd();
  process.chdir(FOLDER);
  try {
    fs.writeFileSync(name, 'content');
    for (const target of [name, `file:${name}`]) {
      const { description } = await open(target);
      assert(description.kind === 'file');
      assert.equal(description.path, name);
    }
    const missing = String.raw`C:\images\other.bin`;
    await assert.rejects(open(missing), expectFailure('E_TARGET_UNKNOWN', missing));
  } finally {
    process.chdir(before);
  }
});

describe('a missing target', () => {
  save('alpine-3.20.tar', 'x');

  test('is reported once, with the most similar name', async () => {
    const mistyped = path.join(FOLDER, 'alpine-3.2.tar');
    const meant = path.join(FOLDER, 'alpine-3.20.tar');
    await assert.rejects(open(mistyped), expectFailure('E_TARGET_UNKNOWN', mistyped, meant));
    for (const scheme of ['docker-archive', 'oci-archive', 'oci-dir', 'dir', 'file']) {
      await assert.rejects(open(`${scheme}:${mistyped}`), expectFailure('E_TARGET_UNKNOWN', meant));
    }
  });

  test('may have a mistyped source', async () => {
    const target = path.join(FOLDER, 'alpine-3.20.tar');
    await assert.rejects(
      open(`docker-archve:${target}`),
      expectFailure('E_TARGET_UNKNOWN', `docker-archive:${target}`),
    );
    await assert.rejects(
      open(target, { from: 'oci-archiv' }),
      expectFailure('E_USAGE', 'oci-archive'),
    );
  });
});

test('a file of the wrong kind is rejected by the explicit source', async () => {
  const target = save('not-a-tar.bin', 'no archive');
  await assert.rejects(open(`docker-archive:${target}`), expectFailure('E_IMAGE_INVALID'));
  await assert.rejects(open(target, { from: 'oci-archive' }), expectFailure('E_IMAGE_INVALID'));
  await assert.rejects(open(`dir:${target}`), expectFailure('E_TARGET_UNKNOWN', `file:${target}`));
  await assert.rejects(
    open(`oci-dir:${FOLDER}`),
    expectFailure('E_IMAGE_INVALID', `dir:${FOLDER}`),
  );
});

describe('a target that only its name identifies', () => {
  const asked: string[] = [];
  const createGuess = (id: string, sureness: number, error: UserError): Source => ({
    id,
    title: id,
    spec: id,
    recognize: async () => sureness,
    open: async (target) => {
      asked.push(`${id} ${target}`);
      throw error;
    },
  });
  const createAbsenceError = (id: string) =>
    new UserError('E_TARGET_UNKNOWN', `not in ${id}`, { hint: id });
  const options = { limits: DEFAULT_LIMITS, spill, progress: SILENT };

  async function openRecorded(target: string, sources: readonly Source[]): Promise<unknown> {
    asked.length = 0;
    return openTarget(target, sources, options).catch((error: unknown) => error);
  }

  test('is tried in one source after the other, highest confidence first', async () => {
    const sources = [
      createGuess('far', 0.1, createAbsenceError('far')),
      createGuess('near', 0.2, new UserError('E_UNAUTHORIZED', 'no right')),
    ];
    const error = await openRecorded('name', sources);
    assert(error instanceof UserError);
    assert.deepEqual(asked, ['near name', 'far name']);
    assert.equal(error.message, 'not in far');
    assert.match(error.hint ?? '', /check the sources tried: near: no right/);
  });

  test('is not tried elsewhere if the error is more than "not here"', async () => {
    const broken = new UserError('E_DIGEST_MISMATCH', 'changed');
    const sources = [
      createGuess('far', 0.1, createAbsenceError('far')),
      createGuess('near', 0.2, broken),
    ];
    assert.equal(await openRecorded('name', sources), broken);
    assert.deepEqual(asked, ['near name']);
  });

  test('is not tried anywhere if its source is mistyped or unsupported', async () => {
    const sources = [createGuess('docker', 0.2, createAbsenceError('docker'))];
    for (const [target, text] of [
      ['dockr:app', 'docker:app'],
      ['containerd:app', 'ctr images export'],
    ] as const) {
      assert(expectFailure('E_TARGET_UNKNOWN', text)(await openRecorded(target, sources)));
    }
    assert.deepEqual(asked, []);
  });

  test('is not tried anywhere if it contains a password, which is not repeated', async () => {
    const sources = [createGuess('docker', 0.2, createAbsenceError('docker'))];
    for (const target of [
      'me:canary@host/app',
      'https://me:canary@host/app',
      'docker:me:canary@host/app',
    ]) {
      const error = await openRecorded(target, sources);
      assert(expectFailure('E_USAGE', 'password')(error));
      assert(!String(error).includes('canary'));
    }
    for (const target of ['host:5000/app@sha256:x', 'app:1@sha256:x', 'pkg:npm/a@1.0']) {
      assert(expectFailure('E_TARGET_UNKNOWN')(await openRecorded(target, sources)), target);
    }
  });
});

describe('a local file with the name of an image', () => {
  const layout = new FixtureLayout();
  const image = layout.addImage({ layers: [LOWER] });
  const archive = createTar(layout.listEntries([image]));
  const named = createTar(
    layout.listEntries([
      { ...image, annotations: { 'org.opencontainers.image.ref.name': '1.27' } },
    ]),
  );
  const folder = path.join(FOLDER, 'checkout');
  save('checkout/nginx:1.27', archive);
  save('checkout/nginx', named);
  save('checkout/ghcr.io/org/app', archive);
  save('checkout/library/redis:7', 'anything');
  save('checkout/src/main.c', '');
  save('checkout/app.tar', archive);
  save('checkout/app.json', '{}');

  async function openThere(target: string) {
    const before = process.cwd();
    const notices: ProgressEvent[] = [];
    const emit = (event: ProgressEvent) => void (event.kind === 'notice' && notices.push(event));
    process.chdir(folder);
    try {
      const opened = await open(target, { progress: { emit } });
      return { problems: opened.problems, notices };
    } finally {
      process.chdir(before);
    }
  }

  for (const target of ['nginx:1.27', 'ghcr.io/org/app', 'library/redis:7']) {
    test(`is announced and makes the result incomplete: ${target}`, async () => {
      const { problems, notices } = await openThere(target);
      assert.deepEqual(
        problems.map(({ code }) => code),
        ['P_AMBIGUOUS'],
      );
      assert.equal(notices.length, 1);
      assert.match(JSON.stringify(notices), new RegExp(`registry:${target}`));
    });
  }

  test('is announced if the text after the colon names an image in it', async () => {
    fs.renameSync(path.join(folder, 'nginx:1.27'), path.join(folder, 'away'));
    const { problems } = await openThere('nginx:1.27');
    fs.renameSync(path.join(folder, 'away'), path.join(folder, 'nginx:1.27'));
    assert.match(problems[0]?.message ?? '', /read as the local file "nginx"/);
  });

  test('is announced without a problem if it has neither tag nor registry', async () => {
    const { problems, notices } = await openThere('src');
    assert.deepEqual(problems, []);
    assert.match(JSON.stringify(notices), /local directory .*registry:src/);
  });

  for (const target of ['./nginx:1.27', 'app.tar', 'app.json', 'src/', 'oci-archive:nginx:1.27']) {
    test(`is not announced if the text is clearly a path: ${target}`, async () => {
      const { problems, notices } = await openThere(target);
      assert.deepEqual([problems, notices], [[], []]);
    });
  }
});

describe('a file with the name of an image archive', () => {
  const layout = new FixtureLayout();
  const image = layout.addImage({ layers: [LOWER] });
  const archive = createTar(layout.listEntries([image]));
  const [listing = { name: '' }, index = { name: '' }, ...blobs] = layout.listEntries([image]);
  const lateIndex = createTar([...blobs, listing, index]);

  const contents: readonly (readonly [string, string, Buffer])[] = [
    ['empty', 'empty.tar', Buffer.alloc(0)],
    ['empty and compressed', 'empty.tar.gz', zlib.gzipSync('')],
    ['zeros only', 'zeros.tar', Buffer.alloc(10_240)],
    [
      'random',
      'random.tar',
      Buffer.from(Array.from({ length: 4_096 }, (_, at) => (at * 193) % 251)),
    ],
    ['random and called compressed', 'random.tgz', Buffer.from('nothing of that kind')],
    ['text', 'text.tar.xz', Buffer.from('hello')],
    ['cut off before its index', 'cut-index.tar', lateIndex.subarray(0, 1_200)],
    ['cut off within its compression', 'cut.tar.gz', zlib.gzipSync(archive).subarray(0, 200)],
    ['cut off within zstd', 'cut.tar.zst', zlib.zstdCompressSync(archive).subarray(0, 200)],
    ['a tar archive of something else', 'other.tar', createTar([{ name: 'a', content: 'x' }])],
  ];
  for (const [title, name, content] of contents) {
    test(`that is ${title} is an error`, async () => {
      const target = save(path.join('odd', name), content);
      await assert.rejects(open(target), expectFailure('E_IMAGE_INVALID', name));
    });
  }

  test('is read like any other file if that is requested', async () => {
    const target = save('odd/anything.tar', 'hello');
    assert.equal((await open(`file:${target}`)).description.kind, 'file');
  });
});
