import { posix } from 'node:path';
import { decompress } from '../../foundation/bytes/compression/decompress.ts';
import {
  COMPRESSION_HEAD_BYTES,
  detectCompression,
} from '../../foundation/bytes/compression/detect-compression.ts';
import {
  type IndexedEntry,
  indexTar,
  type TarIndex,
} from '../../foundation/bytes/tar/tar-index.ts';
import type { Bytes } from '../../foundation/core/bytes.ts';
import { UserError } from '../../foundation/core/error.ts';
import type { Limits } from '../../foundation/core/limits.ts';
import type { Problem } from '../../foundation/core/problem.ts';
import type { BlobOrigin, Spill, SpillFile, StandardInput } from '../../foundation/core/target.ts';
import { type LocalFile, openLocalFile } from './local-file.ts';

/** The tar file of an image: its entries are read in place, and nothing is unpacked. */
export interface ImageArchive {
  readonly problems: readonly Problem[];
  /** Finds the entry of a path, following symbolic links within the archive. */
  find(path: string): IndexedEntry | undefined;
  /** Reads at most `maxBytes` + 1 bytes of an entry. */
  read(entry: IndexedEntry, maxBytes: number): Uint8Array;
  stream(entry: IndexedEntry): AsyncIterable<Uint8Array>;
  /**
   * Returns the origin that identifies the content of an entry; `undefined` if it is a copy made by
   * this run.
   */
  getOrigin(entry: IndexedEntry): BlobOrigin | undefined;
  /** Returns whether the archive has several entries with this path; the first one counts. */
  isRepeated(path: string): boolean;
  close(): void;
}

export interface ArchiveOptions {
  readonly limits: Limits;
  readonly spill: Spill;
  /** Read instead of the file if the target is `-`. */
  readonly standardInput?: StandardInput;
}

/**
 * Opens an archive. If it is compressed as a whole, it is decompressed once into a temporary file.
 *
 * @throws UserError `E_TARGET_UNREADABLE`, `E_IMAGE_INVALID` if it is not a tar archive, `E_LIMIT`,
 *   `E_SPILL`.
 */
export async function openImageArchive(
  path: string,
  options: ArchiveOptions,
): Promise<ImageArchive> {
  const { limits, standardInput } = options;
  const file =
    standardInput === undefined ? openLocalFile(path) : getInputFile(path, standardInput);
  let spilled: SpillFile | undefined;
  const close = () => {
    spilled?.[Symbol.dispose]();
    file[Symbol.dispose]();
  };
  try {
    spilled = await decompressFile(file, options);
    const index = indexTar(spilled ?? file, limits);
    checkIndex(path, index);
    const parts = spilled === undefined ? openOwnParts(file) : openParts(spilled);
    return openArchive({ ...parts, close, index, limits });
  } catch (error) {
    close();
    throw error;
  }
}

/**
 * Opens an archive from a stream, such as from a container engine: it is written to a temporary
 * file. `name` is its name in messages.
 *
 * @throws UserError `E_IMAGE_INVALID`, `E_LIMIT`, `E_SPILL`, and the errors of the stream
 */
export async function receiveImageArchive(
  name: string,
  content: AsyncIterable<Uint8Array>,
  { limits, spill }: ArchiveOptions,
): Promise<ImageArchive> {
  const spilled = spill.create();
  try {
    for await (const piece of content) {
      if (spilled.sizeBytes + piece.length > limits.archiveBytesMax) {
        const message = `${name} is larger than the ${limits.archiveBytesMax} bytes of the limit archiveBytesMax`;
        throw new UserError('E_LIMIT', message);
      }
      spilled.append(piece);
    }
    const index = indexTar(spilled, limits);
    checkIndex(name, index);
    return openArchive({ ...openParts(spilled), index, limits });
  } catch (error) {
    spilled[Symbol.dispose]();
    throw error;
  }
}

/** The caller that opened the input closes it. */
function getInputFile(path: string, { sizeBytes, read, stream }: StandardInput): LocalFile {
  const toPlace = () => undefined;
  return { path, sizeBytes, read, stream, toPlace, [Symbol.dispose]: () => undefined };
}

