import fs from 'node:fs';
import path from 'node:path';
import type { TarEntry } from '../bytes/tar/tar-entry.ts';
import { TarParser } from '../bytes/tar/tar-parser.ts';
import { isZip } from '../bytes/zip/directory-end.ts';
import { readZipDirectory, type ZipDirectory } from '../bytes/zip/zip-directory.ts';
import { readZipEntry } from '../bytes/zip/zip-entry.ts';
import { Budget } from '../core/budget.ts';
import type { Bytes } from '../core/bytes.ts';
import { readWhole } from '../core/bytes.ts';
import { compareText } from '../core/compare-text.ts';
import { UserError } from '../core/error.ts';
import type { Limits } from '../core/limits.ts';
import { expandFile, readFileHead } from './expand-file.ts';
import { STATE_PREFIX } from './fetch/feed-state.ts';
import type { FeedDocument, FeedOmission } from './provider/contract.ts';
import { PublishedChanges } from './published-changes.ts';

/** A document of a feed, or a file that is not one. */
export type FeedInput =
  | {
      /** The directory or archive that has the document. */
      readonly place: string;
      readonly document: FeedDocument;
      /** Up to the first {@link HEAD_BYTES} bytes of the document. */
      readonly head: Uint8Array;
      readonly omission?: undefined;
    }
  | { readonly place: string; readonly name: string; readonly omission: FeedOmission };

/** Cause of leaving out a file that may have documents. */
const UNREADABLE = 'unreadable';

const HEAD_BYTES = 8 * 1024;

const TAR_MAGIC = 'ustar';
const TAR_MAGIC_OFFSET = 257;
const BLOCK_BYTES = 512;
/** The year 9999. */
const LATEST_MS = 253_402_300_799_000;
const DOS_EPOCH_DATE = 0x21;
const HINT = 'fetch the archive again; the database in use is unchanged';

/**
 * Yields the documents of a place in a stable order: those of a file, of every file below a
 * directory, or of every entry of an archive (tar, also compressed, or zip). An archive is read as
 * the documents are taken. It is never unpacked to disk, and one document at a time is in memory.
 * A file of a directory that is unreadable from its beginning is left out with a problem.
 *
 * @throws UserError `E_DB_IMPORT` for any other unreadable or damaged file, `E_LIMIT`
 */
export async function* readDocuments(place: string, limits: Limits): AsyncGenerator<FeedInput> {
  const found = fs.statSync(place, { throwIfNoEntry: false });
  if (found?.isDirectory() !== true) {
    yield* readInputs(place, limits);
    return;
  }
  const entries = fs
    .readdirSync(place, { recursive: true, withFileTypes: true })
    .map((entry) => ({
      entry,
      name: path.relative(place, path.join(entry.parentPath, entry.name)),
    }))
    .sort((left, right) => compareText(left.name, right.name));
  const changes = new PublishedChanges(
    entries.filter(({ entry }) => entry.isFile()).map(({ name }) => path.join(place, name)),
  );
  for (const { entry, name } of entries) {
    const parts = name.split(path.sep);
    // State that `db fetch` stores beside the documents, and documents that are not complete.
    if (entry.isDirectory() || parts.some((part) => part.startsWith(STATE_PREFIX))) {
      continue;
    }
    const file = path.join(place, name);
    if (!entry.isFile()) {
      yield skipEntry(entry.parentPath, file, 'not a regular file');
    } else if (parts.some((part) => part.startsWith('.'))) {
      yield skipEntry(entry.parentPath, file, 'hidden file');
    } else {
      yield* readListedFile(file, { limits, changes });
    }
  }
}

interface Listing {
  readonly limits: Limits;
  readonly changes: PublishedChanges;
}

/** Ends with an error only if documents of the file are in use already. */
async function* readListedFile(
  file: string,
  { limits, changes }: Listing,
): AsyncGenerator<FeedInput> {
  let isBegun = false;
  try {
    for await (const input of readInputs(file, limits)) {
      isBegun = true;
      const name = input.omission === undefined ? input.document.name : input.name;
      const cause =
        input.place === file
          ? changes.findEntryCause(file, path.relative(file, name))
          : changes.findFileCause(file);
      yield cause === undefined ? input : skipEntry(input.place, name, cause);
    }
  } catch (error) {
    if (isBegun || !(error instanceof UserError) || error.code !== 'E_DB_IMPORT') {
      throw error;
    }
    const problem = { code: 'P_UNREADABLE', message: error.message } as const;
    const omission = { leftOut: 'document', cause: UNREADABLE, problem } as const;
    yield { place: path.dirname(file), name: file, omission };
  }
}

function skipEntry(place: string, name: string, cause: string): FeedInput {
  return { place, name, omission: { leftOut: 'document', cause } };
}

