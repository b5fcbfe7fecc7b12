import { closeSync, openSync, readFileSync, readSync, statSync } from 'node:fs';
import { UserError } from '../../foundation/core/error.ts';
import type { Limits } from '../../foundation/core/limits.ts';

/** The errors for a file that cannot be read. */
export interface NamedFile {
  readonly maxBytes: number;
  createUnreadableError(cause: unknown): UserError;
  createTooLongError(): UserError;
}

/**
 * Returns the bytes of a file that the user named.
 *
 * @throws UserError `unreadable` or `tooLong`
 */
export function readNamedFile(
  path: string,
  { maxBytes, createUnreadableError: unreadable, createTooLongError: tooLong }: NamedFile,
): Buffer {
  let content: Buffer | undefined;
  try {
    content = statSync(path).size > maxBytes ? undefined : readFileSync(path);
  } catch (cause) {
    throw unreadable(cause);
  }
  // The size of a pipe is only known now.
  if (content === undefined || content.length > maxBytes) {
    throw tooLong();
  }
  return content;
}

/**
 * Returns the bytes of a document that the user named.
 *
 * @param title its name in messages, before the path, e.g. `the baseline`
 * @throws UserError `E_TARGET_UNREADABLE`, or `E_LIMIT` beyond `documentBytesMax`
 */
export function readNamedDocument(
  path: string,
  {
    title,
    hint,
    limits,
  }: { readonly title: string; readonly hint: string; readonly limits: Limits },
): Uint8Array {
  const maxBytes = limits.documentBytesMax;
  return readNamedFile(path, {
    maxBytes,
    createUnreadableError: (cause) =>
      new UserError('E_TARGET_UNREADABLE', `could not read ${title} "${path}"`, { hint, cause }),
    createTooLongError: () =>
      new UserError(
        'E_LIMIT',
        `"${path}" is larger than the ${maxBytes} bytes of the limit documentBytesMax`,
      ),
  });
}

/** Returns the first bytes of a regular file; `undefined` if the file does not exist. */
export function readFileHead(path: string, maxBytes: number): Uint8Array | undefined {
  if (!(statSync(path, { throwIfNoEntry: false })?.isFile() ?? false)) {
    return undefined;
  }
  const descriptor = openSync(path, 'r');
  try {
    const head = new Uint8Array(maxBytes);
    return head.subarray(0, readSync(descriptor, head, 0, maxBytes, 0));
  } finally {
    closeSync(descriptor);
  }
}
