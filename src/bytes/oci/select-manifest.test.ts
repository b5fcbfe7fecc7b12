import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { UserError } from '../../core/error.ts';
import { DEFAULT_LIMITS, type Limits } from '../../core/limits.ts';
import { type FixtureDescriptor, FixtureLayout, indexText } from './image.fixture.ts';
import { selectManifest } from './select-manifest.ts';

interface Asked {
  readonly platform?: string;
  readonly reference?: string;
  readonly limits?: Limits;
}

async function select(
  layout: FixtureLayout,
  manifests: readonly FixtureDescriptor[],
  asked: Asked = {},
): Promise<string> {
  const choice = await selectManifest(Buffer.from(indexText(manifests)), {
    store: layout.store,
    limits: DEFAULT_LIMITS,
    hostArchitecture: 'x64',
    ...asked,
  });
  return choice.descriptor.digest;
}

const failing =
  (code: string, ...texts: readonly string[]) =>
  (error: unknown) => {
    assert(error instanceof UserError, String(error));
    assert.equal(error.code, code);
    for (const text of texts) {
      assert(`${error.message} ${error.hint}`.includes(text), `${error.message} ${error.hint}`);
    }
    return true;
  };

function imageFor(layout: FixtureLayout, platform: string, isInIndex = true): FixtureDescriptor {
  const [os = '', architecture = '', variant] = platform.split('/');
  const descriptor = layout.addImage({ layers: [Buffer.from(platform)], platform });
  return isInIndex ? { ...descriptor, platform: { os, architecture, variant } } : descriptor;
}

describe('an index with one image', () => {
  test('gives it whatever its platform, unless another was asked for', async () => {
    const layout = new FixtureLayout();
    const image = imageFor(layout, 'linux/s390x', false);
    assert.equal(await select(layout, [image]), image.digest);
    assert.equal(await select(layout, [image], { platform: 's390x' }), image.digest);
    await assert.rejects(
      select(layout, [image], { platform: 'linux/amd64' }),
      failing('E_PLATFORM', 'linux/amd64', 'linux/s390x'),
    );
  });

  test('may have attestations and signatures beside it', async () => {
    const layout = new FixtureLayout();
    const image = imageFor(layout, 'linux/arm64');
    const attestation = {
      ...imageFor(layout, 'linux/riscv64', false),
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
    await assert.rejects(select(layout, [attestation]), failing('E_IMAGE_INVALID'));
  });

  test('may name it several times and through other indexes', async () => {
    const layout = new FixtureLayout();
    const image = imageFor(layout, 'linux/arm64');
    const inner = layout.addIndex([image]);
    assert.equal(await select(layout, [inner, inner, image]), image.digest);
    const untyped = { digest: inner.digest, size: inner.size };
    assert.equal(await select(layout, [untyped]), image.digest);
  });
});

describe('an index with several images', () => {
  const layout = new FixtureLayout();
  const amd64 = imageFor(layout, 'linux/amd64');
  const arm64 = imageFor(layout, 'linux/arm64/v8');
  const arm6 = imageFor(layout, 'linux/arm/v6');
  const arm7 = imageFor(layout, 'linux/arm/v7', false);
  const windows = imageFor(layout, 'windows/amd64');
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
    test(`gives the one for ${platform ?? 'this machine, where none is asked'}`, async () => {
      const asked = platform === undefined ? {} : { platform };
      assert.equal(await select(layout, all, asked), image.digest);
    });
  }

  test('names what there is where none or several fit', async () => {
    const names = ['linux/arm/v6', 'linux/arm64/v8', 'windows/amd64'];
    await assert.rejects(
      select(layout, all, { platform: 'linux/mips' }),
      failing('E_PLATFORM', 'linux/mips', ...names),
    );
    await assert.rejects(
      select(layout, all, { platform: 'linux/arm' }),
      failing('E_PLATFORM', ...names),
    );
    await assert.rejects(
      select(layout, [windows, arm64]),
      failing('E_PLATFORM', 'linux/amd64', 'windows/amd64'),
    );
    await assert.rejects(
      select(layout, all, { platform: 'a b' }),
      failing('E_PLATFORM', 'os/architecture'),
    );
  });

  test('of the same platform gives the one that is named', async () => {
    const other = layout.addImage({ layers: [] });
    const named = (image: FixtureDescriptor, name: string) => ({
      ...image,
      annotations: { 'org.opencontainers.image.ref.name': name },
    });
    const manifests = [named(amd64, 'one'), named(other, 'two')];
    await assert.rejects(select(layout, manifests), failing('E_PLATFORM', 'one, two'));
    assert.equal(await select(layout, manifests, { reference: 'two' }), other.digest);
    await assert.rejects(
      select(layout, manifests, { reference: 'three' }),
      failing('E_TARGET_UNKNOWN', 'one, two'),
    );
  });
});

describe('a hostile index', () => {
  test('that names itself by a digest it does not have is refused with both digests', async () => {
    const layout = new FixtureLayout();
    const claimed = `sha256:${'e'.repeat(64)}`;
    layout.add(indexText([{ digest: claimed, size: 1 }]), claimed);
    await assert.rejects(
      select(layout, [{ digest: claimed, size: 1 }]),
      failing('E_DIGEST_MISMATCH', claimed, 'its content has sha256:'),
    );
  });

  test('nested too deeply is refused', async () => {
    const layout = new FixtureLayout();
    let descriptor = imageFor(layout, 'linux/amd64');
    for (let depth = 0; depth < DEFAULT_LIMITS.indexDepthMax; depth++) {
      descriptor = layout.addIndex([descriptor]);
    }
    await assert.rejects(select(layout, [descriptor]), failing('E_LIMIT', 'indexDepthMax'));
  });

  test('with too many entries, in one or over all, is refused', async () => {
    const layout = new FixtureLayout();
    const image = imageFor(layout, 'linux/amd64');
    const limits = { ...DEFAULT_LIMITS, indexEntriesMax: 3 };
    await assert.rejects(
      select(layout, [image, image, image, image], { limits }),
      failing('E_LIMIT', 'indexEntriesMax'),
    );
    const inner = layout.addIndex([image, image, image]);
    await assert.rejects(
      select(layout, [inner], { limits }),
      failing('E_LIMIT', 'indexEntriesMax'),
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
    test(`that is ${title} is refused`, async () => {
      const selecting = selectManifest(Buffer.from(text), {
        store: new FixtureLayout().store,
        limits: DEFAULT_LIMITS,
        hostArchitecture: 'x64',
      });
      await assert.rejects(selecting, failing(code));
    });
  }
});
