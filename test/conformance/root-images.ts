import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  closeSync,
  copyFileSync,
  linkSync,
  mkdirSync,
  openSync,
  readSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

/** A layer of an image to build: an archive, with its digest. */
export interface BuiltLayer {
  readonly file: string;
  readonly digest: string;
  readonly sizeBytes: number;
}

const CHUNK_BYTES = 1 << 20;

/** Creates the archive of a directory; the same content gives the same archive. */
export function createRootArchive(
  root: string,
  file: string,
  more: readonly string[] = [],
): BuiltLayer {
  const { status, stderr } = spawnSync(
    'tar',
    [
      '-C',
      root,
      '--sort=name',
      '--numeric-owner',
      '--exclude=./proc/*',
      '--exclude=./sys/*',
      ...more,
      '-cf',
      file,
      '.',
    ],
    { encoding: 'utf8' },
  );
  if (status !== 0) {
    throw new Error(`tar failed for ${root}: ${stderr}`);
  }
  return describeLayer(file);
}

export function describeLayer(file: string): BuiltLayer {
  const hash = createHash('sha256');
  const handle = openSync(file, 'r');
  try {
    const chunk = Buffer.alloc(CHUNK_BYTES);
    for (let length = 1; length > 0; ) {
      length = readSync(handle, chunk, 0, CHUNK_BYTES, null);
      hash.update(chunk.subarray(0, length));
    }
  } finally {
    closeSync(handle);
  }
  return { file, digest: hash.digest('hex'), sizeBytes: statSync(file).size };
}

export interface BuiltImage {
  readonly layers: readonly BuiltLayer[];
  /** Members of `config`, such as `Entrypoint`. */
  readonly process?: Readonly<Record<string, unknown>>;
  readonly history?: readonly Readonly<Record<string, unknown>>[];
  readonly created?: string;
  readonly name?: string;
  /** Whether layers are compressed, which changes their digests but not their diff IDs. */
  readonly isCompressed?: boolean;
}

/** Writes an OCI layout with one image, and returns it as a target. */
export function writeLayout(folder: string, image: BuiltImage): string {
  rmSync(folder, { recursive: true, force: true });
  const blobs = join(folder, 'blobs', 'sha256');
  mkdirSync(blobs, { recursive: true });
  const layers = image.layers.map((layer) => {
    if (image.isCompressed === true) {
      const content = gzipSync(readWhole(layer.file), { level: 1 });
      return {
        mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip',
        ...addBlob(blobs, content),
      };
    }
    linkOrCopy(layer.file, join(blobs, layer.digest));
    const mediaType = 'application/vnd.oci.image.layer.v1.tar';
    return { mediaType, digest: `sha256:${layer.digest}`, size: layer.sizeBytes };
  });
  const config = addBlob(
    blobs,
    Buffer.from(
      JSON.stringify({
        architecture: 'amd64',
        os: 'linux',
        created: image.created ?? '2026-01-01T00:00:00Z',
        config: image.process ?? {},
        rootfs: { type: 'layers', diff_ids: image.layers.map(({ digest }) => `sha256:${digest}`) },
        history: image.history ?? [],
      }),
    ),
  );
  const manifest = addBlob(
    blobs,
    Buffer.from(
      JSON.stringify({
        schemaVersion: 2,
        mediaType: 'application/vnd.oci.image.manifest.v1+json',
        config: { mediaType: 'application/vnd.oci.image.config.v1+json', ...config },
        layers,
      }),
    ),
  );
  const mediaType = 'application/vnd.oci.image.manifest.v1+json';
  writeFileSync(join(folder, 'oci-layout'), '{"imageLayoutVersion":"1.0.0"}');
  writeFileSync(
    join(folder, 'index.json'),
    JSON.stringify({ schemaVersion: 2, manifests: [{ mediaType, ...manifest }] }),
  );
  return `oci-dir:${folder}`;
}

function addBlob(blobs: string, content: Uint8Array): { digest: string; size: number } {
  const digest = createHash('sha256').update(content).digest('hex');
  writeFileSync(join(blobs, digest), content);
  return { digest: `sha256:${digest}`, size: content.length };
}

function readWhole(file: string): Buffer {
  const handle = openSync(file, 'r');
  try {
    const content = Buffer.alloc(statSync(file).size);
    let at = 0;
    while (at < content.length) {
      at += readSync(handle, content, at, content.length - at, at);
    }
    return content;
  } finally {
    closeSync(handle);
  }
}

function linkOrCopy(from: string, to: string): void {
  try {
    linkSync(from, to);
  } catch {
    copyFileSync(from, to);
  }
}
