import { pipeline, Readable } from 'node:stream';
import zlib from 'node:zlib';
import { decompress } from '../../bytes/compression/decompress.ts';
import { UserError } from '../../core/error.ts';
import type { Limits } from '../../core/limits.ts';
import { ByteBuffer, ByteCursor, EndOfBytes } from './byte-buffer.ts';
import { addSharedKey, readSharedKey } from './page.ts';

/**
 * Items with ascending keys as one compressed stream: a header, the items, and an end mark. It is
 * written and read in pieces, so its length does not matter.
 */
const PIECE_BYTES = 128 * 1024;
/** No real key or value is near. */
const ITEM_BYTES_MAX = 64 * 1024 * 1024;

const C = zlib.constants;
const LEVEL = 19;
const WINDOW_BITS_MIN = 17;
const WINDOW_BITS_MAX = 25;

/**
 * Similar texts are far apart, because statements about one vulnerability have different keys. So
 * the window covers the content, but it is not larger: allocating it takes time too.
 */
function createCompressor(expectedBytes: number): zlib.ZstdCompress {
  const bits = Math.ceil(Math.log2(Math.max(expectedBytes, 1)));
  const windowBits = Math.min(Math.max(bits, WINDOW_BITS_MIN), WINDOW_BITS_MAX);
  return zlib.createZstdCompress({
    chunkSize: PIECE_BYTES,
    params: { [C.ZSTD_c_compressionLevel]: LEVEL, [C.ZSTD_c_windowLog]: windowBits },
  });
}

/** Something with a key in a stream. */
export interface KeyedItem {
  readonly key: string;
}

/** The stream of delivered content is damaged, or leads to another root than the expected one. */
export function createDeliveryError(what: string, cause?: unknown): UserError {
  return new UserError('E_DB_IMPORT', `a delivered shard ${what}`, {
    hint: 'download it again; the database in use is unchanged',
    cause,
  });
}

/** Items to compress. */
export interface ItemSource<T> {
  readonly header: Uint8Array;
  readonly items: Iterable<T>;
  /** Adds the content of an item after its key. */
  readonly addContent: (target: ByteBuffer, item: T) => void;
  /** Rough number of bytes in total. */
  readonly expectedBytes: number;
}

/** Returns the compressed form of items. */
export function compressItems<T extends KeyedItem>(
  source: ItemSource<T>,
): AsyncIterable<Uint8Array> {
  const pieces = Readable.from(joinItems(source), { objectMode: false });
  const compressed = createCompressor(source.expectedBytes);
  // Errors of either stream are thrown where the pieces are taken.
  pipeline(pieces, compressed, () => undefined);
  return compressed;
}

function* joinItems<T extends KeyedItem>({
  header,
  items,
  addContent,
}: ItemSource<T>): Generator<Uint8Array> {
  const piece = new ByteBuffer(2 * PIECE_BYTES);
  piece.addBytes(header);
  let previous = '';
  for (const item of items) {
    addSharedKey(piece, previous, item.key);
    previous = item.key;
    addContent(piece, item);
    if (piece.length >= PIECE_BYTES) {
      yield Buffer.from(piece.getBytes());
      piece.clear();
    }
  }
  // A key is never empty, so an empty one marks the end.
  addSharedKey(piece, '', '');
  yield Buffer.from(piece.getBytes());
}

/** How a stream of {@link compressItems} is read. */
export interface ItemForm<T> {
  /** Throws if the header is not the expected one. */
  readonly checkHeader: (header: Buffer) => void;
  readonly headerBytes: number;
  readonly readContent: (cursor: ByteCursor) => T;
}

/** An item with the content that the form reads. */
export type ReadItem<T> = KeyedItem & { readonly content: T };

/**
 * Passes on the items of a stream in order. Their keys ascend.
 *
 * @throws UserError `E_DB_IMPORT` if the stream is damaged, `E_LIMIT` if it expands too far
 */
export async function expandItems<T>(
  stream: AsyncIterable<Uint8Array>,
  form: ItemForm<T>,
  { limits, onItem }: { readonly limits: Limits; readonly onItem: (item: ReadItem<T>) => void },
): Promise<void> {
  const reading = new ItemReading(form, onItem);
  try {
    await decompress(stream, {
      subject: 'a delivered shard',
      limits,
      maxBytes: 'databaseBytesMax',
      onOutput: (piece) => reading.addPiece(piece),
    });
    reading.finishItems();
  } catch (cause) {
    // The reader of compressed streams reports its errors as image errors.
    const isFinal = cause instanceof UserError && cause.code !== 'E_IMAGE_INVALID';
    throw isFinal ? cause : createDeliveryError('is damaged', cause);
  }
}

/** Parses items from pieces that end anywhere. */
class ItemReading<T> {
  readonly #form: ItemForm<T>;
  readonly #onItem: (item: ReadItem<T>) => void;
  #pending: Uint8Array[] = [];
  #pendingBytes = 0;
  /** Parsing an unfinished item again is worth it only with many more bytes. */
  #neededBytes: number;
  #isBegun = false;
  #isFinished = false;
  #previous = '';

  constructor(form: ItemForm<T>, onItem: (item: ReadItem<T>) => void) {
    this.#form = form;
    this.#onItem = onItem;
    this.#neededBytes = form.headerBytes;
  }

  addPiece(piece: Uint8Array): void {
    // The pieces are not ours to keep.
    this.#pending.push(Buffer.from(piece));
    this.#pendingBytes += piece.length;
    if (this.#pendingBytes >= this.#neededBytes) {
      this.#parse();
    }
  }

  /** Passes on the last items. Throws if the stream is incomplete. */
  finishItems(): void {
    this.#parse();
    if (!this.#isFinished) {
      throw new EndOfBytes();
    }
  }

  #parse(): void {
    const cursor = new ByteCursor(Buffer.concat(this.#pending));
    let complete = 0;
    try {
      if (!this.#isBegun) {
        this.#form.checkHeader(cursor.readBytes(this.#form.headerBytes));
        this.#isBegun = true;
        complete = cursor.at;
      }
      while (!cursor.isAtEnd) {
        this.#parseItem(cursor);
        complete = cursor.at;
      }
    } catch (error) {
      if (!(error instanceof EndOfBytes) || cursor.bytes.length - complete > ITEM_BYTES_MAX) {
        throw error;
      }
    }
    const rest = cursor.bytes.subarray(complete);
    this.#pending = [rest];
    this.#pendingBytes = rest.length;
    this.#neededBytes = 2 * rest.length;
  }

  #parseItem(cursor: ByteCursor): void {
    if (this.#isFinished) {
      throw new RangeError('bytes follow the end');
    }
    const key = readSharedKey(cursor, this.#previous);
    if (key === '') {
      this.#isFinished = true;
      return;
    }
    if (key <= this.#previous) {
      throw new RangeError('keys do not ascend');
    }
    const content = this.#form.readContent(cursor);
    this.#previous = key;
    this.#onItem({ key, content });
  }
}
