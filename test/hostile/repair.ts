import { createHash, hash } from 'node:crypto';
import {
  copyFileSync,
  createReadStream,
  existsSync,
  mkdirSync,
  readFileSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import zlib from 'node:zlib';
import { detectCompression } from '../../src/foundation/bytes/compression/detect-compression.ts';
import { isRecord } from '../../src/foundation/syntax/json/guard.ts';
import { parseJson } from '../../src/foundation/syntax/json/parse-json.ts';

/** Larger content gets no digest: no reader should read that far. */
const CONTENT_BYTES_MAX = 16 * 1024 ** 3;
const CHUNK = { chunkSize: 1024 ** 2 } as const;

interface Descriptor {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
}

interface Documents {
  readonly index: { readonly manifests: readonly Descriptor[] };
  readonly manifest: { readonly config: Descriptor; readonly layers: readonly Descriptor[] };
  readonly config: { readonly rootfs: { readonly diff_ids: readonly string[] } };
}

/**
 * Copies an OCI layout with one image and corrects every digest and size, so that a scan reaches
 * the hostile content of its layers. Returns false and writes nothing if all are already correct,
 * or if the layout cannot be parsed.
 */
export async function repairLayout(from: string, to: string): Promise<boolean> {
  const documents = readDocuments(from);
  if (documents === undefined) return false;
  const { index, manifest, config } = documents;
  const layers: Descriptor[] = [];
  const diffIds: string[] = [];
  for (const layer of manifest.layers) {
    const content = readFileSync(getBlobPath(from, layer.digest));
    layers.push({ ...layer, digest: computeDigest(content), size: content.length });
    diffIds.push(await digestLayer(getBlobPath(from, layer.digest)));
  }
  const isRight =
    JSON.stringify([layers, diffIds]) === JSON.stringify([manifest.layers, config.rootfs.diff_ids]);
  if (isRight || diffIds.includes('')) return false;
  mkdirSync(join(to, 'blobs', 'sha256'), { recursive: true });
  copyFileSync(join(from, 'oci-layout'), join(to, 'oci-layout'));
  for (const [number, { digest }] of layers.entries()) {
    copyFileSync(getBlobPath(from, manifest.layers[number]?.digest ?? ''), getBlobPath(to, digest));
  }
  const store = (document: object): Pick<Descriptor, 'digest' | 'size'> => {
    const content = Buffer.from(JSON.stringify(document));
    writeFileSync(getBlobPath(to, computeDigest(content)), content);
    return { digest: computeDigest(content), size: content.length };
  };
  const rootfs = { ...config.rootfs, diff_ids: diffIds };
  const newConfig = { ...manifest.config, ...store({ ...config, rootfs }) };
  const newManifest = store({ ...manifest, config: newConfig, layers });
  const manifests = index.manifests.map((entry) => ({ ...entry, ...newManifest }));
  writeFileSync(join(to, 'index.json'), JSON.stringify({ ...index, manifests }));
  return true;
}

function readDocuments(layout: string): Documents | undefined {
  const index = readJson(join(layout, 'index.json'));
  const entries = isRecord(index) ? index['manifests'] : undefined;
  const [entry] = Array.isArray(entries) && entries.length === 1 ? entries : [];
  const manifest = readJson(getDescriptorPath(layout, entry));
  if (!isRecord(manifest) || !Array.isArray(manifest['layers'])) return undefined;
  const config = readJson(getDescriptorPath(layout, manifest['config']));
  const rootfs = isRecord(config) ? config['rootfs'] : undefined;
  const isWhole =
    isRecord(rootfs) &&
    Array.isArray(rootfs['diff_ids']) &&
    manifest['layers'].length <= 100 &&
    manifest['layers'].every((layer) => existsSync(getDescriptorPath(layout, layer)));
  return isWhole ? ({ index, manifest, config } as unknown as Documents) : undefined;
}

function readJson(path: string): unknown {
  return existsSync(path) ? parseJson(readFileSync(path, 'utf8')) : undefined;
}

function getDescriptorPath(layout: string, descriptor: unknown): string {
  const digest = isRecord(descriptor) ? descriptor['digest'] : undefined;
  return getBlobPath(layout, typeof digest === 'string' ? digest : 'none');
}

function getBlobPath(layout: string, digest: string): string {
  return join(layout, 'blobs', ...digest.split(':'));
}

function computeDigest(content: Uint8Array): string {
  return `sha256:${hash('sha256', content)}`;
}

/**
 * Returns the digest of a blob's expanded content, as far as it expands; empty if it is too large.
 */
async function digestLayer(path: string): Promise<string> {
  const content = createHash('sha256');
  const input = createReadStream(path);
  const head = detectCompression(readFileSync(path).subarray(0, 64));
  const expander =
    head === 'gzip'
      ? zlib.createGunzip(CHUNK)
      : head === 'zstd'
        ? zlib.createZstdDecompress(CHUNK)
        : undefined;
  const stream = expander === undefined ? input : input.pipe(expander);
  let bytes = 0;
  try {
    for await (const chunk of stream) {
      content.update(chunk as Buffer);
      bytes += (chunk as Buffer).length;
      if (bytes > CONTENT_BYTES_MAX) return '';
    }
  } catch {
    // Content before the damage is all there is.
  } finally {
    input.destroy();
  }
  return `sha256:${content.digest('hex')}`;
}
