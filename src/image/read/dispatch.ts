import { addToList } from '../../foundation/core/add-to-list.ts';
import { assert } from '../../foundation/core/assert.ts';
import type { Extractor, Magic, Want } from '../../foundation/core/cataloger.ts';
import { isPathMatch, type PathPattern, parsePathPattern } from './path-pattern.ts';

/** An extractor that requests a file, and the first of its requests that matches. */
export interface MatchedWant {
  readonly extractor: Extractor<unknown>;
  readonly want: Want;
}

/** No magic may extend beyond this many bytes from the start of a file. */
const MAGIC_BYTES_MAX = 64 * 1024;

/** The minimum length of the literal start of patterns such as `php*`. */
const BEGINNING_CHARS = 3;

export const NO_WANTS: readonly MatchedWant[] = [];

interface CompiledPattern {
  readonly pattern: PathPattern;
  /** Index of the request among all requests. */
  readonly want: number;
  /** If true, the index key alone decides whether the pattern matches. */
  readonly isDecisive?: boolean;
}

interface CompiledMagic {
  readonly magic: Magic;
  readonly want: number;
}

/** Magics at one offset, by their first byte: hardly any file has one of these bytes there. */
interface MagicsAt {
  readonly offset: number;
  readonly byFirstByte: (readonly CompiledMagic[] | undefined)[];
}

const compiled = new WeakMap<readonly Extractor<unknown>[], Dispatch>();

/** Returns the dispatch for a list of extractors, compiled once per list. */
export function getDispatch(extractors: readonly Extractor<unknown>[]): Dispatch {
  let dispatch = compiled.get(extractors);
  if (dispatch === undefined) {
    dispatch = new Dispatch(extractors);
    compiled.set(extractors, dispatch);
  }
  return dispatch;
}

/**
 * Finds the extractors that request a file. Patterns are indexed by parts of their base name, so
 * that a file costs one look-up each for its name, extension, directory and prefix.
 */
export class Dispatch {
  readonly #wants: MatchedWant[] = [];
  readonly #linked = new Map<string, readonly number[]>();
  readonly #byName = new PatternIndex();
  readonly #byExtension = new PatternIndex();
  readonly #byFolder = new PatternIndex();
  readonly #byBeginning = new PatternIndex();
  readonly #others: CompiledPattern[] = [];
  readonly #byOffset: MagicsAt[] = [];
  #headBytes = 0;

  constructor(extractors: readonly Extractor<unknown>[]) {
    for (const extractor of extractors) {
      for (const want of extractor.wants) {
        this.#addWant(extractor, want);
      }
    }
  }

  /** Number of bytes that {@link findWants} needs from a file's start. */
  get headBytes(): number {
    return this.#headBytes;
  }

  /** Returns the extractors that request a file, each once, in the order of the extractors. */
  findWants(path: string, head: Uint8Array): readonly MatchedWant[] {
    let numbers = this.#findByPath(path);
    for (const { offset, byFirstByte } of this.#byOffset) {
      const first = head[offset];
      const candidates = first === undefined ? undefined : byFirstByte[first];
      if (candidates !== undefined) {
        numbers = addMagicMatches(candidates, head, numbers);
      }
    }
    return numbers === undefined ? NO_WANTS : this.#selectFirstWants(numbers);
  }

