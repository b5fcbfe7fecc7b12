import { randomBytes } from 'node:crypto';
import {
  closeSync,
  copyFileSync,
  fchmodSync,
  fchownSync,
  fstatSync,
  fsyncSync,
  lstatSync,
  openSync,
  readlinkSync,
  realpathSync,
  renameSync,
  rmSync,
  type Stats,
  statSync,
  writeSync,
} from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { UserError } from '../foundation/core/error.ts';
import type { Sink } from '../foundation/core/sink.ts';
import { formatSystemError } from '../foundation/core/system-error.ts';
import { BufferedSink } from './buffered-sink.ts';

/** Writes bytes to a file in the order of the calls. */
export type ByteWriter = (bytes: Uint8Array) => void;

export interface OutputFileOptions {
  /** A new file is readable by its owner only; a file that exists keeps its mode. */
  readonly isPrivate: boolean;
}

/**
 * Writes a file so that it is either complete or unchanged: first to a temporary file beside it,
 * which is then renamed. Mode and owner of a replaced file are kept. Links are written through.
 * Anything but a regular file, such as `/dev/stdout` or a pipe, is written in place.
 *
 * @throws UserError `E_OUTPUT`; then no file is left behind
 */
export function writeOutputFile(
  file: string,
  options: OutputFileOptions,
  fill: (write: ByteWriter) => void,
): void {
  try {
    const place = resolveLinks(file);
    const existing = statSync(place, { throwIfNoEntry: false });
    if (isOpenFile(place)) {
      fillOpenFile(place, existing, fill);
    } else if (existing === undefined || existing.isFile()) {
      replaceFile({ place, existing, options }, fill);
    } else {
      fillInPlace(place, fill);
    }
  } catch (error) {
    throw isSystemError(error) ? createWriteError(file, error) : error;
  }
}

/** Returns whether a path is an open file, a device or a pipe, and not a file that is kept. */
export function isDevice(file: string): boolean {
  const place = resolve(file);
  return isOpenFile(place) || statSync(place, { throwIfNoEntry: false })?.isFile() === false;
}

/** Writes text to a file as {@link writeOutputFile} writes bytes. */
export function writeTextFile(
  file: string,
  options: OutputFileOptions,
  fill: (sink: Sink) => void,
): void {
  writeOutputFile(file, options, (write) => {
    const sink = new BufferedSink((text) => write(Buffer.from(text, 'utf8')));
    fill(sink);
    sink.flush();
  });
}

const LINKS_MAX = 40;

/** Follows links to the last path, also to one that does not exist yet. */
function resolveLinks(file: string): string {
  let place = resolve(file);
  for (let links = 0; links < LINKS_MAX; links += 1) {
    if (isOpenFile(place)) {
      return place;
    }
    const folder = realpathSync(dirname(place));
    if (lstatSync(place, { throwIfNoEntry: false })?.isSymbolicLink() !== true) {
      return join(folder, basename(place));
    }
    place = resolve(folder, readlinkSync(place));
  }
  throw Object.assign(new Error('too many symbolic links'), { code: 'ELOOP', syscall: 'readlink' });
}

const STANDARD_STREAMS: ReadonlyMap<string, number> = new Map([
  ['/dev/stdout', 1],
  ['/dev/stderr', 2],
]);
const OWN_DESCRIPTOR = /^\/(?:dev|proc\/(?:self|thread-self))\/fd\/(\d{1,9})$/;

/**
 * Returns whether a path names an open file of a process. It looks like a link, but its text is not
 * a path. proc_pid_fd(5)
 */
function isOpenFile(place: string): boolean {
  return STANDARD_STREAMS.has(place) || /^\/(?:dev|proc\/[^/]+)\/fd\//.test(place);
}

/**
 * If it were opened by its path, a file would be truncated instead of appended to; a socket cannot
 * be opened.
 */
function fillOpenFile(
  place: string,
  existing: Stats | undefined,
  fill: (write: ByteWriter) => void,
): void {
  const digits = OWN_DESCRIPTOR.exec(place)?.[1];
  const own = STANDARD_STREAMS.get(place) ?? (digits === undefined ? undefined : Number(digits));
  if (own !== undefined && (existing?.isFile() === true || existing?.isSocket() === true)) {
    fill((bytes) => writeWhole(own, bytes));
  } else {
    fillInPlace(place, fill);
  }
}

interface Replacement {
  readonly place: string;
  readonly existing: Stats | undefined;
  readonly options: OutputFileOptions;
}

const PUBLIC_MODE = 0o666;
const PRIVATE_MODE = 0o600;

function replaceFile(
  { place, existing, options }: Replacement,
  fill: (write: ByteWriter) => void,
): void {
  const isHidden = options.isPrivate || existing !== undefined;
  const temporary = join(dirname(place), `.plimsoll-${randomBytes(8).toString('hex')}.part`);
  let descriptor: number;
  try {
    descriptor = openSync(temporary, 'wx', isHidden ? PRIVATE_MODE : PUBLIC_MODE);
  } catch (error) {
    // The user may write the file, but not its directory.
    if (existing === undefined || !isRefusal(error)) {
      throw error;
    }
    fillInPlace(place, fill);
    return;
  }
  try {
    try {
      fill((bytes) => writeWhole(descriptor, bytes));
      keepOwnerAndMode(descriptor, existing);
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
    moveOrCopy(temporary, place);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

/** A mounted file, such as in a container, cannot be replaced, only written to. */
function moveOrCopy(temporary: string, place: string): void {
  try {
    renameSync(temporary, place);
  } catch (error) {
    if (!isSystemError(error) || error.code !== 'EBUSY') {
      throw error;
    }
    copyFileSync(temporary, place);
    rmSync(temporary, { force: true });
  }
}

/**
 * Only root can change the owner of files. If the group cannot be kept, the new group gets at most
 * the rights of everybody.
 */
function keepOwnerAndMode(descriptor: number, existing: Stats | undefined): void {
  if (existing === undefined) {
    return;
  }
  const made = fstatSync(descriptor);
  let mode = existing.mode & 0o777;
  try {
    if (made.uid !== existing.uid || made.gid !== existing.gid) {
      fchownSync(descriptor, existing.uid, existing.gid);
    }
  } catch {
    mode &= made.gid === existing.gid ? 0o777 : 0o707 | ((mode & 0o007) << 3);
  }
  fchmodSync(descriptor, mode);
}

function fillInPlace(place: string, fill: (write: ByteWriter) => void): void {
  const descriptor = openSync(place, 'w');
  try {
    fill((bytes) => writeWhole(descriptor, bytes));
  } finally {
    closeSync(descriptor);
  }
}

const RETRY_MS = 5;

/** A stream shared with other programs may be non-blocking. */
function writeWhole(descriptor: number, bytes: Uint8Array): void {
  let written = 0;
  while (written < bytes.length) {
    try {
      written += writeSync(descriptor, bytes, written);
    } catch (error) {
      if (!isSystemError(error) || error.code !== 'EAGAIN') {
        throw error;
      }
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, RETRY_MS);
    }
  }
}

function isRefusal(error: unknown): boolean {
  return isSystemError(error) && ['EACCES', 'EPERM', 'EROFS'].includes(error.code ?? '');
}

function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'syscall' in error && 'code' in error;
}

function createWriteError(file: string, cause: NodeJS.ErrnoException): UserError {
  const reason = formatSystemError(cause.code ?? cause.message);
  return new UserError('E_OUTPUT', `could not write "${file}": ${reason}`, {
    hint: 'check permissions and free space',
    cause,
  });
}
