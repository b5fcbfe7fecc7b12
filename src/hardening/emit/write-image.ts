import { createHash } from 'node:crypto';
import { closeSync, openSync, readSync } from 'node:fs';
import {
  ARCHIVE_END,
  createPadding,
  createTarHeader,
} from '../../foundation/bytes/tar/tar-writer.ts';
import { compareText } from '../../foundation/core/compare-text.ts';
import { defined } from '../../foundation/core/defined.ts';
import type { Digest } from '../../foundation/core/digest.ts';
import type { ImageDescription } from '../../foundation/core/target.ts';
import type { Stage } from './stage.ts';
import type { WrittenLayer } from './write-layer.ts';

/** Forms in which an image is written, by the name of their output. */
export const IMAGE_FORMS = ['oci-dir', 'oci-archive', 'docker-archive'] as const;

export type ImageForm = (typeof IMAGE_FORMS)[number];

/** Documents of an image whose layers are in the stage. */
export interface ImageParts {
  readonly config: Uint8Array;
  /** The lowest first, each with the name of its file in the stage. */
  readonly layers: readonly (WrittenLayer & { readonly name: string })[];
  readonly platform: Pick<ImageDescription, 'os' | 'architecture' | 'variant'>;
  /** Seconds since 1970: the time of files in archives. */
  readonly createdSeconds: number;
}

export interface WrittenImage {
  /** Of the OCI manifest; of a Docker archive, which has none, the same as of the others. */
  readonly manifestDigest: Digest;
  readonly imageId: Digest;
}

/** Writes the documents of an image and publishes it as the output of the stage. */
export async function writeImage(
  form: ImageForm,
  stage: Stage,
  parts: ImageParts,
): Promise<WrittenImage> {
  const imageId = computeDigest(parts.config);
  const manifest = createManifest(parts, imageId);
  const manifestDigest = computeDigest(manifest);
  if (form === 'docker-archive') {
    await writeDockerArchive(stage, parts, imageId);
  } else {
    await writeLayout(form, stage, { parts, manifest });
  }
  return { manifestDigest, imageId };
}