  #findByPath(path: string): number[] | undefined {
    const slash = path.lastIndexOf('/');
    const name = slash + 1;
    const dot = path.lastIndexOf('.');
    const folder = path.lastIndexOf('/', slash - 1) + 1;
    const beginning = Math.min(name + BEGINNING_CHARS, path.length);
    let numbers = addMatches(this.#byName.findPatterns(path, name, path.length), path, undefined);
    if (dot >= name) {
      numbers = addMatches(this.#byExtension.findPatterns(path, dot, path.length), path, numbers);
    }
    numbers = addMatches(this.#byFolder.findPatterns(path, folder, slash), path, numbers);
    numbers = addMatches(this.#byBeginning.findPatterns(path, name, beginning), path, numbers);
    numbers = addMatches(this.#others, path, numbers);
    const linked = this.#linked.size === 0 ? undefined : this.#linked.get(path);
    return linked === undefined ? numbers : linked.reduce(insertNumber, numbers);
  }

  #selectFirstWants(numbers: readonly number[]): readonly MatchedWant[] {
    const found: MatchedWant[] = [];
    for (const number of numbers) {
      const wanting = this.#wants[number];
      assert(wanting !== undefined, 'a want that was added');
      if (found.at(-1)?.extractor !== wanting.extractor) {
        found.push(wanting);
      }
    }
    return found;
  }

  #addWant(extractor: Extractor<unknown>, want: Want): void {
    const number = this.#wants.push({ extractor, want }) - 1;
    const paths =
      want.ignoresCase === true ? (want.paths ?? []).flatMap(listSpellings) : want.paths;
    for (const text of paths ?? []) {
      this.#addPattern({ pattern: parsePathPattern(text), want: number });
    }
    for (const { ownPath } of want.linked ?? []) {
      this.#linked.set(ownPath, [...(this.#linked.get(ownPath) ?? []), number]);
    }
    for (const magic of want.magic ?? []) {
      const end = magic.offset + magic.bytes.length;
      assert(magic.bytes.length > 0 && end <= MAGIC_BYTES_MAX, 'a magic near the start of a file');
      this.#addMagic({ magic, want: number });
      this.#headBytes = Math.max(this.#headBytes, end);
    }
  }

  #addMagic(entry: CompiledMagic): void {
    const { offset, bytes } = entry.magic;
    let place = this.#byOffset.find((other) => other.offset === offset);
    if (place === undefined) {
      place = { offset, byFirstByte: Array.from({ length: 256 }) };
      this.#byOffset.push(place);
    }
    const first = bytes[0] ?? 0;
    place.byFirstByte[first] = [...(place.byFirstByte[first] ?? []), entry];
  }

  #addPattern(entry: CompiledPattern): void {
    const { segments } = entry.pattern;
    const name = segments.at(-1) ?? '';
    const folder = segments.at(-2);
    const tail = name.slice(name.lastIndexOf('*') + 1);
    const extension = tail.slice(tail.lastIndexOf('.'));
    const isAnywhere = !entry.pattern.isAnchored && segments.length === 1;
    if (!name.includes('*')) {
      this.#byName.addPattern(name, { ...entry, isDecisive: isAnywhere });
    } else if (tail.includes('.')) {
      const isDecisive = isAnywhere && name === `*${extension}`;
      this.#byExtension.addPattern(extension, { ...entry, isDecisive });
    } else if (folder !== undefined && !folder.includes('*')) {
      this.#byFolder.addPattern(folder, entry);
    } else if (name.indexOf('*') >= BEGINNING_CHARS) {
      this.#byBeginning.addPattern(name.slice(0, BEGINNING_CHARS), entry);
    } else {
      this.#others.push(entry);
    }
  }
}

/** Returns a pattern in every mix of upper and lower case: there are few for an extension. */
function listSpellings(text: string): string[] {
  const dot = text.lastIndexOf('.');
  assert(text.startsWith('**/*.') && text.length - dot <= EXTENSION_CHARS_MAX, 'an extension');
  let found = [text.slice(0, dot)];
  for (const character of text.slice(dot)) {
    const cases = new Set([character.toLowerCase(), character.toUpperCase()]);
    found = found.flatMap((start) => [...cases].map((each) => start + each));
  }
  return found;
}

/** Includes the dot. */
const EXTENSION_CHARS_MAX = 5;

/**
 * Patterns by a text that a path must have at some position. Few paths have any of these texts, and
 * a look-up by substring costs much more than a comparison of the length and both ends.
 */
class PatternIndex {
  readonly #byText = new Map<string, CompiledPattern[]>();
  readonly #shapes = new Uint8Array(SHAPES);

  addPattern(text: string, entry: CompiledPattern): void {
    this.#shapes[computeShape(text, 0, text.length)] = 1;
    addToList(this.#byText, text, entry);
  }

  /** Finds the patterns for the text between two positions of a path. */
  findPatterns(path: string, start: number, end: number): readonly CompiledPattern[] | undefined {
    return start < end && this.#shapes[computeShape(path, start, end)] === 1
      ? this.#byText.get(path.slice(start, end))
      : undefined;
  }
}

/** A power of 2, many times the number of patterns. */
const SHAPES = 1 << 14;

function computeShape(text: string, start: number, end: number): number {
  const ends = text.charCodeAt(start) * 131 + text.charCodeAt(end - 1);
  return (ends * 31 + (end - start)) & (SHAPES - 1);
}

/** Adds the requests of the candidates whose pattern matches a path. */
function addMatches(
  candidates: readonly CompiledPattern[] | undefined,
  path: string,
  numbers: number[] | undefined,
): number[] | undefined {
  let found = numbers;
  if (candidates !== undefined) {
    for (const { pattern, want, isDecisive } of candidates) {
      if (isDecisive === true || isPathMatch(pattern, path)) {
        found = insertNumber(found, want);
      }
    }
  }
  return found;
}

function addMagicMatches(
  candidates: readonly CompiledMagic[],
  head: Uint8Array,
  numbers: number[] | undefined,
): number[] | undefined {
  let found = numbers;
  for (const { magic, want } of candidates) {
    if (isMagicMatch(magic, head)) {
      found = insertNumber(found, want);
    }
  }
  return found;
}

function isMagicMatch({ offset, bytes }: Magic, head: Uint8Array): boolean {
  for (let index = 0; index < bytes.length; index++) {
    if (head[offset + index] !== bytes[index]) {
      return false;
    }
  }
  return true;
}

/** Keeps the numbers in order: there are few per file. */
function insertNumber(numbers: number[] | undefined, number: number): number[] {
  if (numbers === undefined) {
    return [number];
  }
  let at = numbers.length;
  for (; at > 0 && (numbers[at - 1] ?? 0) > number; at--) {
    numbers[at] = numbers[at - 1] ?? 0;
  }
  numbers[at] = number;
  return numbers;
}