async function* readInputs(file: string, limits: Limits): AsyncGenerator<FeedInput> {
  readFileHead(file);
  using content = new FileBytes(file);
  if (isZip(content)) {
    yield* readZip(file, content, limits);
    return;
  }
  const pieces = expandFile(file, limits);
  const head = await takeHead(pieces);
  const modifiedAt = fs.statSync(file).mtime.toISOString();
  if (isTar(head)) {
    yield* readTar(file, joinPieces(head, pieces), { limits, modifiedAt });
  } else {
    const document = { name: file, modifiedAt, content: joinPieces(head, pieces) };
    yield { place: path.dirname(file), document, head };
  }
}

async function takeHead(pieces: AsyncIterator<Uint8Array>): Promise<Uint8Array> {
  const taken: Uint8Array[] = [];
  let length = 0;
  while (length < HEAD_BYTES) {
    const next = await pieces.next();
    if (next.done === true) {
      break;
    }
    taken.push(next.value);
    length += next.value.length;
  }
  return taken.length === 1 ? (taken[0] ?? new Uint8Array()) : Buffer.concat(taken);
}

function isTar(head: Uint8Array): boolean {
  const magic = head.subarray(TAR_MAGIC_OFFSET, TAR_MAGIC_OFFSET + TAR_MAGIC.length);
  return Buffer.from(magic).toString('latin1') === TAR_MAGIC;
}

async function* joinPieces(
  head: Uint8Array,
  rest: AsyncGenerator<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  yield head;
  yield* rest;
}

interface TarReading {
  readonly limits: Limits;
  readonly modifiedAt: string;
}

async function* readTar(
  file: string,
  pieces: AsyncIterable<Uint8Array>,
  { limits, modifiedAt }: TarReading,
): AsyncGenerator<FeedInput> {
  const collector = new TarCollector(file, limits, modifiedAt);
  const parser = new TarParser(collector, limits);
  let tail: Uint8Array = new Uint8Array();
  for await (const piece of pieces) {
    parser.push(piece);
    yield* collector.takeInputs();
    tail = Buffer.concat([tail, piece.subarray(-BLOCK_BYTES)]).subarray(-BLOCK_BYTES);
  }
  parser.end();
  // Without its end marker, an archive that was cut between two entries would look complete.
  if (tail.length < BLOCK_BYTES || tail.some((byte) => byte !== 0)) {
    throw createArchiveError(file, 'is truncated');
  }
  yield* collector.takeInputs();
}

/** Collects the entries of an archive until they are complete. */
class TarCollector {
  readonly #archive: string;
  readonly #limits: Limits;
  readonly #modifiedAt: string;
  #inputs: FeedInput[] = [];
  #name: string | undefined;
  #entryTime: string | undefined;
  #pieces: Uint8Array[] = [];

  constructor(archive: string, limits: Limits, modifiedAt: string) {
    this.#archive = archive;
    this.#limits = limits;
    this.#modifiedAt = modifiedAt;
  }

  takeInputs(): readonly FeedInput[] {
    const inputs = this.#inputs;
    this.#inputs = [];
    return inputs;
  }

