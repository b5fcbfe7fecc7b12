import { assert } from '../../core/assert.ts';
import type { FileType } from '../../core/file-table.ts';
import type { Limits } from '../../core/limits.ts';
import type { ProblemNote } from '../../core/problem.ts';
import { findDroppedNames, type MetaHeaders, resolveNames } from './entry-names.ts';
import { findGlobalConflicts, findHeaderConflicts } from './header-conflicts.ts';
import { areNumbersValid, CAPABILITY_KEY, parseInt64, parsePaxRecords } from './pax-records.ts';
import { SparseExpansion } from './sparse-expansion.ts';
import {
  countHoleBytes,
  detectSparseForm,
  isValidMap,
  MapInContent,
  MapInHeaders,
  parseRecordedMap,
  readHeaderSparseSize,
  readSparseSize,
  type SparseFragment,
  type SparseMap,
} from './sparse-map.ts';
import { createDetails } from './tar-details.ts';
import type { TarVisitor } from './tar-entry.ts';
import { BLOCK_BYTES, decodeHeader, type TarHeader } from './tar-header.ts';
import { decodeText } from './tar-text.ts';

type Sink = 'entry' | 'skip' | 'extended' | 'global' | 'long-name' | 'long-link' | 'sparse-map';

const NONE: readonly never[] = [];
const EMPTY = new Uint8Array(0);
const NO_META: MetaHeaders = { records: undefined, longName: '', longLink: '' };
const BAD_MAP = 'the map of a sparse file is malformed';
const DAMAGE = {
  'bad-checksum': 'a header has a wrong checksum',
  'bad-number': 'a header has a malformed number',
} as const;
const NO_VALUES: ReadonlyMap<string, string> = new Map();

/** Container runtimes unpack these types and refuse a layer with any other. */
const TYPES: ReadonlyMap<string, FileType> = new Map(
  Object.entries({
    '0': 'regular',
    '1': 'hardlink',
    '2': 'symlink',
    '3': 'character-device',
    '4': 'block-device',
    '5': 'directory',
    '6': 'fifo',
  }),
);

/** Types whose size field does not announce content, as container runtimes read them. */
const HEADER_ONLY = new Set(['1', '2', '3', '4', '5', '6']);

/** A sparse file whose map is being read from the blocks after its header. */
interface PendingSparse {
  readonly header: TarHeader;
  readonly contentBytes: number;
  readonly sizeBytes: bigint;
  readonly map: MapInContent | MapInHeaders;
}

/**
 * Reads a tar archive as it arrives, in the way of Go's archive/tar, which container runtimes use
 * to unpack layers: POSIX ustar and pax, star, GNU and old V7 headers. Content is passed on as
 * windows into the pushed chunks, so an entry within one chunk is never copied.
 *
 * Damage never throws. It is a problem for the visitor, and ends the reading as in Go.
 */
export class TarParser {
  readonly #visitor: TarVisitor;
  readonly #limits: Limits;
  readonly #carry = new Uint8Array(BLOCK_BYTES);
  #carried = 0;
  #offset = 0;
  #headers = 0;
  #hasZeroBlock = false;
  #isOver = false;
  #sink: Sink = 'skip';
  #remaining = 0;
  #padding = 0;
  #collected: Uint8Array = EMPTY;
  #collectedBytes = 0;
  #meta: MetaHeaders = NO_META;
  #droppedNames: readonly string[] = [];
  #globalName = '';
  #sparse: PendingSparse | undefined;
  #expansion: SparseExpansion | undefined;
  #holeBytes = 0n;
  #entryName = '';

  constructor(visitor: TarVisitor, limits: Limits) {
    this.#visitor = visitor;
    this.#limits = limits;
  }

  /** Returns whether the end of the archive was reached, or damage that ends its reading. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** Returns the number of following bytes that are only content, which {@link skip} may omit. */
  get contentBytesAhead(): number {
    const isContent = this.#sink === 'entry' || this.#sink === 'skip';
    const isAhead = this.#remaining === 0 || (isContent && this.#expansion === undefined);
    return isAhead ? this.#remaining + this.#padding : 0;
  }

  push(bytes: Uint8Array): void {
    // Windows into a plain array are created faster than those into a Buffer.
    const chunk = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length);
    let at = 0;
    while (at < chunk.length && !this.#isOver) {
      if (this.#sink === 'sparse-map' || (this.#remaining === 0 && this.#padding === 0)) {
        at = this.#takeBlock(chunk, at);
      } else if (this.#remaining > 0) {
        at = this.#takeContent(chunk, at);
      } else {
        const taken = Math.min(this.#padding, chunk.length - at);
        this.#padding -= taken;
        at += this.#advance(taken);
      }
    }
  }