async function decompressFile(
  file: LocalFile,
  { limits, spill }: ArchiveOptions,
): Promise<SpillFile | undefined> {
  if (detectCompression(file.read(0, COMPRESSION_HEAD_BYTES)) === 'none') {
    return undefined;
  }
  const spilled = spill.create();
  try {
    await decompress(file.stream(0, file.sizeBytes), {
      subject: `the archive ${file.path}`,
      limits,
      maxBytes: 'archiveBytesMax',
      onOutput: (chunk) => spilled.append(chunk),
    });
    return spilled;
  } catch (error) {
    spilled[Symbol.dispose]();
    throw error;
  }
}

export const NO_IMAGE_HINT =
  'save the image again; to scan a tar file of another kind, unpack it and name the directory';

function checkIndex(path: string, { entries, problems }: TarIndex): void {
  const limit = problems.find(({ code }) => code === 'P_LIMIT');
  if (limit !== undefined) {
    throw new UserError('E_LIMIT', `${path}: ${limit.message}`);
  }
  if (entries.size === 0) {
    const message = `"${path}" is not an image archive in tar format`;
    throw new UserError('E_IMAGE_INVALID', message, { hint: NO_IMAGE_HINT });
  }
  if (problems.some(({ code }) => code === 'P_TRUNCATED')) {
    const message = `"${path}" is truncated: it ends in the middle of an entry`;
    throw new UserError('E_IMAGE_INVALID', message, { hint: 'copy or save the image again' });
  }
}

interface OpenParts {
  readonly bytes: Bytes;
  readonly stream: (offset: number, length: number) => AsyncIterable<Uint8Array>;
  readonly toPlace: LocalFile['toPlace'];
  readonly close: () => void;
  readonly index: TarIndex;
  readonly limits: Limits;
}

function openArchive({ bytes, stream, toPlace, close, index, limits }: OpenParts): ImageArchive {
  return {
    problems: index.problems.map(({ code, message }) => ({
      code,
      message: `the image archive: ${message}`,
    })),
    find: (path) => findEntry(index, path, limits.linkDepthMax),
    read: (entry, maxBytes) => bytes.read(entry.offset, Math.min(entry.sizeBytes, maxBytes + 1)),
    stream: (entry) => stream(entry.offset, entry.sizeBytes),
    getOrigin: (entry) => toPlace(entry.offset, entry.sizeBytes),
    isRepeated: (path) => index.repeated.has(toAbsolute(path)),
    close,
  };
}

type Parts = Omit<OpenParts, 'close' | 'index' | 'limits'>;

function openOwnParts(file: LocalFile): Parts {
  return { bytes: file, stream: file.stream, toPlace: file.toPlace };
}

function openParts(spilled: SpillFile): Parts & Pick<OpenParts, 'close'> {
  return {
    bytes: spilled,
    stream: (offset, length) => readPieces(spilled, offset, length),
    toPlace: () => undefined,
    close: () => spilled[Symbol.dispose](),
  };
}

const PIECE_BYTES = 512 * 1024;

async function* readPieces(
  bytes: Bytes,
  offset: number,
  length: number,
): AsyncGenerator<Uint8Array> {
  for (let done = 0; done < length; done += PIECE_BYTES) {
    yield bytes.read(offset + done, Math.min(PIECE_BYTES, length - done));
  }
}

/** Docker stored layers shared by images as links to each other: the targets are other entries. */
function findEntry(index: TarIndex, path: string, linkDepthMax: number): IndexedEntry | undefined {
  let at = toAbsolute(path);
  for (let links = 0; links <= linkDepthMax; links++) {
    const entry = index.entries.get(at);
    if (entry === undefined || entry.type === 'regular') {
      return entry;
    }
    switch (entry.type) {
      case 'symlink':
        at = posix.resolve(posix.dirname(at), entry.linkName);
        break;
      case 'hardlink':
        at = toAbsolute(entry.linkName);
        break;
      default:
        return undefined;
    }
  }
  return undefined;
}

function toAbsolute(path: string): string {
  return posix.resolve('/', path);
}
