import zlib from 'node:zlib';
import { releaseMemory, releaseWhole } from '../../core/bytes.ts';
import { UserError } from '../../core/error.ts';
import type { LimitName, Limits } from '../../core/limits.ts';
import { type Compression, detectCompression } from './detect-compression.ts';

export interface DecompressOptions {
  /** What is read, for messages: "layer sha256:…". */
  readonly subject: string;
  readonly limits: Limits;
  /** The limit on the uncompressed bytes; passing it is a `UserError` `E_LIMIT`. */
  readonly maxBytes: LimitName;
  /** The pieces are nobody else's: the memory of each is given back when it was used. */
  readonly isInputOwned?: boolean;
  /** Hears every piece as stored, in order, before what it expands to. */
  readonly onInput?: (chunk: Uint8Array) => void;
  /** Hears every uncompressed piece, in order. The memory of the piece is gone after the call. */
  readonly onOutput: (chunk: Uint8Array) => void;
}

/**
 * Large pieces: fewer files lie across two of them, and each turn of the event loop has work
 * enough. With larger ones the decompressor has less of its work done when it is waited for.
 */
const OUTPUT_CHUNK_BYTES = 512 * 1024;
/** Input that may wait for the decompressor, so that it never waits for the disk. */
const WAITING_BYTES_MAX = 2 * 1024 * 1024;
/** Output that may wait for the caller: two pieces, so that neither waits for the other. */
const QUEUED_BYTES_MAX = 1024 * 1024;
const AT_ONCE_INPUT_BYTES_MAX = 128 * 1024;
const AT_ONCE_OUTPUT_BYTES_MAX = 8 * 1024 * 1024;

/**
 * Reads a stream that may be compressed by gzip or zstd, in any number of members or frames, and
 * hands on what it expands to. Decompression runs on the thread pool while the caller works on the
 * piece before.
 *
 * @returns the compression found.
 * @throws UserError `E_IMAGE_INVALID` where the compression is another one or the content is
 * damaged, `E_LIMIT` where it expands to more than `maxBytes` or by more than `expansionMax`.
 */
export async function decompress(
  input: AsyncIterable<Uint8Array>,
  options: DecompressOptions,
): Promise<Compression> {
  const chunks = input[Symbol.asyncIterator]();
  try {
    const head = await readHead(chunks);
    const compression = detectCompression(head.bytes);
    const gauge = new Gauge(options);
    const releaseInput = options.isInputOwned === true ? releaseWhole : keep;
    gauge.takeIn(head.bytes);
    switch (compression) {
      case 'none':
        gauge.giveOut(head.bytes);
        await eachOf(chunks, (chunk) => {
          gauge.takeIn(chunk);
          gauge.giveOut(chunk);
          releaseInput(chunk);
        });
        break;
      case 'gzip':
      case 'zstd':
        if (!head.isWhole || !expandAtOnce(head.bytes, compression, gauge)) {
          const { subject } = options;
          await expand({ head: head.bytes, chunks, compression, gauge, subject, releaseInput });
        }
        break;
      default:
        throw new UserError(
          'E_IMAGE_INVALID',
          `${options.subject} is compressed by ${compression}.`,
          {
            hint: 'Layers are stored plain or compressed by gzip or zstd; compress it anew.',
          },
        );
    }
    return compression;
  } finally {
    await chunks.return?.();
  }
}

/** Counts what goes in and comes out, and holds the limits. */
class Gauge {
  readonly #options: DecompressOptions;
  #inputBytes = 0;
  #outputBytes = 0;

  constructor(options: DecompressOptions) {
    this.#options = options;
  }

  takeIn(chunk: Uint8Array): void {
    this.#inputBytes += chunk.length;
    this.#options.onInput?.(chunk);
  }

