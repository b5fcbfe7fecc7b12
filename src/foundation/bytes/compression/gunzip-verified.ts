import zlib from 'node:zlib';
import { type Expansion, expandStream, Outlet, STREAM_OPTIONS } from './expanding-stream.ts';

/** RFC 1952, 2.3: magic, method, flags, time, extra flags and system. */
const FIXED_HEADER_BYTES = 10;
const FLAG_EXTRA = 1 << 2;
const FLAG_NAME = 1 << 3;
const FLAG_COMMENT = 1 << 4;
/** A header checksum, which no tool writes, and reserved flags. */
const FLAGS_ODD = (1 << 1) | 0b1110_0000;
/** CRC-32 and ISIZE. */
const TRAILER_BYTES = 8;
const ISIZE_OFFSET = 4;

/**
 * Returns the length of the header of a gzip member; `undefined` if the bytes do not contain all of
 * it or it is unusual, so that zlib must decide. RFC 1952, 2.3.
 */
export function getGzipHeaderLength(bytes: Uint8Array): number | undefined {
  const [magic, magicToo, method, flags = FLAGS_ODD] = bytes;
  if (magic !== 0x1f || magicToo !== 0x8b || method !== 8 || (flags & FLAGS_ODD) !== 0) {
    return undefined;
  }
  let at = FIXED_HEADER_BYTES;
  if ((flags & FLAG_EXTRA) !== 0) {
    const [low = 0, high = 0] = bytes.subarray(at, at + 2);
    at += 2 + low + high * 256;
  }
  for (const flag of [FLAG_NAME, FLAG_COMMENT]) {
    if ((flags & flag) !== 0) {
      const end = bytes.indexOf(0, at);
      at = end < 0 ? bytes.length + 1 : end + 1;
    }
  }
  return at <= bytes.length ? at : undefined;
}

/**
 * Expands gzip content without computing the checksum of its first member, which is nearly always
 * the only one. Later members are left to zlib and Node, which compute checksums and have their own
 * rules for more members, padding and garbage.
 *
 * @param headerBytes result of {@link getGzipHeaderLength} for the first piece
 * @returns the damage found. All pieces are read nevertheless.
 */
export async function expandVerified(
  headerBytes: number,
  pieces: AsyncGenerator<Uint8Array>,
  expansion: Expansion,
): Promise<Error | undefined> {
  const member = await inflateMember(headerBytes, pieces, expansion);
  const after = concatAll(member.unused, pieces);
  const trailer = await readTrailer(after);
  const streamError = member.streamError ?? findDamage(trailer, member.outputBytes);
  if (streamError === undefined) {
    return expandOthers(trailer.rest, after, expansion);
  }
  while ((await after.next()).done !== true) {
    // That call read it.
  }
  return streamError;
}

interface Trailer {
  /** Shorter than the trailer if the content is truncated. */
  readonly bytes: Buffer;
  /** The rest of the piece that contains its end. */
  readonly rest: Uint8Array;
}

async function readTrailer(pieces: AsyncGenerator<Uint8Array>): Promise<Trailer> {
  let bytes = Buffer.alloc(0);
  while (bytes.length < TRAILER_BYTES) {
    const next = await pieces.next();
    if (next.done === true) {
      break;
    }
    bytes = Buffer.concat([bytes, next.value]);
  }
  return { bytes: bytes.subarray(0, TRAILER_BYTES), rest: bytes.subarray(TRAILER_BYTES) };
}

function findDamage({ bytes }: Trailer, outputBytes: number): Error | undefined {
  if (bytes.length < TRAILER_BYTES) {
    return new Error('unexpected end of file');
  }
  return bytes.readUInt32LE(ISIZE_OFFSET) === outputBytes % 2 ** 32
    ? undefined
    : new Error('incorrect length check');
}

/** @param rest the rest of the piece in which the first member ended */
async function expandOthers(
  rest: Uint8Array,
  pieces: AsyncGenerator<Uint8Array>,
  expansion: Expansion,
): Promise<Error | undefined> {
  const next = rest.length > 0 ? { done: false, value: rest } : await pieces.next();
  if (next.done === true) {
    return undefined;
  }
  // An empty member brings the stream into the same state as the end of the first member.
  const others = concatAll([zlib.gzipSync(''), next.value], pieces);
  return expandStream(zlib.createGunzip(STREAM_OPTIONS), others, expansion);
}

interface Member {
  readonly streamError: Error | undefined;
  readonly outputBytes: number;
  /** Bytes read beyond the compressed blocks; these pieces are not shared. */
  readonly unused: readonly Uint8Array[];
}

async function inflateMember(
  headerBytes: number,
  pieces: AsyncGenerator<Uint8Array>,
  { countOutput: giveOut, releaseInput }: Expansion,
): Promise<Member> {
  const stream = zlib.createInflateRaw(STREAM_OPTIONS);
  const written: Uint8Array[] = [];
  let usedBytes = 0;
  let outputBytes = 0;
  let isOver = false;
  const outlet = new Outlet(stream, {
    countOutput: (chunk) => {
      outputBytes += chunk.length;
      giveOut(chunk);
    },
    // The stream finishes each piece in turn and uses nothing after its end.
    releaseInput: (piece) => {
      isOver ||= stream.bytesWritten < usedBytes + piece.length;
      if (!isOver) {
        written.shift();
        usedBytes += piece.length;
        releaseInput(piece);
      }
    },
  });
  try {
    let skippedBytes = headerBytes;
    while (!isOver) {
      const next = await pieces.next();
      if (next.done === true) {
        break;
      }
      const piece = next.value.subarray(skippedBytes);
      skippedBytes = 0;
      written.push(piece);
      await outlet.write(piece);
    }
    await outlet.end();
    isOver = true;
  } finally {
    stream.destroy();
  }
  const unused = copyUnused(written, stream.bytesWritten - usedBytes);
  const [last] = written;
  if (last !== undefined) {
    // The stream has finished the piece that contained its end.
    releaseInput(last);
  }
  return { streamError: outlet.streamError, outputBytes, unused };
}

/** Copies, because the stream may still hold pieces after its end. */
function copyUnused(written: readonly Uint8Array[], usedBytes: number): Uint8Array[] {
  const unused: Uint8Array[] = [];
  let start = usedBytes;
  for (const piece of written) {
    if (piece.length > start) {
      unused.push(new Uint8Array(piece.subarray(start)));
    }
    start = Math.max(0, start - piece.length);
  }
  return unused;
}

async function* concatAll(
  first: readonly Uint8Array[],
  others: AsyncGenerator<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  yield* first;
  yield* others;
}