  /** Skips content without reading it; at most {@link contentBytesAhead}. */
  skip(bytes: number): void {
    assert(bytes <= this.contentBytesAhead, 'only content is skipped');
    this.#offset += bytes;
    const ofContent = Math.min(bytes, this.#remaining);
    this.#remaining -= ofContent;
    this.#padding -= bytes - ofContent;
    if (ofContent > 0 && this.#remaining === 0) {
      this.#endContent();
    }
  }

  /** Ends the archive: no more bytes follow. */
  end(): void {
    if (this.#isOver) {
      return;
    }
    this.#isOver = true;
    if (this.#headers === 0 && this.#carried > 0) {
      this.#abort('P_MALFORMED', DAMAGE['bad-checksum']);
    } else if (this.#remaining > 0 || this.#carried > 0 || this.#sparse !== undefined) {
      this.#reportProblem(
        'P_TRUNCATED',
        'the archive ends in the middle of an entry',
        this.#entryName,
      );
      if (this.#remaining > 0 && this.#sink === 'entry') {
        this.#visitor.onEntryEnd(false);
      }
    }
  }

  #advance(bytes: number): number {
    this.#offset += bytes;
    return bytes;
  }

  #takeContent(chunk: Uint8Array, at: number): number {
    const taken = Math.min(this.#remaining, chunk.length - at);
    const piece = chunk.subarray(at, at + taken);
    this.#remaining -= taken;
    this.#advance(taken);
    if (this.#sink === 'entry') {
      this.#forwardContent(piece);
    } else if (this.#sink !== 'skip') {
      this.#collected.set(piece, this.#collectedBytes);
      this.#collectedBytes += taken;
    }
    if (this.#remaining === 0 && !this.#isOver) {
      this.#endContent();
    }
    return at + taken;
  }

  #forwardContent(piece: Uint8Array): void {
    if (this.#expansion === undefined) {
      this.#visitor.onContent(piece);
    } else if (!this.#expansion.takePiece(piece)) {
      this.#endSparse(false);
    }
  }

  #takeBlock(chunk: Uint8Array, at: number): number {
    if (this.#carried === 0 && chunk.length - at >= BLOCK_BYTES) {
      this.#advance(BLOCK_BYTES);
      this.#readBlock(chunk.subarray(at, at + BLOCK_BYTES));
      return at + BLOCK_BYTES;
    }
    const taken = Math.min(BLOCK_BYTES - this.#carried, chunk.length - at);
    this.#carry.set(chunk.subarray(at, at + taken), this.#carried);
    this.#carried += taken;
    this.#advance(taken);
    if (this.#carried === BLOCK_BYTES) {
      this.#carried = 0;
      this.#readBlock(this.#carry);
    }
    return at + taken;
  }

  #readBlock(block: Uint8Array): void {
    if (this.#sparse !== undefined) {
      this.#takeMapBlock(this.#sparse, block);
      return;
    }
    const header = decodeHeader(block);
    if (header === 'zero') {
      this.#isOver = this.#hasZeroBlock;
      this.#hasZeroBlock = true;
    } else if (this.#hasZeroBlock) {
      this.#abort('P_MALFORMED', 'data follows a single block of zeros');
    } else if (typeof header === 'string') {
      this.#abort('P_MALFORMED', DAMAGE[header]);
    } else if (++this.#headers > this.#limits.entriesMax) {
      this.#abort('P_LIMIT', 'the archive has more entries than the limit entriesMax allows');
    } else if (header.sizeBytes < 0 && !HEADER_ONLY.has(header.typeFlag)) {
      this.#abort('P_MALFORMED', 'a header has a negative size');
    } else {
      this.#handleHeader(header, block);
    }
  }

  #handleHeader(header: TarHeader, block: Uint8Array): void {
    switch (header.typeFlag) {
      case 'x':
        this.#collect('extended', header);
        return;
      case 'g':
        this.#globalName = header.name;
        this.#collect('global', header);
        return;
      case 'L':
        this.#collect('long-name', header);
        return;
      case 'K':
        this.#collect('long-link', header);
        return;
    }
    const records = this.#meta.records;
    const contentBytes = this.#getContentBytes(header);
    if (contentBytes === undefined || (records !== undefined && !areNumbersValid(records))) {
      this.#abort('P_MALFORMED', 'an extended header has a malformed number');
    } else if (header.typeFlag === 'S') {
      this.#beginHeaderMap(header, contentBytes, block);
    } else {
      this.#beginPaxEntry(header, contentBytes);
    }
  }

  /** Returns `undefined` if the extended header declares a malformed or negative size. */
  #getContentBytes(header: TarHeader): number | undefined {
    const paxSize = this.#meta.records?.values.get('size') ?? '';
    const size = paxSize === '' ? header.sizeBytes : parseInt64(paxSize);
    if (HEADER_ONLY.has(header.typeFlag) || this.#isOldDirectory(header)) {
      return 0;
    }
    return size === undefined || size < 0 ? undefined : Number(size);
  }

  /** V7 archives have no type for directories: their names end in a slash. */
  #isOldDirectory(header: TarHeader): boolean {
    return header.typeFlag === '\0' && resolveNames(header, this.#meta, false).name.endsWith('/');
  }

  #beginHeaderMap(header: TarHeader, contentBytes: number, block: Uint8Array): void {
    const sizeBytes = readHeaderSparseSize(block);
    if (header.dialect !== 'gnu' || sizeBytes === undefined) {
      this.#abort('P_MALFORMED', 'a sparse file has a malformed header');
      return;
    }
    this.#sparse = { header, contentBytes, sizeBytes, map: new MapInHeaders() };
    this.#takeMapBlock(this.#sparse, block);
  }

  #beginPaxEntry(header: TarHeader, contentBytes: number): void {
    const values = this.#meta.records?.values;
    const form = values && detectSparseForm(values);
    if (values === undefined || form === undefined) {
      this.#startEntry(header, contentBytes, undefined);
      return;
    }
    const recorded = readSparseSize(values);
    const sizeBytes = recorded === null ? BigInt(contentBytes) : recorded;
    const isFile = !HEADER_ONLY.has(header.typeFlag) && !this.#isOldDirectory(header);
    if (sizeBytes === undefined || !isFile) {
      this.#abort('P_MALFORMED', BAD_MAP);
    } else if (form === 'map-in-records') {
      this.#endMap(header, contentBytes, sizeBytes, parseRecordedMap(values));
    } else {
      this.#sparse = { header, contentBytes, sizeBytes, map: new MapInContent() };
      this.#expect('sparse-map', contentBytes);
      this.#requireMapBlock();
    }
  }

  #takeMapBlock({ header, contentBytes, sizeBytes, map }: PendingSparse, block: Uint8Array): void {
    const isInContent = map instanceof MapInContent;
    const fragments = map.takeBlock(block);
    if (isInContent) {
      this.#remaining -= BLOCK_BYTES;
    }
    if (fragments !== false) {
      this.#sparse = undefined;
      const storedBytes = isInContent ? this.#remaining : contentBytes;
      this.#endMap(header, storedBytes, sizeBytes, fragments);
    } else if (isInContent) {
      this.#requireMapBlock();
    }
  }

  /** A map in the content is read in whole blocks. */
  #requireMapBlock(): void {
    if (this.#remaining < BLOCK_BYTES) {
      this.#abort('P_MALFORMED', BAD_MAP);
    }
  }

  #endMap(
    header: TarHeader,
    contentBytes: number,
    sizeBytes: bigint,
    fragments: readonly SparseFragment[] | undefined,
  ): void {
    const map = fragments && { sizeBytes, fragments };
    if (map === undefined || !isValidMap(map)) {
      this.#abort('P_MALFORMED', BAD_MAP);
    } else {
      this.#startEntry(header, contentBytes, map);
    }
  }

  #startEntry(header: TarHeader, contentBytes: number, map: SparseMap | undefined): void {
    const { records } = this.#meta;
    const values = records?.values ?? NO_VALUES;
    const isPaxSparse = map !== undefined && header.typeFlag !== 'S';
    const names = resolveNames(header, this.#meta, isPaxSparse);
    const typeFlag = this.#isOldDirectory(header) ? '5' : header.typeFlag.replace('\0', '0');
    const type = TYPES.get(typeFlag) ?? 'other';
    this.#entryName = names.name;
    for (const note of findHeaderConflicts(
      header,
      { ...names, type },
      this.#meta,
      this.#droppedNames,
    )) {
      this.#visitor.onProblem(note, names.name);
    }
    this.#meta = NO_META;
    this.#droppedNames = NONE;
    const isContentSkipped = map !== undefined && !this.#hasRoomForHoles(map, names.name);
    this.#visitor.onEntry({
      name: names.name,
      linkName: names.linkName,
      type,
      typeFlag,
      mode: header.mode & 0o7777,
      uid: Number(parseInt64(values.get('uid') ?? '') ?? header.uid) >>> 0,
      gid: Number(parseInt64(values.get('gid') ?? '') ?? header.gid) >>> 0,
      sizeBytes: map === undefined ? contentBytes : Number(map.sizeBytes),
      modifiedSeconds: readSeconds(values.get('mtime')) ?? header.modifiedSeconds,
      isSparse: map !== undefined,
      isContentSkipped,
      contentOffset: this.#offset,
      capabilities: values.get(CAPABILITY_KEY) || undefined,
      ...(this.#visitor.isDetailed === true && { details: createDetails(header, records) }),
    });
    this.#beginContent(contentBytes, map, isContentSkipped);
  }

  #beginContent(contentBytes: number, map: SparseMap | undefined, isSkipped: boolean): void {
    if (isSkipped) {
      this.#visitor.onEntryEnd(false);
      this.#expect('skip', contentBytes);
      return;
    }
    this.#expect('entry', contentBytes);
    if (map !== undefined) {
      this.#expansion = new SparseExpansion(map, (piece) => this.#visitor.onContent(piece));
    }
    if (contentBytes === 0) {
      this.#endContent();
    }
  }

  /** Holes cost time but no bytes of the archive. */
  #hasRoomForHoles(map: SparseMap, name: string): boolean {
    const holeBytes = this.#holeBytes + countHoleBytes(map);
    const hasRoom = holeBytes <= BigInt(this.#limits.sparseHoleBytesMax);
    if (hasRoom) {
      this.#holeBytes = holeBytes;
    } else {
      const message = 'a sparse file was not read: its holes exceed the limit sparseHoleBytesMax';
      this.#reportProblem('P_LIMIT', message, name);
    }
    return hasRoom;
  }

  #collect(sink: Sink, header: TarHeader): void {
    if (header.sizeBytes > this.#limits.paxBytesMax) {
      const message = 'an extended header is larger than the limit paxBytesMax allows';
      this.#abort('P_LIMIT', message);
      return;
    }
    this.#collected = new Uint8Array(header.sizeBytes);
    this.#collectedBytes = 0;
    this.#expect(sink, header.sizeBytes);
    if (header.sizeBytes === 0) {
      this.#endContent();
    }
  }

  #expect(sink: Sink, bytes: number): void {
    this.#sink = sink;
    this.#remaining = bytes;
    this.#padding = (BLOCK_BYTES - (bytes % BLOCK_BYTES)) % BLOCK_BYTES;
  }

  #endContent(): void {
    const sink = this.#sink;
    const collected = this.#collected;
    this.#sink = 'skip';
    this.#collected = EMPTY;
    switch (sink) {
      case 'entry':
        if (this.#expansion === undefined) {
          this.#visitor.onEntryEnd(true);
        } else {
          this.#endSparse(this.#expansion.isComplete);
        }
        break;
      case 'extended':
      case 'global':
        this.#endRecords(sink, collected);
        break;
      case 'long-name':
        this.#setMeta({ ...this.#meta, longName: cutAtNul(collected) });
        break;
      case 'long-link':
        this.#setMeta({ ...this.#meta, longLink: cutAtNul(collected) });
        break;
    }
  }

  #endSparse(isComplete: boolean): void {
    this.#expansion = undefined;
    this.#visitor.onEntryEnd(isComplete);
    if (!isComplete) {
      this.#abort('P_MALFORMED', 'the map of a sparse file does not match its content');
    }
  }

  #endRecords(sink: 'extended' | 'global', collected: Uint8Array): void {
    const records = parsePaxRecords(collected, this.#visitor.isDetailed);
    if (records === undefined) {
      this.#abort('P_MALFORMED', 'an extended header is malformed');
    } else if (sink === 'extended') {
      this.#setMeta({ ...this.#meta, records });
    } else {
      const name = records.values.get('path') || this.#globalName;
      for (const note of findGlobalConflicts(records)) {
        this.#visitor.onProblem(note, name);
      }
      this.#visitor.globalHeader?.(name);
      // Go discards the headers before a global one.
      this.#setMeta(NO_META);
    }
  }

  #setMeta(meta: MetaHeaders): void {
    const dropped = findDroppedNames(this.#meta, meta);
    this.#droppedNames = dropped.length === 0 ? this.#droppedNames : dropped;
    this.#meta = meta;
  }

  #abort(code: ProblemNote['code'], reason: string): void {
    this.#isOver = true;
    const isArchive = this.#headers > 0 || code !== 'P_MALFORMED';
    const message = isArchive
      ? `${reason}; the rest of the archive was not read`
      : 'the content is not a tar archive';
    this.#reportProblem(code, message, '');
  }

  #reportProblem(code: ProblemNote['code'], message: string, name: string): void {
    this.#visitor.onProblem({ code, message }, name);
  }
}

function cutAtNul(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  return decodeText(bytes, 0, end < 0 ? bytes.length : end);
}

/** A time in a PAX record is a decimal number, which may have a fraction. */
function readSeconds(value: string | undefined): number | undefined {
  return value === undefined || value === '' ? undefined : Number(value);
}
