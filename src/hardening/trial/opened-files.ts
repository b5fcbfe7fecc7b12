import { closeSync, openSync, readSync } from 'node:fs';

/** One attempt of a program to use a file. */
export interface FileAttempt {
  /** Absolute path as a process of the image sees it; links are not resolved. */
  readonly path: string;
  /** Error code of Linux, e.g. `ENOENT`; absent if it succeeded. */
  readonly error?: string;
  /** Whether a directory was opened, whose names are read next. */
  readonly isDirectory: boolean;
  /** Whether the file was to be run. */
  readonly isExecuted: boolean;
  /** Whether the file was to be opened or run, and not only looked up. */
  readonly isOpened: boolean;
}

const CALL = /^(?:[0-9]+\s+)?(\w+)\((.*)\)\s+=\s+(-?[0-9]+)(?:<[^>]*>)?(?:\s+(E[A-Z]+))?/u;
const PATH = /(?:<([^>]*)>, )?"((?:[^"\\]|\\.)*)"/u;
const RESUMED = /^([0-9]+)\s+<\.\.\. \w+ resumed>(.*)$/u;

/**
 * Reads the attempts from the output of strace(1), in their order.
 *
 * @param directory of the image, from which relative paths start if the call names none
 */
export function readAttempts(text: string, directory: string): readonly FileAttempt[] {
  const attempts: FileAttempt[] = [];
  const unfinished = new Map<string, string>();
  for (const written of text.split('\n')) {
    const line = joinLine(written, unfinished);
    const [, call = '', words = '', , error] = CALL.exec(line ?? '') ?? [];
    const [, folder = directory, name = ''] = PATH.exec(words) ?? [];
    if (name !== '') {
      const path = unescapeText(name);
      attempts.push({
        path: path.startsWith('/') ? path : `${folder}/${path}`,
        ...(error === undefined ? {} : { error }),
        isDirectory: words.includes('O_DIRECTORY'),
        isExecuted: call.startsWith('execve'),
        isOpened: call.startsWith('open') || call.startsWith('execve'),
      });
    }
  }
  return attempts;
}

/** A call that another thread interrupts is printed in two parts. */
function joinLine(line: string, unfinished: Map<string, string>): string | undefined {
  const cut = line.indexOf(' <unfinished ...>');
  if (cut !== -1) {
    const start = line.slice(0, cut);
    unfinished.set(start.slice(0, start.indexOf(' ')), start);
    return undefined;
  }
  const [, id = '', rest = ''] = RESUMED.exec(line) ?? [];
  return id === '' ? line : `${unfinished.get(id) ?? ''}${rest}`;
}

/** strace writes bytes that are not printable ASCII as octal numbers. */
function unescapeText(text: string): string {
  if (!text.includes('\\')) {
    return text;
  }
  const bytes = text.replace(/\\([0-7]{1,3}|.)/gu, (_, escaped: string) =>
    /^[0-7]/u.test(escaped)
      ? String.fromCharCode(Number.parseInt(escaped, 8))
      : (SHORT_ESCAPES.get(escaped) ?? escaped),
  );
  return Buffer.from(bytes, 'latin1').toString('utf8');
}

const SHORT_ESCAPES: ReadonlyMap<string, string> = new Map([
  ['n', '\n'],
  ['t', '\t'],
  ['r', '\r'],
  ['v', '\v'],
  ['f', '\f'],
]);

const PIECE_BYTES = 1024 * 1024;

/** Reads the beginning of a file; empty if it does not exist. */
export function readBeginning(path: string, bytesMax: number): string {
  const pieces: Buffer[] = [];
  try {
    const file = openSync(path, 'r');
    try {
      for (let left = bytesMax; left > 0; ) {
        const piece = Buffer.alloc(Math.min(left, PIECE_BYTES));
        const size = readSync(file, piece);
        if (size === 0) {
          break;
        }
        pieces.push(piece.subarray(0, size));
        left -= size;
      }
    } finally {
      closeSync(file);
    }
  } catch {
    return '';
  }
  return Buffer.concat(pieces).toString('latin1');
}