function computeDigest(bytes: Uint8Array): Digest {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

const MEDIA_TYPES = {
  index: 'application/vnd.oci.image.index.v1+json',
  manifest: 'application/vnd.oci.image.manifest.v1+json',
  config: 'application/vnd.oci.image.config.v1+json',
  layer: {
    gzip: 'application/vnd.oci.image.layer.v1.tar+gzip',
    zstd: 'application/vnd.oci.image.layer.v1.tar+zstd',
    none: 'application/vnd.oci.image.layer.v1.tar',
  },
} as const;

function createManifest({ config, layers }: ImageParts, imageId: Digest): Uint8Array {
  return encodeJson({
    schemaVersion: 2,
    mediaType: MEDIA_TYPES.manifest,
    config: { mediaType: MEDIA_TYPES.config, digest: imageId, size: config.length },
    layers: layers.map(({ compression, digest, sizeBytes }) => ({
      mediaType: MEDIA_TYPES.layer[compression],
      digest,
      size: sizeBytes,
    })),
  });
}

/** Tools such as umoci open an image of a layout by this name; others need none. */
const REFERENCE = 'latest';

function createIndex(manifest: Uint8Array, { platform }: ImageParts): Uint8Array {
  const { os, architecture, variant } = platform;
  return encodeJson({
    schemaVersion: 2,
    mediaType: MEDIA_TYPES.index,
    manifests: [
      {
        mediaType: MEDIA_TYPES.manifest,
        digest: computeDigest(manifest),
        size: manifest.length,
        annotations: { 'org.opencontainers.image.ref.name': REFERENCE },
        platform: { architecture, os, ...defined({ variant }) },
      },
    ],
  });
}

function encodeJson(value: unknown): Uint8Array {
  return Buffer.from(JSON.stringify(value));
}

/** A file of the stage or in memory, with its name in the image. */
interface Part {
  readonly name: string;
  readonly content: Uint8Array | { readonly file: string; readonly sizeBytes: number };
}

interface Layout {
  readonly parts: ImageParts;
  readonly manifest: Uint8Array;
}

/** OCI image specification, image-layout.md. */
async function writeLayout(
  form: 'oci-dir' | 'oci-archive',
  stage: Stage,
  { parts, manifest }: Layout,
): Promise<void> {
  const documents: readonly Part[] = [
    { name: toBlobPath(computeDigest(parts.config)), content: parts.config },
    { name: 'index.json', content: createIndex(manifest, parts) },
    { name: toBlobPath(computeDigest(manifest)), content: manifest },
    { name: 'oci-layout', content: encodeJson({ imageLayoutVersion: '1.0.0' }) },
  ];
  if (form === 'oci-archive') {
    const blobs = parts.layers.map(({ name, digest, sizeBytes }) => ({
      name: toBlobPath(digest),
      content: { file: stage.getPath(name), sizeBytes },
    }));
    await writeArchive(stage, [...documents, ...blobs], parts.createdSeconds);
    return;
  }
  stage.createFolder('blobs');
  stage.createFolder('blobs/sha256');
  for (const { name, digest } of parts.layers) {
    stage.renameFile(name, toBlobPath(digest));
  }
  for (const { name, content } of documents) {
    await stage.writeFile(name, content instanceof Uint8Array ? [content] : []);
  }
  stage.publishFolder();
}

function toBlobPath(digest: Digest): string {
  return `blobs/${digest.replace(':', '/')}`;
}

/** The form of `docker save` that `docker load` and other tools read. */
async function writeDockerArchive(
  stage: Stage,
  { config, layers, createdSeconds }: ImageParts,
  imageId: Digest,
): Promise<void> {
  const configName = `${imageId.slice('sha256:'.length)}.json`;
  const archived = layers.map(({ name, diffId, sizeBytes }) => ({
    name: `${diffId.slice('sha256:'.length)}.tar`,
    content: { file: stage.getPath(name), sizeBytes },
  }));
  const manifest = [
    { Config: configName, RepoTags: null, Layers: archived.map(({ name }) => name) },
  ];
  const documents: readonly Part[] = [
    { name: configName, content: config },
    { name: 'manifest.json', content: encodeJson(manifest) },
  ];
  await writeArchive(stage, [...documents, ...archived], createdSeconds);
}

const ARCHIVE_NAME = 'image.tar';

async function writeArchive(
  stage: Stage,
  parts: readonly Part[],
  createdSeconds: number,
): Promise<void> {
  // Two layers may have the same content.
  const byName = new Map(parts.map((part) => [part.name, part]));
  const names = [...byName.keys()].sort(compareText);
  await stage.writeFile(
    ARCHIVE_NAME,
    listArchivePieces(
      names.flatMap((name) => byName.get(name) ?? []),
      createdSeconds,
    ),
  );
  stage.publishFile(ARCHIVE_NAME);
}

function* listArchivePieces(parts: readonly Part[], createdSeconds: number): Generator<Uint8Array> {
  for (const { name, content } of parts) {
    const sizeBytes = content instanceof Uint8Array ? content.length : content.sizeBytes;
    yield createTarHeader({
      name,
      linkName: '',
      type: 'regular',
      mode: 0o644,
      uid: 0,
      gid: 0,
      sizeBytes,
      modified: String(createdSeconds),
      deviceMajor: 0,
      deviceMinor: 0,
      attributes: new Map(),
    });
    yield* content instanceof Uint8Array ? [content] : readPieces(content.file);
    yield createPadding(sizeBytes);
  }
  yield ARCHIVE_END;
}

const PIECE_BYTES = 1024 * 1024;

function* readPieces(file: string): Generator<Uint8Array> {
  const descriptor = openSync(file, 'r');
  try {
    for (;;) {
      const piece = Buffer.allocUnsafe(PIECE_BYTES);
      const count = readSync(descriptor, piece);
      if (count === 0) {
        return;
      }
      yield piece.subarray(0, count);
    }
  } finally {
    closeSync(descriptor);
  }
}
