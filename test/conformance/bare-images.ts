import { createHash } from 'node:crypto';
import { createTar } from '../../src/foundation/bytes/tar/tar.fixture.ts';

/** Creates an archive as `docker save` writes it, with layers that are not compressed. */
export function packDockerArchive(
  name: string,
  config: string,
  layers: readonly Uint8Array[],
): Buffer {
  const configFile = `${hash(config)}.json`;
  const files = layers.map((content) => ({ name: `${hash(content)}/layer.tar`, content }));
  const manifest = [
    { Config: configFile, RepoTags: [name], Layers: files.map((file) => file.name) },
  ];
  return createTar([
    { name: configFile, content: config },
    ...files,
    { name: 'manifest.json', content: JSON.stringify(manifest) },
  ]);
}

function hash(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}

/** An image without files, as from `FROM scratch` alone. */
export function createScratchImage(): Buffer {
  const config = {
    architecture: 'amd64',
    os: 'linux',
    config: { User: '1000' },
    rootfs: { type: 'layers', diff_ids: [] },
  };
  return packDockerArchive('scratch:1', JSON.stringify(config), []);
}

/** An image with the right digests whose layer is not an archive, so that no file can be read. */
export function createUnreadableImage(): Buffer {
  const layer = Uint8Array.from({ length: 65_536 }, (_, index) => (index * 37 + 11) % 251);
  const created = '2026-11-01T00:00:00Z';
  const config = {
    architecture: 'amd64',
    os: 'linux',
    created,
    config: { User: '1000' },
    history: [{ created, created_by: 'COPY . /' }],
    rootfs: { type: 'layers', diff_ids: [`sha256:${hash(layer)}`] },
  };
  return packDockerArchive('unreadable:1', JSON.stringify(config), [layer]);
}