  onEntry({ name, type, sizeBytes, modifiedSeconds }: TarEntry): void {
    this.#pieces = [];
    this.#entryTime = formatEntryTime(modifiedSeconds * 1000);
    this.#name = type === 'regular' ? path.posix.join(this.#archive, name) : undefined;
    if (type !== 'regular' && type !== 'directory') {
      this.#inputs.push(skipEntry(this.#archive, name, 'not a regular file'));
    }
    checkSize(this.#archive, name, { sizeBytes, limits: this.#limits });
  }

  onContent(piece: Uint8Array): void {
    if (this.#name !== undefined) {
      this.#pieces.push(piece);
    }
  }

  onEntryEnd(isComplete: boolean): void {
    if (!isComplete) {
      throw createArchiveError(this.#archive, 'is truncated');
    }
    if (this.#name !== undefined) {
      const modifiedAt = this.#entryTime ?? this.#modifiedAt;
      this.#inputs.push(
        createInput(this.#archive, { name: this.#name, modifiedAt, pieces: this.#pieces }),
      );
    }
    this.#name = undefined;
  }

  onProblem({ message }: { readonly message: string }): void {
    throw createArchiveError(this.#archive, `is malformed: ${message}`);
  }
}

interface EntryContent {
  readonly name: string;
  readonly modifiedAt: string;
  readonly pieces: readonly Uint8Array[];
}

function createInput(place: string, { name, modifiedAt, pieces }: EntryContent): FeedInput {
  const [first = new Uint8Array()] = pieces;
  const head = first.length < HEAD_BYTES && pieces.length > 1 ? Buffer.concat(pieces) : first;
  const content = streamPieces(pieces);
  return { place, document: { name, modifiedAt, content }, head: head.subarray(0, HEAD_BYTES) };
}

async function* streamPieces(pieces: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* pieces;
}

/**
 * Returns the time of an entry, RFC 3339. Archives that are reproducible give all entries the same
 * time: the earliest that the format can express is not a time. Returns `undefined` for it, and for
 * a malformed one.
 */
function formatEntryTime(milliseconds: number): string | undefined {
  const isKnown = milliseconds > 0 && milliseconds <= LATEST_MS;
  return isKnown ? new Date(milliseconds).toISOString() : undefined;
}

/** The time zone is unknown. The date 1980-01-01 is the earliest one. APPNOTE.TXT 6.3.10, 4.4.6. */
function formatDosTime(dosTime: number): string | undefined {
  const [date, time] = [dosTime >>> 16, dosTime & 0xffff];
  const [year, month, day] = [1980 + (date >>> 9), (date >>> 5) & 0xf, date & 0x1f];
  const [hour, minute, second] = [time >>> 11, (time >>> 5) & 0x3f, (time & 0x1f) * 2];
  const isKnown = date > DOS_EPOCH_DATE && month >= 1 && month <= 12 && day >= 1;
  return isKnown
    ? formatEntryTime(Date.UTC(year, month - 1, day, hour, minute, second))
    : undefined;
}

function* readZip(file: string, content: Bytes, limits: Limits): Generator<FeedInput> {
  const modifiedAt = fs.statSync(file).mtime.toISOString();
  // The expansion is limited below; a feed needs more steps than one file of an image may take.
  const budget = new Budget({ ...limits, catalogerStepsMax: Number.MAX_SAFE_INTEGER });
  const directory = readZipDirectory(content, budget, () => true);
  const [problem] = directory?.problems ?? [];
  if (directory === undefined || problem !== undefined) {
    throw createArchiveError(file, `is malformed: ${problem?.message ?? 'it has no directory'}`);
  }
  checkExpansion(file, directory, limits);
  const left = { expandedBytesLeft: limits.databaseBytesMax };
  for (const entry of directory.entries) {
    checkSize(file, entry.name, { sizeBytes: entry.sizeBytes, limits });
    const read = readZipEntry(directory, entry, { budget, left, maxBytes: 'wholeFileBytesMax' });
    if (read.content === undefined) {
      throw createArchiveError(file, `is malformed: ${read.problem.message}`);
    }
    yield createInput(file, {
      name: path.posix.join(file, entry.name),
      modifiedAt: formatDosTime(entry.dosTime) ?? modifiedAt,
      pieces: [readWhole(read.content)],
    });
  }
}

/** Every entry must unpack to its declared size, so bombs are detected before any is unpacked. */
function checkExpansion(file: string, { content, entries }: ZipDirectory, limits: Limits): void {
  const expanded = entries.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  const allowed = Math.max(limits.expansionFreeBytesMax, content.sizeBytes * limits.expansionMax);
  if (expanded > Math.min(allowed, limits.databaseBytesMax)) {
    throw new UserError(
      'E_LIMIT',
      `the feed ${path.basename(file)} expands to ${expanded} bytes (limits expansionMax and databaseBytesMax)`,
      { hint: 'raise the limit if you trust the content; decompression bombs look like this' },
    );
  }
}

function checkSize(
  archive: string,
  name: string,
  { sizeBytes, limits }: { readonly sizeBytes: number; readonly limits: Limits },
): void {
  if (sizeBytes > limits.wholeFileBytesMax) {
    throw new UserError(
      'E_LIMIT',
      `${path.basename(archive)} has a document of ${sizeBytes} bytes: ${JSON.stringify(name)}`,
      { hint: 'raise the limit wholeFileBytesMax if you trust the content' },
    );
  }
}

function createArchiveError(file: string, what: string): UserError {
  return new UserError('E_DB_IMPORT', `${path.basename(file)} ${what}`, { hint: HINT });
}

/** Random access to a file, which a zip archive needs. */
class FileBytes implements Bytes, Disposable {
  readonly sizeBytes: number;
  readonly #handle: number;

  constructor(file: string) {
    this.#handle = fs.openSync(file, 'r');
    this.sizeBytes = fs.fstatSync(this.#handle).size;
  }

  read(offset: number, length: number): Uint8Array {
    const piece = Buffer.alloc(Math.max(0, Math.min(length, this.sizeBytes - offset)));
    return piece.subarray(0, fs.readSync(this.#handle, piece, 0, piece.length, offset));
  }

  [Symbol.dispose](): void {
    fs.closeSync(this.#handle);
  }
}
