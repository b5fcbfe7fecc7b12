import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, suite, test } from 'node:test';
import {
  type FixtureDescriptor,
  FixtureLayout,
} from '../../src/foundation/bytes/oci/image.fixture.ts';
import { createTar } from '../../src/foundation/bytes/tar/tar.fixture.ts';
import { runProgram } from '../support/run-program.ts';

const FOLDER = mkdtempSync(join(tmpdir(), 'plimsoll-attached-layout-'));
after(() => rmSync(FOLDER, { recursive: true, force: true }));

const MANIFEST_TYPE = 'application/vnd.oci.image.manifest.v1+json';
const CYCLONEDX_TYPE = 'application/vnd.cyclonedx+json';
const CONFIG_TYPE = 'application/vnd.oci.image.config.v1+json';

const SBOM = JSON.stringify({
  bomFormat: 'CycloneDX',
  specVersion: '1.6',
  components: [{ type: 'library', name: 'attached', purl: 'pkg:npm/attached@1' }],
});

const ENVELOPE = JSON.stringify({
  payloadType: 'application/vnd.in-toto+json',
  payload: Buffer.from(
    JSON.stringify({
      _type: 'https://in-toto.io/Statement/v1',
      predicateType: 'https://cyclonedx.org/bom',
      predicate: JSON.parse(SBOM) as unknown,
    }),
  ).toString('base64'),
  signatures: [],
});

/** A layout with one image, and the image's descriptor. */
class World {
  readonly layout = new FixtureLayout();
  readonly image = this.layout.addImage({ layers: [createTar([{ name: 'a', content: 'a' }])] });

  /** Adds a manifest with one document. */
  addArtifact(mediaType: string, content: string, more: object = {}): FixtureDescriptor {
    const manifest = JSON.stringify({
      schemaVersion: 2,
      mediaType: MANIFEST_TYPE,
      config: { mediaType: CONFIG_TYPE, digest: this.layout.add('{}'), size: 2 },
      layers: [{ mediaType, digest: this.layout.add(content), size: content.length }],
      ...more,
    });
    const digest = this.layout.add(manifest);
    return { mediaType: MANIFEST_TYPE, digest, size: manifest.length };
  }

  createSubject({ mediaType, digest, size }: FixtureDescriptor): object {
    return { subject: { mediaType, digest, size } };
  }

  writeFolder(manifests: readonly FixtureDescriptor[]): string {
    const folder = mkdtempSync(join(FOLDER, 'layout-'));
    for (const { name, content = '' } of this.layout.listEntries(manifests)) {
      const file = join(folder, name);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, content);
    }
    return `oci-dir:${folder}`;
  }

  writeArchive(manifests: readonly FixtureDescriptor[]): string {
    const file = join(mkdtempSync(join(FOLDER, 'archive-')), 'image.tar');
    writeFileSync(file, createTar(this.layout.listEntries(manifests)));
    return `oci-archive:${file}`;
  }
}

async function read(target: string, ...args: readonly string[]) {
  const { status, stdout, stderr } = await runProgram(['sbom', '-o', 'purls', target, ...args]);
  return { status, stderr, purls: stdout.trim() };
}

const ATTACHED = ['--sbom-from', 'referrers'] as const;

suite('the SBOM attached to an image in a layout is read instead of the image', () => {
  test('if the manifest of the SBOM names the image as its subject', async () => {
    const world = new World();
    const { image } = world;
    const foreign = world.layout.addImage({ layers: [], labels: { other: 'image' } });
    const sboms = [
      world.addArtifact(CYCLONEDX_TYPE, SBOM.replaceAll('attached', 'foreign'), {
        ...world.createSubject(foreign),
      }),
      world.addArtifact(CYCLONEDX_TYPE, SBOM, world.createSubject(image)),
    ];
    for (const target of [
      world.writeFolder([image, ...sboms]),
      world.writeArchive([image, ...sboms]),
    ]) {
      const { purls, stderr } = await read(target, ...ATTACHED);
      assert.equal(purls, 'pkg:npm/attached@1', stderr);
      // An artifact is not an image that the user would have to choose from.
      assert.equal((await read(target)).status, 0);
    }
  });

  test('if its subject is the index that leads to the image', async () => {
    const world = new World();
    const index = world.layout.addIndex([world.image]);
    const sbom = world.addArtifact(CYCLONEDX_TYPE, SBOM, world.createSubject(index));
    const { purls, stderr } = await read(world.writeFolder([index, sbom]), ...ATTACHED);
    assert.equal(purls, 'pkg:npm/attached@1', stderr);
  });

  test('by the tag of registries without referrers, and by those of Cosign', async () => {
    const world = new World();
    const tag = world.image.digest.replace(':', '-');
    const sbom = world.addArtifact(CYCLONEDX_TYPE, SBOM);
    const annotate = (item: FixtureDescriptor, name: string) => ({
      ...item,
      annotations: { 'org.opencontainers.image.ref.name': name },
    });
    const referrers = world.layout.addIndex([sbom]);
    for (const item of [annotate(referrers, tag), annotate(sbom, `example.org/app:${tag}.sbom`)]) {
      const { purls, stderr } = await read(world.writeFolder([world.image, item]), ...ATTACHED);
      assert.equal(purls, 'pkg:npm/attached@1', stderr);
    }
  });

  test('from attestations written by cosign save and BuildKit', async () => {
    const world = new World();
    const { image } = world;
    const envelope = world.addArtifact('application/vnd.dsse.envelope.v1+json', ENVELOPE);
    const saved = { ...envelope, annotations: { kind: 'dev.cosignproject.cosign/atts' } };
    const built = {
      ...envelope,
      platform: { os: 'unknown', architecture: 'unknown' },
      annotations: {
        'vnd.docker.reference.type': 'attestation-manifest',
        'vnd.docker.reference.digest': image.digest,
      },
    };
    const nested = world.layout.addIndex([image, built]);
    for (const manifests of [[image, saved], [nested]]) {
      const { purls, stderr } = await read(world.writeFolder(manifests), ...ATTACHED);
      assert.equal(purls, 'pkg:npm/attached@1', stderr);
      assert.match(stderr, /signature of the attestation/);
    }
  });
});

suite('a layout without an available SBOM', () => {
  test('is reported', async () => {
    const world = new World();
    const { status, stderr } = await read(world.writeFolder([world.image]), ...ATTACHED);
    assert.equal(status, 5);
    assert.match(stderr, /has no attached SBOM/);
  });

  test('is rejected if the document does not match its digest, or is missing', async () => {
    const world = new World();
    const { image, layout } = world;
    const sbom = world.addArtifact(CYCLONEDX_TYPE, SBOM, world.createSubject(image));
    const [digest = ''] =
      [...layout.blobs].find(([, content]) => content.equals(Buffer.from(SBOM))) ?? [];
    layout.blobs.set(digest, Buffer.from(SBOM.replace('1.6', '1.5')));
    const changed = await read(world.writeFolder([image, sbom]), ...ATTACHED);
    assert.match(changed.stderr, /E_DIGEST_MISMATCH/);
    layout.blobs.delete(digest);
    assert.match(
      (await read(world.writeFolder([image, sbom]), ...ATTACHED)).stderr,
      /E_IMAGE_INVALID/,
    );
  });

  test('is not read in circles', async () => {
    const world = new World();
    const inner = world.layout.addIndex([world.image]);
    const outer = world.layout.addIndex([inner, inner]);
    const { stderr } = await read(world.writeFolder([outer, inner, outer]), ...ATTACHED);
    assert.match(stderr, /has no attached SBOM/);
  });
});
