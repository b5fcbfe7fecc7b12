import { createHash } from 'node:crypto';

/** One path of a layer: a file with its content, a link, or a directory if both are absent. */
export interface SampleEntry {
  readonly path: string;
  readonly content?: string | Uint8Array;
  readonly linkTarget?: string;
  readonly mode?: number;
}

export interface SampleLayer {
  /** Instruction in the history of the image. */
  readonly instruction: string;
  readonly entries: readonly SampleEntry[];
}

export interface SampleImage {
  /** `name:tag` */
  readonly reference: string;
  readonly layers: readonly SampleLayer[];
  readonly entrypoint: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
}

interface Blob {
  readonly mediaType: string;
  readonly digest: string;
  readonly bytes: Uint8Array;
}

const BLOCK_BYTES = 512;
const CREATED_SECONDS = 1_646_092_800;
const CREATED = '2022-03-01T00:00:00Z';
const OCI = 'application/vnd.oci.image';

/**
 * Writes an image as an OCI archive. OCI image specification, image-layout.md. Layers are not
 * compressed, so the bytes only depend on the input.
 */
export function createOciArchive(image: SampleImage): Uint8Array {
  const layers = image.layers.map(({ entries }) =>
    createBlob(`${OCI}.layer.v1.tar`, createTarArchive(entries)),
  );
  const config = createJsonBlob(`${OCI}.config.v1+json`, createConfig(image, layers));
  const manifest = createJsonBlob(`${OCI}.manifest.v1+json`, {
    schemaVersion: 2,
    mediaType: `${OCI}.manifest.v1+json`,
    config: toDescriptor(config),
    layers: layers.map(toDescriptor),
  });
  const index = {
    schemaVersion: 2,
    mediaType: `${OCI}.index.v1+json`,
    manifests: [
      {
        ...toDescriptor(manifest),
        annotations: { 'org.opencontainers.image.ref.name': image.reference },
        platform: { architecture: 'amd64', os: 'linux' },
      },
    ],
  };
  return createTarArchive([
    { path: 'oci-layout', content: JSON.stringify({ imageLayoutVersion: '1.0.0' }) },
    { path: 'index.json', content: JSON.stringify(index) },
    { path: 'blobs' },
    { path: 'blobs/sha256' },
    ...[manifest, config, ...layers].map(({ digest, bytes }) => ({
      path: `blobs/${digest.replace(':', '/')}`,
      content: bytes,
    })),
  ]);
}

function createConfig(image: SampleImage, layers: readonly Blob[]): unknown {
  return {
    created: CREATED,
    architecture: 'amd64',
    os: 'linux',
    config: { Entrypoint: image.entrypoint, Labels: image.labels },
    rootfs: { type: 'layers', diff_ids: layers.map(({ digest }) => digest) },
    history: image.layers.map(({ instruction }) => ({ created: CREATED, created_by: instruction })),
  };
}

function createJsonBlob(mediaType: string, value: unknown): Blob {
  return createBlob(mediaType, Buffer.from(JSON.stringify(value), 'utf8'));
}

function createBlob(mediaType: string, bytes: Uint8Array): Blob {
  return {
    mediaType,
    digest: `sha256:${createHash('sha256').update(bytes).digest('hex')}`,
    bytes,
  };
}

function toDescriptor({ mediaType, digest, bytes }: Blob): Record<string, unknown> {
  return { mediaType, digest, size: bytes.length };
}

/** Creates a tar archive in the ustar format. POSIX.1-2017, pax, "ustar Interchange Format". */
function createTarArchive(entries: readonly SampleEntry[]): Uint8Array {
  const blocks = entries.flatMap((entry) => {
    const content = encodeContent(entry);
    const padding = (BLOCK_BYTES - (content.length % BLOCK_BYTES)) % BLOCK_BYTES;
    return [createTarHeader(entry, content.length), content, new Uint8Array(padding)];
  });
  return Buffer.concat([...blocks, new Uint8Array(2 * BLOCK_BYTES)]);
}

function encodeContent({ content }: SampleEntry): Uint8Array {
  return typeof content === 'string' ? Buffer.from(content, 'utf8') : (content ?? new Uint8Array());
}

function createTarHeader(entry: SampleEntry, sizeBytes: number): Uint8Array {
  const header = Buffer.alloc(BLOCK_BYTES);
  const kind = getKind(entry);
  const path = kind.flag === '5' ? `${entry.path}/` : entry.path;
  if (Buffer.byteLength(path) > 100) {
    throw new Error(`the path is too long for a sample: ${path}`);
  }
  header.write(path, 0);
  header.write(formatOctal(entry.mode ?? kind.mode, 7), 100);
  header.write(formatOctal(0, 7), 108);
  header.write(formatOctal(0, 7), 116);
  header.write(formatOctal(sizeBytes, 11), 124);
  header.write(formatOctal(CREATED_SECONDS, 11), 136);
  header.write(' '.repeat(8), 148);
  header.write(kind.flag, 156);
  header.write(entry.linkTarget ?? '', 157);
  header.write('ustar\u000000', 257, 'latin1');
  header.write('root', 265);
  header.write('root', 297);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${formatOctal(sum, 6)}\u0000 `, 148, 'latin1');
  return header;
}

function getKind(entry: SampleEntry): { flag: string; mode: number } {
  if (entry.linkTarget !== undefined) {
    return { flag: '2', mode: 0o777 };
  }
  return entry.content === undefined ? { flag: '5', mode: 0o755 } : { flag: '0', mode: 0o644 };
}

function formatOctal(value: number, digits: number): string {
  return value.toString(8).padStart(digits, '0');
}

/** Adds the parent directories before the given paths, like tools that build images. */
export function addFolders(entries: readonly SampleEntry[]): SampleEntry[] {
  const folders = new Set<string>();
  for (const { path } of entries) {
    const parts = path.split('/').slice(0, -1);
    parts.forEach((_, index) => void folders.add(parts.slice(0, index + 1).join('/')));
  }
  return [...[...folders].map((path) => ({ path })), ...entries];
}

/**
 * Returns the smallest ELF file that readers accept as a program: a 64-bit header and one loaded
 * segment, padded to one disk sector, below which some readers skip it. It exits with status 0.
 * System V ABI, "ELF Header" and "Program Header".
 */
export function createTinyExecutable(): Uint8Array {
  const file = Buffer.alloc(BLOCK_BYTES);
  file.write('\u007fELF', 0, 'latin1');
  file.set([2, 1, 1], 4);
  file.writeUInt16LE(2, 16);
  file.writeUInt16LE(62, 18);
  file.writeUInt32LE(1, 20);
  file.writeBigUInt64LE(0x400078n, 24);
  file.writeBigUInt64LE(64n, 32);
  file.writeUInt16LE(64, 52);
  file.writeUInt16LE(56, 54);
  file.writeUInt16LE(1, 56);
  file.writeUInt16LE(64, 58);
  file.writeUInt32LE(1, 64);
  file.writeUInt32LE(5, 68);
  file.writeBigUInt64LE(0x400000n, 80);
  file.writeBigUInt64LE(0x400000n, 88);
  file.writeBigUInt64LE(BigInt(file.length), 96);
  file.writeBigUInt64LE(BigInt(file.length), 104);
  file.writeBigUInt64LE(0x1000n, 112);
  file.set([0xb8, 0x3c, 0, 0, 0, 0x31, 0xff, 0x0f, 0x05], 120);
  return file;
}
