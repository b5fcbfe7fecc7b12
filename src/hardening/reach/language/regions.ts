import { findLineStart } from './program-use.ts';

const NEWLINE = 10;
const LINE_BYTES_MAX = 4_096;

/** A range of bytes that is not code. */
export interface Region {
  readonly start: number;
  readonly end: number;
}

/** Returns for ascending offsets whether each is in a region. */
export class RegionWalk {
  readonly #regions: readonly Region[];
  #next = 0;

  constructor(regions: readonly Region[]) {
    this.#regions = regions.toSorted((left, right) => left.start - right.start);
  }

  isOutside(offset: number): boolean {
    for (
      let region = this.#regions[this.#next];
      region !== undefined && region.end <= offset;
      region = this.#regions[this.#next]
    ) {
      this.#next += 1;
    }
    const region = this.#regions[this.#next];
    return region === undefined || offset < region.start;
  }
}

/** Returns blocks that start with one line prefix and end with another, such as POD. */
export function findBlocks(bytes: Buffer, first: string, last: string): readonly Region[] {
  const regions: Region[] = [];
  const isAtStart = bytes.toString('latin1', 0, first.length) === first;
  let start = isAtStart ? 0 : bytes.indexOf(`\n${first}`, 0, 'latin1');
  while (start !== -1) {
    const found = bytes.indexOf(`\n${last}`, start + 1, 'latin1');
    const end = found === -1 ? bytes.length : found + last.length + 1;
    regions.push({ start, end });
    start = bytes.indexOf(`\n${first}`, end, 'latin1');
  }
  return regions;
}

const HEREDOC = /^<<[~-]?(["'`]?)([A-Za-z_][A-Za-z0-9_]{0,60})\1/;
const HEREDOCS_MAX = 2_000;

/** Returns the texts below `<<NAME`, up to the line that only has the name. */
export function findHeredocs(bytes: Buffer): readonly Region[] {
  const regions: Region[] = [];
  let at = bytes.indexOf('<<', 0, 'latin1');
  for (let count = 0; at !== -1 && count < HEREDOCS_MAX; count += 1) {
    const [whole = '', , name = ''] = HEREDOC.exec(bytes.toString('latin1', at, at + 68)) ?? [];
    const line = whole === '' ? -1 : bytes.indexOf(NEWLINE, at);
    const end = line === -1 ? -1 : endOfHeredoc(bytes, line, name);
    if (end !== -1) {
      regions.push({ start: line, end });
    }
    at = bytes.indexOf('<<', end === -1 ? at + 2 : end, 'latin1');
  }
  return regions;
}

const NAME_TRIES_MAX = 50;

function endOfHeredoc(bytes: Buffer, line: number, name: string): number {
  let at = bytes.indexOf(name, line, 'latin1');
  for (let tries = 0; at !== -1 && tries < NAME_TRIES_MAX; tries += 1) {
    const begin = bytes.lastIndexOf(NEWLINE, at) + 1;
    const after = bytes[at + name.length];
    const isAlone = bytes.toString('latin1', begin, Math.min(at, begin + 200)).trim() === '';
    if (isAlone && (after === undefined || after === NEWLINE || after === 13)) {
      return at + name.length;
    }
    at = bytes.indexOf(name, at + name.length, 'latin1');
  }
  return -1;
}

/**
 * Returns the line up to an offset; `undefined` if the offset is in a comment or the line is too
 * long. `isInText` is true if a quote is open there.
 */
export function getLineStart(
  bytes: Buffer,
  at: number,
): { readonly text: string; readonly isInText: boolean } | undefined {
  const begin = findLineStart(bytes, at, LINE_BYTES_MAX);
  if (begin === undefined) {
    return undefined;
  }
  const text = bytes.toString('utf8', begin, at);
  let quote = '';
  for (let index = 0; index < text.length; index += 1) {
    const character = text[index] ?? '';
    if (quote !== '') {
      index += character === '\\' ? 1 : 0;
      quote = character === quote ? '' : quote;
    } else if (
      character === '#' &&
      /(?:^|[\s;{}])$/.test(text.slice(Math.max(0, index - 1), index))
    ) {
      return undefined;
    } else if (character === '"' || (character === "'" && !/\w/.test(text[index - 1] ?? ''))) {
      quote = character;
    }
  }
  return { text, isInText: quote !== '' };
}

/** Returns the rest of the statement, up to a semicolon outside of quotes or the limit. */
export function getStatementRest(bytes: Buffer, from: number, bytesMax: number): string {
  const text = bytes.toString('utf8', from, from + bytesMax);
  const end = text.indexOf(';');
  return end === -1 ? text : text.slice(0, end);
}
