import { hash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { UserError } from '../../core/error.ts';
import type { Limits } from '../../core/limits.ts';
import { isRecord, isText } from '../../syntax/json/guard.ts';
import { digestFile } from '../digest-file.ts';
import {
  type DeliveredFile,
  INDEX_FILE,
  listFiles,
  parsePublishedIndex,
  readIndexContent,
} from './database-index.ts';

/**
 * A publication as one OCI artifact: its layers are the index and all files that it lists. OCI
 * image specification 1.1, "Guidelines for Artifact Usage".
 */
const ARTIFACT_TYPE = 'application/vnd.plimsoll.database.v1';
const INDEX_TYPE = 'application/vnd.plimsoll.database.index.v1+json';
const FILE_TYPE = 'application/vnd.plimsoll.database.file.v1';
const MANIFEST_TYPE = 'application/vnd.oci.image.manifest.v1+json';
const EMPTY_TYPE = 'application/vnd.oci.empty.v1+json';
const EMPTY = '{}';
const TITLE = 'org.opencontainers.image.title';
const REF_NAME = 'org.opencontainers.image.ref.name';

/**
 * Writes the newest state of a publication as an OCI image layout, from which other tools copy it
 * to a registry.
 *
 * @param tag name of the artifact in the layout
 * @throws UserError `E_OUTPUT`
 */
export function writeOciLayout(
  publication: string,
  layout: string,
  { tag, limits }: { readonly tag: string; readonly limits: Limits },
): void {
  const file = path.join(publication, INDEX_FILE);
  const text = fs.readFileSync(file, 'utf8');
  const { document } = parsePublishedIndex(text, file, limits);
  const index = readIndexContent(document, file);
  try {
    const blobs = new BlobFolder(layout);
    const first = { ...blobs.addDocument(text), mediaType: INDEX_TYPE, title: INDEX_FILE };
    const files = listFiles(index).map((one) => {
      blobs.addFile(path.join(publication, one.path), one);
      return { ...one, mediaType: FILE_TYPE, title: one.path };
    });
    const manifest = JSON.stringify({
      schemaVersion: 2,
      mediaType: MANIFEST_TYPE,
      artifactType: ARTIFACT_TYPE,
      config: { mediaType: EMPTY_TYPE, ...toDescriptor(blobs.addDocument(EMPTY)) },
      layers: [first, ...files].map(({ mediaType, title, ...one }) => {
        return { mediaType, ...toDescriptor(one), annotations: { [TITLE]: title } };
      }),
    });
    const root = { mediaType: MANIFEST_TYPE, ...toDescriptor(blobs.addDocument(manifest)) };
    blobs.writeIndex({
      schemaVersion: 2,
      manifests: [{ ...root, artifactType: ARTIFACT_TYPE, annotations: { [REF_NAME]: tag } }],
    });
  } catch (cause) {
    if (cause instanceof Error && 'syscall' in cause) {
      throw new UserError('E_OUTPUT', `could not write "${layout}": ${cause.message}`, { cause });
    }
    throw cause;
  }
}

function toDescriptor({ digest, sizeBytes }: DeliveredFile) {
  return { digest, size: sizeBytes };
}

/** Blobs of a layout. The index is written last, and then unused blobs are removed. */
class BlobFolder {
  readonly #layout: string;
  readonly #folder: string;
  readonly #used = new Set<string>();

  constructor(layout: string) {
    this.#layout = layout;
    this.#folder = path.join(layout, 'blobs', 'sha256');
    fs.mkdirSync(this.#folder, { recursive: true });
  }

  addDocument(text: string): DeliveredFile {
    const digest = `sha256:${hash('sha256', text, 'hex')}`;
    this.#place(digest, (part) => fs.writeFileSync(part, text));
    return { digest, sizeBytes: Buffer.byteLength(text) };
  }

  addFile(file: string, { digest }: DeliveredFile): void {
    this.#place(digest, (part) => fs.copyFileSync(file, part));
  }

  writeIndex(index: object): void {
    fs.writeFileSync(path.join(this.#layout, 'oci-layout'), '{"imageLayoutVersion":"1.0.0"}');
    const part = path.join(this.#layout, 'index.json.part');
    fs.writeFileSync(part, JSON.stringify(index));
    fs.renameSync(part, path.join(this.#layout, 'index.json'));
    for (const name of fs.readdirSync(this.#folder)) {
      if (/^[0-9a-f]{64}(?:\.part)?$/.test(name) && !this.#used.has(name)) {
        fs.rmSync(path.join(this.#folder, name));
      }
    }
  }

  #place(digest: string, write: (part: string) => void): void {
    const name = digest.slice('sha256:'.length);
    this.#used.add(name);
    const target = path.join(this.#folder, name);
    if (fs.existsSync(target) && digestFile(target) === digest) {
      return;
    }
    write(`${target}.part`);
    fs.renameSync(`${target}.part`, target);
  }
}

/**
 * Returns the digest and size of the index in the manifest of an artifact.
 *
 * @throws UserError `E_DB_UPDATE` if it is another artifact
 */
export function findIndexLayer(manifest: Uint8Array, place: string): DeliveredFile {
  let document: unknown;
  try {
    document = JSON.parse(Buffer.from(manifest).toString('utf8'));
  } catch {
    document = undefined;
  }
  const layers = isRecord(document) && Array.isArray(document['layers']) ? document['layers'] : [];
  const layer = layers.filter(isRecord).find(({ mediaType }) => mediaType === INDEX_TYPE);
  const { digest, size } = layer ?? {};
  if (!isText(digest) || typeof size !== 'number') {
    throw new UserError('E_DB_UPDATE', `${place} is not an advisory database`, {
      hint: 'copy the layout that "plimsoll db publish --oci-layout DIR" writes to the registry',
    });
  }
  return { digest, sizeBytes: size };
}
