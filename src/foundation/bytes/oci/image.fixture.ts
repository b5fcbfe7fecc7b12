import { createHash } from 'node:crypto';
import type { FixtureEntry } from '../tar/tar.fixture.ts';
import type { BlobStore } from './blob-store.ts';

/** Blobs of test images by digest. */
export class FixtureLayout {
  readonly blobs = new Map<string, Buffer>();

  /** Stores content under its digest, or under a false one. */
  add(content: Buffer | string, falseDigest?: string): string {
    const bytes = Buffer.from(content);
    const digest = falseDigest ?? computeDigest(bytes);
    this.blobs.set(digest, bytes);
    return digest;
  }

  addImage(image: FixtureImage): FixtureDescriptor {
    const [os = '', architecture = '', variant] = (image.platform ?? 'linux/amd64').split('/');
    const config = {
      created: image.created,
      architecture,
      os,
      variant,
      config: { Labels: image.labels, Entrypoint: image.entrypoint, ...image.process },
      rootfs: { type: 'layers', diff_ids: image.diffIds ?? image.layers.map(computeDigest) },
      history: image.history,
    };
    const manifest = {
      schemaVersion: 2,
      mediaType: MANIFEST_TYPE,
      config: {
        mediaType: 'application/vnd.oci.image.config.v1+json',
        digest: this.add(JSON.stringify(config)),
        size: 1,
      },
      layers: image.layers.map((layer, number) => ({
        mediaType: image.layerTypes?.[number] ?? 'application/vnd.oci.image.layer.v1.tar',
        digest: this.add(layer),
        size: layer.length,
      })),
    };
    const content = JSON.stringify(manifest);
    return { mediaType: MANIFEST_TYPE, digest: this.add(content), size: content.length };
  }

  addIndex(manifests: readonly FixtureDescriptor[]): FixtureDescriptor {
    const content = indexText(manifests);
    return { mediaType: INDEX_TYPE, digest: this.add(content), size: content.length };
  }

  get store(): BlobStore {
    return {
      read: async (digest) => this.blobs.get(digest),
      open: async function* () {},
    };
  }

  /** Returns the layout as the entries of an archive. */
  listEntries(manifests: readonly FixtureDescriptor[], prefix = ''): FixtureEntry[] {
    return [
      { name: `${prefix}oci-layout`, content: '{"imageLayoutVersion":"1.0.0"}' },
      { name: `${prefix}index.json`, content: indexText(manifests) },
      ...[...this.blobs].map(([digest, content]) => ({
        name: `${prefix}blobs/${digest.replace(':', '/')}`,
        content,
      })),
    ];
  }
}

export interface FixtureImage {
  readonly layers: readonly Buffer[];
  /** Media types of layers that are not plain. */
  readonly layerTypes?: readonly string[];
  readonly platform?: string;
  readonly diffIds?: readonly string[];
  readonly labels?: Readonly<Record<string, string>>;
  readonly entrypoint?: readonly string[];
  readonly history?: readonly object[];
  /** Further members of `config`. */
  readonly process?: object;
  /** RFC 3339. */
  readonly created?: string;
}

export interface FixtureDescriptor {
  readonly mediaType?: string;
  readonly digest: string;
  readonly size: number;
  readonly platform?: object;
  readonly annotations?: Readonly<Record<string, string>>;
}

const MANIFEST_TYPE = 'application/vnd.oci.image.manifest.v1+json';
const INDEX_TYPE = 'application/vnd.oci.image.index.v1+json';

export function indexText(manifests: readonly FixtureDescriptor[]): string {
  return JSON.stringify({ schemaVersion: 2, mediaType: INDEX_TYPE, manifests });
}

export function computeDigest(content: Uint8Array): string {
  return `sha256:${createHash('sha256').update(content).digest('hex')}`;
}
