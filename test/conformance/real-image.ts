import { spawnSync } from 'node:child_process';
import { linkSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { computeDigest, indexText } from '../../src/foundation/bytes/oci/image.fixture.ts';
import { createTar, type FixtureEntry } from '../../src/foundation/bytes/tar/tar.fixture.ts';
import { assert, present } from '../../src/foundation/core/assert.ts';

interface Descriptor {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
}

interface Layer {
  readonly descriptor: Descriptor;
  readonly diffId: string;
}

interface Manifest {
  readonly mediaType: string;
  readonly config: Descriptor;
  readonly layers: readonly Descriptor[];
}

/** Changes to the recorded image. */
export interface Changes {
  /** Additional layers on top. */
  readonly more?: readonly (readonly FixtureEntry[])[];
  /** Number of its own layers to keep, from the lowest up; all if absent. */
  readonly layersMax?: number;
  readonly platform?: string;
}

/**
 * Recorded images, and copies of them with additional layers. Their own layers are linked
 * unchanged, so that a cache of facts recognizes them in each.
 */
export class RealImages {
  readonly #archives: string;
  readonly #folder: string;
  readonly #layers = new Map<string, readonly Layer[]>();
  #images = 0;

  constructor(shared: string, folder: string) {
    this.#archives = join(shared, 'corpus', 'images');
    this.#folder = folder;
  }

  /** @returns the target as given on a command line */
  change(name: string, { more = [], layersMax, platform = 'linux/amd64' }: Changes = {}): string {
    const own = this.#readLayers(name).slice(0, layersMax);
    const image = join(this.#folder, `image-${this.#images++}`);
    mkdirSync(join(image, 'blobs', 'sha256'), { recursive: true });
    const store = (content: Buffer | string, mediaType: string): Descriptor => {
      const bytes = Buffer.from(content);
      const digest = computeDigest(bytes);
      writeFileSync(getBlobPath(image, digest), bytes);
      return { mediaType, digest, size: bytes.length };
    };
    for (const { digest } of new Set(own.map(({ descriptor }) => descriptor))) {
      linkSync(getBlobPath(join(this.#folder, name), digest), getBlobPath(image, digest));
    }
    const layers = [
      ...own,
      ...more.map(createTar).map((tar) => {
        const descriptor = store(tar, 'application/vnd.oci.image.layer.v1.tar');
        return { descriptor, diffId: descriptor.digest };
      }),
    ];
    const [os = '', architecture = ''] = platform.split('/');
    const diffIds = layers.map(({ diffId }) => diffId);
    const config = { os, architecture, rootfs: { type: 'layers', diff_ids: diffIds } };
    const mediaType = 'application/vnd.oci.image.manifest.v1+json';
    const manifest = {
      schemaVersion: 2,
      mediaType,
      config: store(JSON.stringify(config), 'application/vnd.oci.image.config.v1+json'),
      layers: layers.map(({ descriptor }) => descriptor),
    };
    const index = indexText([store(JSON.stringify(manifest), mediaType)]);
    writeFileSync(join(image, 'index.json'), index);
    writeFileSync(join(image, 'oci-layout'), '{"imageLayoutVersion":"1.0.0"}');
    return `oci-dir:${image}`;
  }

  #readLayers(name: string): readonly Layer[] {
    const known = this.#layers.get(name) ?? this.#unpack(name);
    this.#layers.set(name, known);
    return known;
  }

  #unpack(name: string): readonly Layer[] {
    const folder = join(this.#folder, name);
    mkdirSync(folder);
    const archive = join(this.#archives, `${name}.oci.tar`);
    const { status } = spawnSync('tar', ['-xf', archive, '-C', folder]);
    assert(status === 0, `${archive} is unpacked`);
    const read = (path: string): unknown => JSON.parse(readFileSync(path, 'utf8'));
    const index = read(join(folder, 'index.json')) as { readonly manifests: Descriptor[] };
    const { digest } = present(index.manifests[0], 'an image');
    const { config, layers } = read(getBlobPath(folder, digest)) as Manifest;
    const { rootfs } = read(getBlobPath(folder, config.digest)) as {
      readonly rootfs: { readonly diff_ids: readonly string[] };
    };
    return layers.map((descriptor, place) => ({
      descriptor,
      diffId: present(rootfs.diff_ids[place], 'a diff ID'),
    }));
  }
}

function getBlobPath(layout: string, digest: string): string {
  return join(layout, 'blobs', ...digest.split(':'));
}
