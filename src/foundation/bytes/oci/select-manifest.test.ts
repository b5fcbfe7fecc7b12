import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { UserError } from '../../core/error.ts';
import { DEFAULT_LIMITS, type Limits } from '../../core/limits.ts';
import { type FixtureDescriptor, FixtureLayout, indexText } from './image.fixture.ts';
import { type ManifestChoice, selectFromLayout, selectFromRegistry } from './select-manifest.ts';

interface Asked {
  readonly platform?: string;
  readonly isPlatformRequired?: boolean;
  readonly reference?: string;
  readonly limits?: Limits;
}

async function select(
  layout: FixtureLayout,
  manifests: readonly FixtureDescriptor[],
  { reference, ...asked }: Asked = {},
): Promise<string> {
  const names = [reference, `docker.io/library/${reference}`];
  const isSame = (name: string) => names.includes(name);
  const choice = await selectFromLayout(Buffer.from(indexText(manifests)), {
    store: layout.store,
    limits: DEFAULT_LIMITS,
    hostArchitecture: 'x64',
    ...asked,
    ...(reference === undefined ? {} : { reference: { text: reference, isSame } }),
  });
  return choice.descriptor.digest;
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

function selectImage(layout: FixtureLayout, platform: string, isInIndex = true): FixtureDescriptor {
  const [os = '', architecture = '', variant] = platform.split('/');
  const descriptor = layout.addImage({ layers: [Buffer.from(platform)], platform });
  return isInIndex ? { ...descriptor, platform: { os, architecture, variant } } : descriptor;
}

describe('a platform that the user must choose', () => {
  const isPlatformRequired = true;

  test('is required if an index, or one in it, has several', async () => {
    const layout = new FixtureLayout();
    const images = ['linux/amd64', 'linux/arm64'].map((one) => selectImage(layout, one));
    const inner = layout.addIndex(images);
    for (const manifests of [images, [inner]]) {
      await assert.rejects(
        select(layout, manifests, { isPlatformRequired }),
        expectFailure('E_PLATFORM', 'linux/amd64, linux/arm64', '--platform linux/amd64'),
      );
      const platform = 'linux/arm64';
      const chosen = await select(layout, manifests, { isPlatformRequired, platform });
      assert.equal(chosen, images[1]?.digest);
    }
  });

  test('is not required for one', async () => {
    const layout = new FixtureLayout();
    const image = selectImage(layout, 'linux/s390x');
    assert.equal(await select(layout, [image], { isPlatformRequired }), image.digest);
  });
});

describe('an index with one image', () => {
  test('returns it for any platform, unless another was requested', async () => {
    const layout = new FixtureLayout();
    const image = selectImage(layout, 'linux/s390x', false);
    assert.equal(await select(layout, [image]), image.digest);
    assert.equal(await select(layout, [image], { platform: 's390x' }), image.digest);
    await assert.rejects(
      select(layout, [image], { platform: 'linux/amd64' }),
      expectFailure('E_PLATFORM', 'linux/amd64', 'linux/s390x'),
    );
  });

  test('may have attestations and signatures beside it', async () => {
    const layout = new FixtureLayout();
    const image = selectImage(layout, 'linux/arm64');
    const attestation = {
      ...selectImage(layout, 'linux/riscv64', false),
      platform: { os: 'unknown', architecture: 'unknown' },
    };
    const signature = layout.add(
      JSON.stringify({
        schemaVersion: 2,
        config: { mediaType: 'application/vnd.oci.empty.v1+json', digest: image.digest, size: 2 },
        layers: [],
      }),
    );
    const manifests = [attestation, { digest: signature, size: 9 }, image];
    assert.equal(await select(layout, manifests), image.digest);
    await assert.rejects(select(layout, [attestation]), expectFailure('E_IMAGE_INVALID'));
  });

  test('may list it several times and through other indexes', async () => {
    const layout = new FixtureLayout();
    const image = selectImage(layout, 'linux/arm64');
    const inner = layout.addIndex([image]);
    assert.equal(await select(layout, [inner, inner, image]), image.digest);
    const untyped = { digest: inner.digest, size: inner.size };
    assert.equal(await select(layout, [untyped]), image.digest);
  });
});

describe('an index with several images', () => {
  const layout = new FixtureLayout();
  const amd64 = selectImage(layout, 'linux/amd64');
  const arm64 = selectImage(layout, 'linux/arm64/v8');
  const arm6 = selectImage(layout, 'linux/arm/v6');
  const arm7 = selectImage(layout, 'linux/arm/v7', false);
  const windows = selectImage(layout, 'windows/amd64');
  const all = [windows, arm6, arm7, arm64, amd64];

  const choices: readonly (readonly [string | undefined, FixtureDescriptor])[] = [
    [undefined, amd64],
    ['linux/amd64', amd64],
    ['linux/arm64', arm64],
    ['arm64', arm64],
    ['linux/arm/v6', arm6],
    ['arm/v7', arm7],
    ['windows', windows],
  ];
  for (const [platform, image] of choices) {
    test(`returns the one for ${platform ?? 'this machine, where none is asked'}`, async () => {
      const asked = platform === undefined ? {} : { platform };
      assert.equal(await select(layout, all, asked), image.digest);
    });
  }

  test('lists the available platforms if none or several match', async () => {
    const names = ['linux/arm/v6', 'linux/arm64/v8', 'windows/amd64'];
    await assert.rejects(
      select(layout, all, { platform: 'linux/mips' }),
      expectFailure('E_PLATFORM', 'linux/mips', ...names),
    );
    await assert.rejects(
      select(layout, all, { platform: 'linux/arm' }),
      expectFailure('E_PLATFORM', ...names),
    );
    await assert.rejects(
      select(layout, [windows, arm64]),
      expectFailure('E_PLATFORM', 'linux/amd64', 'windows/amd64'),
    );
    await assert.rejects(
      select(layout, all, { platform: 'a b' }),
      expectFailure('E_PLATFORM', 'os/architecture'),
    );
  });

  test('of the same platform returns the named one', async () => {
    const other = layout.addImage({ layers: [] });
    const annotateName = (image: FixtureDescriptor, name: string) => ({
      ...image,
      annotations: { 'org.opencontainers.image.ref.name': name },
    });
    const manifests = [annotateName(amd64, 'one'), annotateName(other, 'two')];
    for (const platform of [undefined, 'linux/amd64']) {
      const asked = platform === undefined ? {} : { platform };
      await assert.rejects(
        select(layout, manifests, asked),
        expectFailure('E_PLATFORM', 'one, two'),
      );
    }
    assert.equal(await select(layout, manifests, { reference: 'two' }), other.digest);
    await assert.rejects(
      select(layout, manifests, { reference: 'three' }),
      expectFailure('E_TARGET_UNKNOWN', 'one, two'),
    );
  });
});

describe('a layout with images of different names', () => {
  const layout = new FixtureLayout();
  const annotateName = (image: FixtureDescriptor, name: string) => ({
    ...image,
    annotations: { 'io.containerd.image.name': name },
  });
  const app = selectImage(layout, 'linux/amd64');
  const other = selectImage(layout, 'linux/arm64');
  const many = layout.addIndex([selectImage(layout, 'linux/s390x'), app]);
  const manifests = [
    annotateName(app, 'docker.io/library/app:1'),
    annotateName(other, 'docker.io/library/b:2'),
  ];

  test('is an error without a selection, also if only one is for this machine', async () => {
    await assert.rejects(
      select(layout, manifests),
      expectFailure('E_PLATFORM', 'docker.io/library/app:1, docker.io/library/b:2'),
    );
    assert.equal(await select(layout, manifests, { platform: 'linux/arm64' }), other.digest);
  });

  test('returns the one named by its short name or digest', async () => {
    assert.equal(await select(layout, manifests, { reference: 'app:1' }), app.digest);
    assert.equal(await select(layout, manifests, { reference: 'b:2' }), other.digest);
    assert.equal(await select(layout, manifests, { reference: other.digest }), other.digest);
  });

  test('returns an image that only an inner index lists', async () => {
    const outer = [many, other];
    assert.equal(await select(layout, outer, { reference: app.digest }), app.digest);
    const inner = layout.addIndex([annotateName(app, 'app:1'), annotateName(other, 'b:2')]);
    assert.equal(await select(layout, [inner, other], { reference: 'app:1' }), app.digest);
  });

  test('may lack the content of other platforms', async () => {
    const partial = new FixtureLayout();
    const image = selectImage(partial, 'linux/amd64');
    const absent = selectImage(new FixtureLayout(), 'linux/arm64');
    assert.equal(await select(partial, [partial.addIndex([absent, image])]), image.digest);
  });
});

describe('a hostile index', () => {
  test('with a wrong digest of itself is rejected, naming both digests', async () => {
    const layout = new FixtureLayout();
    const claimed = `sha256:${'e'.repeat(64)}`;
    layout.add(indexText([{ digest: claimed, size: 1 }]), claimed);
    await assert.rejects(
      select(layout, [{ digest: claimed, size: 1 }]),
      expectFailure('E_DIGEST_MISMATCH', claimed, 'its content has sha256:'),
    );
  });

  test('nested too deeply is rejected', async () => {
    const layout = new FixtureLayout();
    let descriptor = selectImage(layout, 'linux/amd64');
    for (let depth = 0; depth < DEFAULT_LIMITS.indexDepthMax; depth++) {
      descriptor = layout.addIndex([descriptor]);
    }
    await assert.rejects(select(layout, [descriptor]), expectFailure('E_LIMIT', 'indexDepthMax'));
  });

  test('with too many entries, in one or in total, is rejected', async () => {
    const layout = new FixtureLayout();
    const image = selectImage(layout, 'linux/amd64');
    const limits = { ...DEFAULT_LIMITS, indexEntriesMax: 3 };
    await assert.rejects(
      select(layout, [image, image, image, image], { limits }),
      expectFailure('E_LIMIT', 'indexEntriesMax'),
    );
    const inner = layout.addIndex([image, image, image]);
    await assert.rejects(
      select(layout, [inner], { limits }),
      expectFailure('E_LIMIT', 'indexEntriesMax'),
    );
  });

  const malformed: readonly (readonly [string, string, string])[] = [
    ['no JSON', '{', 'E_IMAGE_INVALID'],
    ['a list', '[]', 'E_IMAGE_INVALID'],
    ['no manifests', '{}', 'E_IMAGE_INVALID'],
    [
      'a path for a digest',
      '{"manifests":[{"digest":"sha256:../../etc/passwd"}]}',
      'E_IMAGE_INVALID',
    ],
    [
      'a missing manifest',
      `{"manifests":[{"digest":"sha256:${'0'.repeat(64)}"}]}`,
      'E_IMAGE_INVALID',
    ],
    ['too many levels', '['.repeat(100_000), 'E_LIMIT'],
  ];
  for (const [title, text, code] of malformed) {
    test(`that is ${title} is rejected`, async () => {
      const selecting = selectFromLayout(Buffer.from(text), {
        store: new FixtureLayout().store,
        limits: DEFAULT_LIMITS,
        hostArchitecture: 'x64',
      });
      await assert.rejects(selecting, expectFailure(code));
    });
  }
});

async function pull(
  layout: FixtureLayout,
  manifests: readonly FixtureDescriptor[],
  asked: Omit<Asked, 'reference'> & { readonly hostArchitecture?: string } = {},
): Promise<ManifestChoice> {
  const bytes = Buffer.from(indexText(manifests));
  const mediaType = 'application/vnd.oci.image.index.v1+json';
  const root = { bytes, mediaType, digest: layout.add(bytes) };
  const { store } = layout;
  return selectFromRegistry(root, {
    store,
    limits: DEFAULT_LIMITS,
    hostArchitecture: 'x64',
    ...asked,
  });
}

const annotate = (image: FixtureDescriptor, annotations: Readonly<Record<string, string>>) => ({
  ...image,
  annotations,
});

const AMD64 = { os: 'linux', architecture: 'amd64' };

describe('an index of a registry', () => {
  const layout = new FixtureLayout();
  const make = (name: string, platform?: object): FixtureDescriptor => ({
    ...layout.addImage({ layers: [Buffer.from(name)] }),
    ...(platform === undefined ? {} : { platform }),
  });
  const first = make('first', AMD64);
  const second = make('second', AMD64);
  const attestation = { 'vnd.docker.reference.type': 'attestation-manifest' };

  test('returns the first image for the platform, and lists the others', async () => {
    const { descriptor, problems } = await pull(layout, [first, second, first]);
    assert.equal(descriptor.digest, first.digest);
    assert.deepEqual(
      problems.map(({ code }) => code),
      ['P_AMBIGUOUS'],
    );
    assert(problems[0]?.message.includes(first.digest));
    assert(problems[0]?.message.includes(second.digest));
  });

  test('does not skip an image because an annotation calls it an attestation', async () => {
    const { descriptor, problems } = await pull(layout, [annotate(first, attestation), second]);
    assert.equal(descriptor.digest, first.digest);
    assert(problems[0]?.message.includes(second.digest));
    const alone = await pull(layout, [annotate(first, attestation)]);
    assert.equal(alone.descriptor.digest, first.digest);
    assert.deepEqual(alone.problems, []);
  });

  test('skips attestations with an unknown platform', async () => {
    const unknown = { os: 'unknown', architecture: 'unknown' };
    const attested = { ...annotate(second, attestation), platform: unknown };
    const { descriptor, problems } = await pull(layout, [attested, first]);
    assert.equal(descriptor.digest, first.digest);
    assert.deepEqual(problems, []);
    await assert.rejects(
      pull(layout, [attested]),
      expectFailure('E_IMAGE_INVALID', 'does not lead to an image'),
    );
  });

  test('reports manifests that some runtime treats as the same platform', async () => {
    for (const platform of [
      { os: 'linux', architecture: 'amd64', variant: 'v1' },
      { os: 'Linux', architecture: 'x86_64' },
      { os: '', architecture: 'amd64' },
      { os: 'linux', architecture: 'amd64', 'os.version': '1' },
    ]) {
      const rival = make('rival', platform);
      const { descriptor, problems } = await pull(layout, [rival, first]);
      const others = [rival.digest, first.digest].filter((digest) => digest !== descriptor.digest);
      assert(problems[0]?.message.includes(others[0] ?? '-'), JSON.stringify(platform));
    }
  });

  test('does not report other variants and platforms', async () => {
    const others = [
      make('v3', { ...AMD64, variant: 'v3' }),
      make('arm', { os: 'linux', architecture: 'arm64', variant: 'v8' }),
      make('windows', { os: 'windows', architecture: 'amd64' }),
    ];
    const { descriptor, problems } = await pull(layout, [...others, first]);
    assert.equal(descriptor.digest, first.digest);
    assert.deepEqual(problems, []);
  });

  test('prefers the requested variant, then compatible ones, then none', async () => {
    const makeArm = (variant?: string) =>
      make(`arm${variant}`, {
        os: 'linux',
        architecture: 'arm',
        ...(variant === undefined ? {} : { variant }),
      });
    const [v5, v6, v7, none] = [makeArm('v5'), makeArm('v6'), makeArm('v7'), makeArm()] as const;
    const cases = [
      [[v5, v6, v7], 'linux/arm/v7', v7],
      [[none, v5, v6], 'linux/arm/v7', v6],
      [[none, v7], 'linux/arm/v6', none],
      [[v7, none], 'linux/arm', none],
      [[v6], 'linux/arm', v6],
    ] as const;
    for (const [manifests, platform, expected] of cases) {
      const { descriptor } = await pull(layout, manifests, { platform });
      assert.equal(descriptor.digest, expected.digest, `${platform} of ${manifests.length}`);
    }
    await assert.rejects(
      pull(layout, [v5, v6], { platform: 'linux/arm' }),
      expectFailure('E_PLATFORM', 'linux/arm/v5', 'linux/arm/v6'),
    );
  });

  test('selects the base variant of this machine, and the one without a variant on request', async () => {
    const bare = make('bare', { os: 'linux', architecture: 'arm64' });
    const v8 = make('v8', { os: 'linux', architecture: 'arm64', variant: 'v8' });
    const host = await pull(layout, [bare, v8], { hostArchitecture: 'arm64' });
    assert.equal(host.descriptor.digest, v8.digest);
    const asked = await pull(layout, [v8, bare], { platform: 'linux/arm64' });
    assert.equal(asked.descriptor.digest, bare.digest);
    assert.equal(asked.problems.length, 1);
  });

  test('prefers the same platform with zstd, as podman pulls it', async () => {
    const zstd = annotate(second, { 'io.github.containers.compression.zstd': 'true' });
    const { descriptor, problems } = await pull(layout, [first, zstd]);
    assert.equal(descriptor.digest, second.digest);
    assert(problems[0]?.message.includes(first.digest));
  });

  test('returns an image without a platform only if no other matches, and lists the others', async () => {
    const bare = make('bare');
    assert.equal((await pull(layout, [bare, first])).descriptor.digest, first.digest);
    const arm = make('arm', { os: 'linux', architecture: 'arm64' });
    const fallback = await pull(layout, [arm, bare]);
    assert.equal(fallback.descriptor.digest, bare.digest);
    assert.deepEqual(fallback.problems, []);
    const two = await pull(layout, [arm, bare, make('bare too')]);
    assert.equal(two.descriptor.digest, bare.digest);
    assert.equal(two.problems.length, 1);
  });

  test('includes an artifact without a platform in the candidates of a runtime', async () => {
    const documents = layout.add(
      JSON.stringify({
        schemaVersion: 2,
        config: { mediaType: 'application/vnd.oci.image.config.v1+json', digest: first.digest },
        layers: [{ mediaType: 'application/json', digest: first.digest, size: 1 }],
      }),
    );
    const { descriptor, problems } = await pull(layout, [
      { digest: documents, size: 1 },
      make('bare'),
    ]);
    assert.notEqual(descriptor.digest, documents);
    assert(problems[0]?.message.includes(documents));
  });

  test('is rejected if it lists an artifact for the platform', async () => {
    const artifact = layout.add('{"config":{"mediaType":"application/x"},"layers":[]}');
    await assert.rejects(
      pull(layout, [{ digest: artifact, size: 1, platform: AMD64 }, second]),
      expectFailure('E_IMAGE_INVALID', artifact, 'not an image'),
    );
  });

  test('is followed through inner indexes, whose candidates are named too', async () => {
    const inner = { ...layout.addIndex([first, second]), platform: AMD64 };
    const { descriptor, problems } = await pull(layout, [inner]);
    assert.equal(descriptor.digest, first.digest);
    assert.equal(problems.length, 1);
    const outer = await pull(layout, [inner, { ...layout.addIndex([first]), platform: AMD64 }]);
    assert.equal(outer.problems.length, 2);
  });

  test('may be a manifest itself', async () => {
    const bytes = layout.blobs.get(first.digest) ?? Buffer.alloc(0);
    const root = { bytes, digest: first.digest, mediaType: first.mediaType ?? '' };
    const options = { store: layout.store, limits: DEFAULT_LIMITS, hostArchitecture: 'x64' };
    assert.equal((await selectFromRegistry(root, options)).descriptor.digest, first.digest);
    await assert.rejects(
      selectFromRegistry(root, { ...options, platform: 'linux/arm64' }),
      expectFailure('E_PLATFORM', 'linux/amd64'),
    );
  });
});

describe('a document that Go reads differently', () => {
  const layout = new FixtureLayout();
  const image = selectImage(layout, 'linux/amd64');
  const entry = JSON.stringify(image);
  const texts: readonly (readonly [string, string])[] = [
    ['a member twice', `{"manifests":[],"manifests":[${entry}]}`],
    ['a member in two spellings', `{"manifests":[${entry}],"Manifests":[]}`],
    ['a member spelled by another letter s', `{"manifests":[${entry}],"manife\u017fts":[]}`],
    ['a misspelled platform', `{"manifests":[${entry.replace('"platform"', '"Platform"')}]}`],
    ['a misspelled system', `{"manifests":[${entry.replace('"os"', '"OS"')}]}`],
    ['an index and a manifest in one', `{"manifests":[${entry}],"layers":[],"config":{}}`],
  ];
  for (const [title, text] of texts) {
    test(`is rejected: ${title}`, async () => {
      const bytes = Buffer.from(text);
      const options = { store: layout.store, limits: DEFAULT_LIMITS, hostArchitecture: 'x64' };
      const mediaType = 'application/vnd.oci.image.index.v1+json';
      const root = { bytes, digest: layout.add(bytes), mediaType };
      await assert.rejects(selectFromRegistry(root, options), expectFailure('E_IMAGE_INVALID'));
      await assert.rejects(selectFromLayout(bytes, options), expectFailure('E_IMAGE_INVALID'));
    });
  }
});