  giveOut(chunk: Uint8Array): void {
    const { limits, maxBytes, subject } = this.#options;
    this.#outputBytes += chunk.length;
    if (this.#outputBytes > limits[maxBytes]) {
      throw new UserError(
        'E_LIMIT',
        `${subject} has more than the ${limits[maxBytes]} bytes of ${maxBytes}.`,
      );
    }
    const allowed = Math.max(limits.expansionFreeBytesMax, this.#inputBytes * limits.expansionMax);
    if (this.#outputBytes > allowed) {
      throw new UserError(
        'E_LIMIT',
        `${subject} expands to more than the ${limits.expansionMax} times its stored size of expansionMax.`,
        {
          hint: 'This is how a decompression bomb behaves. Raise the limit expansionMax if you trust it.',
        },
      );
    }
    this.#options.onOutput(chunk);
  }
}

interface Head {
  readonly bytes: Uint8Array;
  /** Nothing comes after it. */
  readonly isWhole: boolean;
}

/**
 * Reads until the compression can be told and it is known whether the fast path of small content
 * will do.
 */
async function readHead(chunks: AsyncIterator<Uint8Array>): Promise<Head> {
  const pieces: Uint8Array[] = [];
  let length = 0;
  while (length <= AT_ONCE_INPUT_BYTES_MAX) {
    const next = await chunks.next();
    if (next.done === true) {
      return { bytes: joined(pieces), isWhole: true };
    }
    pieces.push(next.value);
    length += next.value.length;
  }
  return { bytes: joined(pieces), isWhole: false };
}

function joined(pieces: readonly Uint8Array[]): Uint8Array {
  const [only] = pieces;
  return pieces.length === 1 && only !== undefined ? only : Buffer.concat(pieces);
}

async function eachOf(
  chunks: AsyncIterator<Uint8Array>,
  take: (chunk: Uint8Array) => void | Promise<void>,
): Promise<void> {
  for (let next = await chunks.next(); next.done !== true; next = await chunks.next()) {
    const taken = take(next.value);
    if (taken !== undefined) {
      await taken;
    }
  }
}

/** The fast path of small content: one call, no stream. False where the stream has to decide. */
function expandAtOnce(bytes: Uint8Array, compression: 'gzip' | 'zstd', gauge: Gauge): boolean {
  if (bytes.length > AT_ONCE_INPUT_BYTES_MAX) {
    return false;
  }
  const options = { maxOutputLength: AT_ONCE_OUTPUT_BYTES_MAX };
  let expanded: Uint8Array;
  try {
    expanded =
      compression === 'gzip'
        ? zlib.gunzipSync(bytes, options)
        : zlib.zstdDecompressSync(bytes, options);
  } catch {
    // Too large or damaged: the stream gives what can be had and says what is wrong.
    return false;
  }
  gauge.giveOut(expanded);
  return true;
}

interface Expansion {
  readonly head: Uint8Array;
  readonly chunks: AsyncIterator<Uint8Array>;
  readonly compression: 'gzip' | 'zstd';
  readonly gauge: Gauge;
  readonly subject: string;
  /** Hears every piece that was expanded. */
  readonly releaseInput: (chunk: Uint8Array) => void;
}

function keep(): void {}

async function expand(expansion: Expansion): Promise<void> {
  const { head, chunks, compression, gauge, subject, releaseInput } = expansion;
  const options = { chunkSize: OUTPUT_CHUNK_BYTES, highWaterMark: WAITING_BYTES_MAX };
  const stream =
    compression === 'gzip' ? zlib.createGunzip(options) : zlib.createZstdDecompress(options);
  const outlet = new Outlet(stream, gauge, releaseInput);
  try {
    await outlet.write(head);
    await eachOf(chunks, (chunk) => {
      gauge.takeIn(chunk);
      return outlet.write(chunk);
    });
    await outlet.end();
  } finally {
    stream.destroy();
  }
  if (outlet.damage !== undefined) {
    throw new UserError('E_IMAGE_INVALID', `${subject} cannot be decompressed as ${compression}.`, {
      hint: 'The content is damaged or cut off; fetch or build the image anew.',
      cause: outlet.damage,
    });
  }
}

/**
 * Takes what a decompressing stream gives and hands it on piece by piece, one a turn of the event
 * loop, so that the thread pool works on the next piece meanwhile.
 */
class Outlet {
  readonly #stream: zlib.Gunzip | zlib.ZstdDecompress;
  readonly #gauge: Gauge;
  readonly #releaseInput: Expansion['releaseInput'];
  readonly #queue: Uint8Array[] = [];
  #queuedBytes = 0;
  #isScheduled = false;
  #isEnded = false;
  #failure: unknown;
  #wake: (() => void) | undefined;
  /** What the stream found wrong with its content. What comes after it is only taken in. */
  damage: Error | undefined;

  constructor(
    stream: zlib.Gunzip | zlib.ZstdDecompress,
    gauge: Gauge,
    releaseInput: Expansion['releaseInput'],
  ) {
    this.#stream = stream;
    this.#gauge = gauge;
    this.#releaseInput = releaseInput;
    stream.on('data', (chunk: Uint8Array) => this.#enqueue(chunk));
    stream.on('drain', () => this.#wakeUp());
    stream.on('end', () => {
      this.#isEnded = true;
      this.#wakeUp();
    });
    stream.on('error', (error) => {
      this.damage = error;
      this.#wakeUp();
    });
  }

  async write(chunk: Uint8Array): Promise<void> {
    this.#throwFailure();
    const release = (): void => this.#releaseInput(chunk);
    if (this.damage === undefined && !this.#stream.write(chunk, release)) {
      await this.#until(() => !this.#stream.writableNeedDrain);
    }
  }

  async end(): Promise<void> {
    if (this.damage === undefined) {
      this.#stream.end();
    }
    await this.#until(() => this.#isEnded && this.#queue.length === 0);
  }

  async #until(isReached: () => boolean): Promise<void> {
    while (this.#failure === undefined && this.damage === undefined && !isReached()) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    this.#throwFailure();
  }

  #throwFailure(): void {
    if (this.#failure !== undefined) {
      throw this.#failure;
    }
  }

  #wakeUp(): void {
    this.#wake?.();
    this.#wake = undefined;
  }

  #enqueue(chunk: Uint8Array): void {
    this.#queue.push(chunk);
    this.#queuedBytes += chunk.length;
    if (this.#queuedBytes > QUEUED_BYTES_MAX) {
      this.#stream.pause();
    }
    this.#schedule();
  }

  #schedule(): void {
    if (!this.#isScheduled) {
      this.#isScheduled = true;
      setImmediate(() => this.#handOn());
    }
  }

  #handOn(): void {
    this.#isScheduled = false;
    const chunk = this.#queue.shift();
    if (chunk === undefined || this.#failure !== undefined) {
      return;
    }
    this.#queuedBytes -= chunk.length;
    try {
      this.#gauge.giveOut(chunk);
      // The stream fills each buffer from its start to its end: the last piece reaches the end.
      releaseMemory(chunk);
    } catch (error) {
      this.#failure = error;
      this.#stream.pause();
      this.#wakeUp();
      return;
    }
    if (this.#queue.length > 0) {
      this.#schedule();
    }
    if (this.#stream.isPaused() && this.#queuedBytes < QUEUED_BYTES_MAX / 2) {
      this.#stream.resume();
    }
    if (this.#queue.length === 0) {
      this.#wakeUp();
    }
  }
}
