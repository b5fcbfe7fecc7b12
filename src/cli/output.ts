import {
  closeSync,
  fsyncSync,
  openSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import type { CommandName } from '../config/option-table.data.ts';
import { UserError } from '../core/error.ts';
import type { Format } from '../core/format.ts';
import { nearestOf } from '../core/option-suggestion.ts';
import type { Sink } from '../core/sink.ts';
import { systemErrorText } from '../core/system-error.ts';

/** What of a format counts for choosing it. */
export type ChosenFormat = Pick<Format, 'id' | 'aliases' | 'carries' | 'versions'>;

/** One wish of `-o FORMAT[@VERSION][=FILE]`. */
export interface Output<Kind extends ChosenFormat = Format> {
  readonly format: Kind;
  /** Of the format's schema; absent where none was asked for. */
  readonly version?: string;
  /** Absent for standard output. */
  readonly file: string | undefined;
}

export interface OutputNeeds {
  readonly command: CommandName;
  /** What the command makes; a format must hold one of it. */
  readonly carries: readonly Format['carries'][number][];
  readonly defaultFormat: string;
}

/**
 * Understands the wishes and checks what can be checked before a long run: that each format exists
 * and carries what the command makes, that folders exist, and that no two results go to one place.
 *
 * @throws UserError `E_FORMAT`, `E_OUTPUT` or `E_USAGE`
 */
export function chooseOutputs<Kind extends ChosenFormat>(
  wishes: readonly string[],
  formats: readonly Kind[],
  needs: OutputNeeds,
): readonly Output<Kind>[] {
  const texts = wishes.length === 0 ? [needs.defaultFormat] : wishes;
  const outputs = texts.map((text) => {
    const split = text.indexOf('=');
    const word = split === -1 ? text : text.slice(0, split);
    const file = split === -1 ? undefined : text.slice(split + 1);
    if (file === '') {
      throw new UserError('E_USAGE', `-o ${text}: the name of the file is missing`);
    }
    const at = word.indexOf('@');
    const format = chooseFormat(at === -1 ? word : word.slice(0, at), formats, needs);
    const version = at === -1 ? undefined : chooseVersion(format, word, at);
    refuseWithoutFindings(format, version, needs);
    return { format, file, ...(version === undefined ? {} : { version }) };
  });
  refuseCollisions(outputs);
  for (const { file } of outputs) {
    if (file !== undefined) {
      checkDestination(file);
    }
  }
  return outputs;
}

/**
 * A format goes by its id or an alias. One that is named `COMMAND-WORD` is the command's own form
 * of `WORD`: `-o table` of `plimsoll sbom` is `sbom-table`.
 */
function chooseFormat<Kind extends ChosenFormat>(
  word: string,
  formats: readonly Kind[],
  needs: OutputNeeds,
): Kind {
  const fitting = formats.filter(({ carries }) =>
    needs.carries.some((each) => carries.includes(each)),
  );
  const format =
    fitting.find(({ id }) => id === `${needs.command}-${word}`) ??
    fitting.find(({ id }) => id === word) ??
    fitting.find(({ aliases }) => aliases.includes(word));
  if (format !== undefined) {
    return format;
  }
  const ids = fitting.map(({ id }) => id);
  const exists = formats.some(({ id, aliases }) => id === word || aliases.includes(word));
  if (exists) {
    throw new UserError('E_FORMAT', `the format "${word}" holds no ${needs.carries.join(' or ')}`, {
      hint: `formats of "plimsoll ${needs.command}": ${ids.join(', ')}`,
    });
  }
  const nearest = nearestOf(word, [...ids, ...fitting.flatMap(({ aliases }) => aliases)]);
  const question = nearest === undefined ? '' : `did you mean "${nearest}"? `;
  throw new UserError('E_FORMAT', `there is no format "${word}"`, {
    hint: `${question}formats of "plimsoll ${needs.command}": ${ids.join(', ')}`,
  });
}

/** `word` is `FORMAT@VERSION`, with the `@` at this place. */
function chooseVersion({ id, versions }: ChosenFormat, word: string, at: number): string {
  const version = word.slice(at + 1);
  if (versions === undefined) {
    throw new UserError('E_FORMAT', `-o ${word}: the format "${id}" has one version only`, {
      hint: `-o ${id}`,
    });
  }
  if (!versions.all.includes(version)) {
    throw new UserError('E_FORMAT', `the format "${id}" has no version "${version}"`, {
      hint: `versions of "${id}": ${versions.all.join(', ')}`,
    });
  }
  return version;
}

/** Where findings are what is wanted, a version that has no place for them is none to write. */
function refuseWithoutFindings(
  { id, versions }: ChosenFormat,
  version: string | undefined,
  { carries }: OutputNeeds,
): void {
  const holders = versions?.withFindings;
  const written = version ?? versions?.usual ?? '';
  if (!carries.includes('inventory') && !(holders?.includes(written) ?? true)) {
    throw new UserError('E_FORMAT', `version ${written} of "${id}" holds no findings`, {
      hint: `-o ${(holders ?? []).map((holder) => `${id}@${holder}`).join(' or -o ')}`,
    });
  }
}

function refuseCollisions(outputs: readonly Pick<Output, 'file'>[]): void {
  const places = outputs.map(({ file }) => (file === undefined ? '' : resolve(file)));
  const twice = places.find((place, index) => places.indexOf(place) !== index);
  if (twice === '') {
    throw new UserError('E_USAGE', 'only one result can go to standard output', {
      hint: 'give the others a file: -o FORMAT=FILE',
    });
  }
  if (twice !== undefined) {
    throw new UserError('E_USAGE', `two results would go to ${twice}`);
  }
}

function checkDestination(file: string): void {
  const folder = dirname(resolve(file));
  if (!(statSync(folder, { throwIfNoEntry: false })?.isDirectory() ?? false)) {
    throw new UserError('E_OUTPUT', `${file}: there is no folder ${folder}`, {
      hint: 'make it first; plimsoll makes no folders for results',
    });
  }
  if (statSync(file, { throwIfNoEntry: false })?.isDirectory() ?? false) {
    throw new UserError('E_OUTPUT', `${file} is a folder`, { hint: 'name a file in it' });
  }
}

const BUFFER_CHARS = 64 * 1024;

/** Gathers small pieces, so that a document of a million pieces is not a million system calls. */
export class BufferedSink implements Sink {
  readonly #write: (text: string) => void;
  #pieces: string[] = [];
  #chars = 0;

  constructor(write: (text: string) => void) {
    this.#write = write;
  }

  write(text: string): void {
    this.#pieces.push(text);
    this.#chars += text.length;
    if (this.#chars >= BUFFER_CHARS) {
      this.flush();
    }
  }

  flush(): void {
    if (this.#chars > 0) {
      this.#write(this.#pieces.join(''));
      this.#pieces = [];
      this.#chars = 0;
    }
  }
}

/**
 * Writes a file so that it is either complete or not there: beside its place first, then renamed.
 * What is no regular file, such as `/dev/stdout` or a pipe, is written in place.
 *
 * @throws UserError `E_OUTPUT`; then nothing is left behind
 */
export function writeFileAtomically(file: string, fill: (sink: Sink) => void): void {
  const existing = statSync(file, { throwIfNoEntry: false });
  try {
    if (existing !== undefined && !existing.isFile()) {
      fillFile(file, 'w', fill);
      return;
    }
    const place = existing === undefined ? resolve(file) : realpathSync(file);
    const temporary = join(dirname(place), `.${basename(place)}.${process.pid}.part`);
    try {
      fillFile(temporary, 'wx', fill);
      renameSync(temporary, place);
    } catch (error) {
      rmSync(temporary, { force: true });
      throw error;
    }
  } catch (error) {
    if (isSystemError(error)) {
      throw new UserError(
        'E_OUTPUT',
        `${file} could not be written: ${systemErrorText(error.code ?? error.message)}`,
        {
          hint: 'check permissions and free room',
          cause: error,
        },
      );
    }
    throw error;
  }
}

function fillFile(file: string, flags: 'w' | 'wx', fill: (sink: Sink) => void): void {
  const descriptor = openSync(file, flags);
  try {
    const sink = new BufferedSink((text) => writeWhole(descriptor, Buffer.from(text, 'utf8')));
    fill(sink);
    sink.flush();
    if (flags === 'wx') {
      fsyncSync(descriptor);
    }
  } finally {
    closeSync(descriptor);
  }
}

function writeWhole(descriptor: number, bytes: Uint8Array): void {
  let written = 0;
  while (written < bytes.length) {
    written += writeSync(descriptor, bytes, written);
  }
}

function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'syscall' in error && 'code' in error;
}
