import { UserError } from '../../foundation/core/error.ts';
import type { Limits } from '../../foundation/core/limits.ts';
import type { Spill, SpillFile, StandardInput } from '../../foundation/core/target.ts';

/** The user's input for the standard input. */
export const STANDARD_INPUT = '-';

export interface OwnedInput extends StandardInput, Disposable {}

export interface InputOptions {
  readonly limits: Limits;
  readonly spill: Spill;
}

const PIECE_BYTES = 512 * 1024;

/**
 * Reads a stream to its end: into memory up to `memoryFileBytesMax`, into a temporary file beyond.
 *
 * @throws UserError `E_TARGET_UNREADABLE` if it is empty or fails, `E_LIMIT`, `E_SPILL`.
 */
export async function takeInput(
  stream: AsyncIterable<Uint8Array>,
  { limits, spill }: InputOptions,
): Promise<OwnedInput> {
  const chunks: Uint8Array[] = [];
  let sizeBytes = 0;
  let spilled: SpillFile | undefined;
  try {
    for await (const chunk of stream) {
      sizeBytes += chunk.length;
      if (sizeBytes > limits.standardInputBytesMax) {
        throw new UserError(
          'E_LIMIT',
          `standard input is larger than the ${limits.standardInputBytesMax} bytes of the limit standardInputBytesMax`,
        );
      }
      chunks.push(chunk);
      if (sizeBytes > limits.memoryFileBytesMax) {
        spilled ??= spill.create();
        for (const each of chunks.splice(0)) {
          spilled.append(each);
        }
      }
    }
  } catch (error) {
    spilled?.[Symbol.dispose]();
    throw error instanceof UserError ? error : createUnreadableError('fails', error);
  }
  if (sizeBytes === 0) {
    throw createUnreadableError('is empty');
  }
  return spilled === undefined ? holdInMemory(Buffer.concat(chunks)) : holdInFile(spilled);
}

function createUnreadableError(what: string, cause?: unknown): UserError {
  return new UserError('E_TARGET_UNREADABLE', `standard input ${what}`, {
    hint: 'pipe an SBOM, a list of package URLs or an image archive: plimsoll - < FILE',
    cause,
  });
}

function holdInMemory(content: Buffer): OwnedInput {
  const read = (offset: number, length: number) => content.subarray(offset, offset + length);
  const copy = (offset: number, length: number) => new Uint8Array(read(offset, length));
  return {
    sizeBytes: content.length,
    read,
    stream: (offset, length) => readPieces(copy, offset, Math.min(length, content.length - offset)),
    [Symbol.dispose]: () => undefined,
  };
}

function holdInFile(file: SpillFile): OwnedInput {
  const { sizeBytes } = file;
  const read = (offset: number, length: number) => file.read(offset, length);
  return {
    sizeBytes,
    read,
    stream: (offset, length) => readPieces(read, offset, Math.min(length, sizeBytes - offset)),
    [Symbol.dispose]: () => file[Symbol.dispose](),
  };
}

async function* readPieces(
  read: (offset: number, length: number) => Uint8Array,
  start: number,
  length: number,
): AsyncGenerator<Uint8Array> {
  for (let done = 0; done < length; done += PIECE_BYTES) {
    yield read(start + done, Math.min(PIECE_BYTES, length - done));
  }
}
