import { closeSync, constants, fstatSync, openSync, read, readSync, statSync } from 'node:fs';
import { promisify } from 'node:util';
import type { Bytes } from '../../foundation/core/bytes.ts';
import { UserError } from '../../foundation/core/error.ts';
import { formatSystemError } from '../../foundation/core/system-error.ts';
import type { BlobOrigin } from '../../foundation/core/target.ts';

const readInto = promisify(read);
const STREAM_BYTES = 512 * 1024;

/** Opens without waiting for the other end if the path is a pipe. */
const OPEN_FLAGS = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);

/** An open file of the user with random access. */
export interface LocalFile extends Bytes, Disposable {
  readonly path: string;
  /** Yields pieces of a part of the file; no buffer is used twice. */
  stream(offset: number, length: number): AsyncIterable<Uint8Array>;
  /**
   * Returns an origin that identifies a part of the file as long as the file does not change;
   * `undefined` if it is not a separate file.
   */
  toPlace(offset: number, length: number): BlobOrigin | undefined;
}

/**
 * Opens a file.
 *
 * @throws UserError `E_TARGET_UNREADABLE` if the file cannot be opened or is not a regular one
 */
export function openLocalFile(path: string): LocalFile {
  const descriptor = tryFileOperation(path, () => openSync(path, OPEN_FLAGS));
  const status = fstatSync(descriptor, { bigint: true });
  if (!status.isFile()) {
    closeSync(descriptor);
    throw new UserError('E_TARGET_UNREADABLE', `"${path}" is not a regular file`);
  }
  const sizeBytes = Number(status.size);
  const { dev, ino, mtimeNs, ctimeNs } = status;
  const identity = [dev, ino, sizeBytes, mtimeNs, ctimeNs].join(':');
  const changedMs = Number((mtimeNs > ctimeNs ? mtimeNs : ctimeNs) / 1_000_000n);
  let isOpen = true;
  return {
    path,
    sizeBytes,
    read: (offset, length) => readRange(descriptor, offset, Math.min(length, sizeBytes - offset)),
    stream: (offset, length) =>
      openStream(descriptor, offset, Math.min(length, sizeBytes - offset)),
    toPlace: (offset, length) => ({
      kind: 'place',
      identity: `${identity}:${offset}:${length}`,
      changedMs,
    }),
    [Symbol.dispose]: () => {
      if (isOpen) {
        isOpen = false;
        closeSync(descriptor);
      }
    },
  };
}

function readRange(descriptor: number, offset: number, length: number): Uint8Array {
  const content = Buffer.allocUnsafe(Math.max(0, length));
  let done = 0;
  while (done < content.length) {
    const count = readSync(descriptor, content, done, content.length - done, offset + done);
    if (count === 0) {
      break;
    }
    done += count;
  }
  return content.subarray(0, done);
}

async function* openStream(
  descriptor: number,
  offset: number,
  length: number,
): AsyncGenerator<Uint8Array> {
  let done = 0;
  while (done < length) {
    const chunk = Buffer.allocUnsafeSlow(Math.min(STREAM_BYTES, length - done));
    const { bytesRead } = await readInto(descriptor, chunk, 0, chunk.length, offset + done);
    if (bytesRead === 0) {
      return;
    }
    done += bytesRead;
    yield chunk.subarray(0, bytesRead);
  }
}

export type PathKind = 'file' | 'folder' | 'other' | 'none';

/** Returns the kind of file at a path, following links; `none` also if it cannot be determined. */
export function detectPathKind(path: string): PathKind {
  try {
    const status = statSync(path);
    if (status.isDirectory()) {
      return 'folder';
    }
    return status.isFile() ? 'file' : 'other';
  } catch {
    return 'none';
  }
}

/**
 * Converts errors of the file system to `E_TARGET_UNREADABLE`, and a missing file to
 * `E_TARGET_UNKNOWN`.
 */
export function tryFileOperation<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
    if (code === 'ENOENT' || code === 'ENOTDIR') {
      throw new UserError('E_TARGET_UNKNOWN', `no such file or directory: "${path}"`, { cause });
    }
    throw new UserError(
      'E_TARGET_UNREADABLE',
      `could not read "${path}": ${formatSystemError(code)}`,
      { cause },
    );
  }
}

/**
 * Splits a target into an existing path and the reference after it, as in `images.tar:app:1.2`. If
 * a path with colons in its name exists, it is used as a whole.
 */
export function splitReference(target: string): {
  readonly path: string;
  readonly reference?: string;
} {
  if (detectPathKind(target) !== 'none') {
    return { path: target };
  }
  for (let at = target.indexOf(':'); at > 0; at = target.indexOf(':', at + 1)) {
    const path = target.slice(0, at);
    if (detectPathKind(path) !== 'none' && at + 1 < target.length) {
      return { path, reference: target.slice(at + 1) };
    }
  }
  return { path: target };
}
