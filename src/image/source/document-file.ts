import { decompress } from '../../foundation/bytes/compression/decompress.ts';
import {
  COMPRESSION_HEAD_BYTES,
  detectCompression,
} from '../../foundation/bytes/compression/detect-compression.ts';
import type { Bytes } from '../../foundation/core/bytes.ts';
import { defined } from '../../foundation/core/defined.ts';
import { UserError } from '../../foundation/core/error.ts';
import type { Limits } from '../../foundation/core/limits.ts';
import type { OpenDocument, OpenOptions, StandardInput } from '../../foundation/core/target.ts';
import { openLocalFile } from './local-file.ts';
import { STANDARD_INPUT } from './standard-input.ts';

/** A file or the standard input; its first bytes may suffice. */
export interface DocumentInput extends Bytes {
  stream(offset: number, length: number): AsyncIterable<Uint8Array>;
}

/** Opens a file, or the standard input, as a document. */
export async function openDocumentFile(
  target: string,
  options: OpenOptions & { readonly format?: string },
): Promise<OpenDocument> {
  const { limits, standardInput, format, name = target } = options;
  const isStandardInput = target === STANDARD_INPUT && standardInput !== undefined;
  const content = isStandardInput
    ? await readContent(target, standardInput, limits)
    : await readFileContent(target, limits);
  return {
    description: {
      kind: 'sbom',
      userInput: target,
      name,
      path: target,
      origin: isStandardInput ? 'stdin' : 'file',
    },
    layers: [],
    problems: [],
    document: { content, ...defined({ format }) },
    close: async () => undefined,
  };
}

/** Returns the whole content of a document in a file, decompressed. */
export async function readFileContent(path: string, limits: Limits): Promise<Uint8Array> {
  using file = openLocalFile(path);
  return await readContent(path, file, limits);
}

/** Returns the whole content, decompressed. */
async function readContent(
  path: string,
  input: DocumentInput,
  limits: Limits,
): Promise<Uint8Array> {
  const maxBytes = limits.documentBytesMax;
  if (isCompressed(input)) {
    const chunks: Uint8Array[] = [];
    await decompress(input.stream(0, input.sizeBytes), {
      subject: `the document ${path}`,
      limits,
      maxBytes: 'documentBytesMax',
      onOutput: (chunk) => {
        chunks.push(Buffer.from(chunk));
      },
    });
    return Buffer.concat(chunks);
  }
  if (input.sizeBytes > maxBytes) {
    throw new UserError(
      'E_LIMIT',
      `"${path}" is too large: it has ${input.sizeBytes} bytes, and the limit documentBytesMax allows ${maxBytes}`,
    );
  }
  return input.read(0, input.sizeBytes);
}

function isCompressed(input: DocumentInput): boolean {
  return detectCompression(input.read(0, COMPRESSION_HEAD_BYTES)) !== 'none';
}

/** Thrown to stop decompression once enough content was read. */
class EnoughSeen extends Error {
  override readonly name = 'EnoughSeen';
}

/**
 * Returns the first bytes of the content, decompressed: at least `length` of them, if there are so
 * many.
 */
export async function readHead(
  input: StandardInput,
  length: number,
  limits: Limits,
): Promise<Uint8Array> {
  if (!isCompressed(input)) {
    return input.read(0, length);
  }
  const chunks: Uint8Array[] = [];
  let seen = 0;
  try {
    await decompress(input.stream(0, input.sizeBytes), {
      subject: 'the document',
      limits,
      maxBytes: 'documentBytesMax',
      onOutput: (chunk) => {
        chunks.push(Buffer.from(chunk));
        seen += chunk.length;
        if (seen >= length) {
          throw new EnoughSeen();
        }
      },
    });
  } catch (error) {
    if (!(error instanceof EnoughSeen) && !(error instanceof UserError)) {
      throw error;
    }
  }
  return Buffer.concat(chunks).subarray(0, length);
}
