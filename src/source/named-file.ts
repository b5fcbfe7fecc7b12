import { closeSync, openSync, readFileSync, readSync, statSync } from 'node:fs';
import { UserError } from '../core/error.ts';
import type { Limits } from '../core/limits.ts';

/** How the file is spoken of where it cannot be taken. */
export interface NamedFile {
  readonly maxBytes: number;
  createUnreadableError(cause: unknown): UserError;
  createTooLongError(): UserError;
}

/**
 * The bytes of a file that somebody named.
 *
 * @throws UserError `createUnreadableError` or `createTooLongError`
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
  // Of a pipe the size is known only now.
  if (content === undefined || content.length > maxBytes) {
    throw tooLong();
  }
  return content;
}

/**
 * The bytes of a document that somebody named.
 *
 * @param title what messages call it before its path, e.g. `the baseline`
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

/** The first bytes of a regular file; `undefined` if there is no such file. */
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
