import { assert } from '../core/assert.ts';
import type { Extractor, Magic, Want } from '../core/cataloger.ts';
import { fitsPath, type PathPattern, parsePathPattern } from './path-pattern.ts';

/** An extractor that wants a file, and the first of its wants that the file fits. */
export interface Wanting {
  readonly extractor: Extractor<unknown>;
  readonly want: Want;
}

/** Bytes from the start of a file beyond which no magic may lie. */
const MAGIC_BYTES_MAX = 64 * 1024;

/** As many as the names of patterns such as `php*` begin with at least. */
const BEGINNING_CHARS = 3;

export const NOBODY: readonly Wanting[] = [];

interface CompiledPattern {
  readonly pattern: PathPattern;
  /** Number of the want among all wants. */
  readonly want: number;
}

interface CompiledMagic {
  readonly magic: Magic;
  readonly want: number;
}

/** Magics that lie at one offset, by their first byte: hardly any file has one of these there. */
interface MagicsAt {
  readonly offset: number;
  readonly byFirstByte: (readonly CompiledMagic[] | undefined)[];
}

const compiled = new WeakMap<readonly Extractor<unknown>[], Dispatch>();

/** The dispatch for a list of extractors, compiled once a list. */
export function dispatchFor(extractors: readonly Extractor<unknown>[]): Dispatch {
  let dispatch = compiled.get(extractors);
  if (dispatch === undefined) {
    dispatch = new Dispatch(extractors);
    compiled.set(extractors, dispatch);
  }
  return dispatch;
}

/**
 * Tells who wants a file. Patterns are indexed by what their last name says, so that a file costs
 * a look-up of a map for each of its name, extension, folder and beginning.
 */
export class Dispatch {
  readonly #wants: Wanting[] = [];
  readonly #byName = new Map<string, CompiledPattern[]>();
  readonly #byExtension = new Map<string, CompiledPattern[]>();
  readonly #byFolder = new Map<string, CompiledPattern[]>();
  readonly #byBeginning = new Map<string, CompiledPattern[]>();
  readonly #others: CompiledPattern[] = [];
  readonly #byOffset: MagicsAt[] = [];
  #headBytes = 0;

  constructor(extractors: readonly Extractor<unknown>[]) {
    for (const extractor of extractors) {
      for (const want of extractor.wants) {
        this.#add(extractor, want);
      }
    }
  }

  /** Bytes that {@link wanting} needs of a file's start. */
  get headBytes(): number {
    return this.#headBytes;
  }

  /** Who wants a file, each extractor once, in the order of the extractors. */
  wanting(path: string, head: Uint8Array): readonly Wanting[] {
    let numbers = this.#byPath(path);
    for (const { offset, byFirstByte } of this.#byOffset) {
      const first = head[offset];
      const candidates = first === undefined ? undefined : byFirstByte[first];
      if (candidates !== undefined) {
        numbers = fittingMagics(candidates, head, numbers);
      }
    }
    return numbers === undefined ? NOBODY : this.#firstOfEach(numbers);
  }

  #byPath(path: string): number[] | undefined {
    const slash = path.lastIndexOf('/');
    const name = path.slice(slash + 1);
    const dot = name.lastIndexOf('.');
    let numbers = fitting(this.#byName.get(name), path, undefined);
    if (dot >= 0) {
      numbers = fitting(this.#byExtension.get(name.slice(dot)), path, numbers);
    }
    if (this.#byFolder.size > 0) {
      const folder = path.slice(path.lastIndexOf('/', slash - 1) + 1, slash);
      numbers = fitting(this.#byFolder.get(folder), path, numbers);
    }
    const beginning = name.slice(0, BEGINNING_CHARS);
    numbers = fitting(this.#byBeginning.get(beginning), path, numbers);
    return fitting(this.#others, path, numbers);
  }

  #firstOfEach(numbers: readonly number[]): readonly Wanting[] {
    const inOrder = numbers.toSorted((left, right) => left - right);
    const found: Wanting[] = [];
    for (const number of inOrder) {
      const wanting = this.#wants[number];
      assert(wanting !== undefined, 'a want that was added');
      if (found.at(-1)?.extractor !== wanting.extractor) {
        found.push(wanting);
      }
    }
    return found;
  }

  #add(extractor: Extractor<unknown>, want: Want): void {
    const number = this.#wants.push({ extractor, want }) - 1;
    for (const text of want.paths ?? []) {
      this.#addPattern({ pattern: parsePathPattern(text), want: number });
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
    if (!name.includes('*')) {
      pushTo(this.#byName, name, entry);
    } else if (tail.includes('.')) {
      pushTo(this.#byExtension, extension, entry);
    } else if (folder !== undefined && !folder.includes('*')) {
      pushTo(this.#byFolder, folder, entry);
    } else if (name.indexOf('*') >= BEGINNING_CHARS) {
      pushTo(this.#byBeginning, name.slice(0, BEGINNING_CHARS), entry);
    } else {
      this.#others.push(entry);
    }
  }
}

/** Adds the wants of the candidates that a path fits. */
function fitting(
  candidates: readonly CompiledPattern[] | undefined,
  path: string,
  numbers: number[] | undefined,
): number[] | undefined {
  let found = numbers;
  if (candidates !== undefined) {
    for (const { pattern, want } of candidates) {
      if (fitsPath(pattern, path)) {
        found = addTo(found, want);
      }
    }
  }
  return found;
}

function fittingMagics(
  candidates: readonly CompiledMagic[],
  head: Uint8Array,
  numbers: number[] | undefined,
): number[] | undefined {
  let found = numbers;
  for (const { magic, want } of candidates) {
    if (fitsMagic(magic, head)) {
      found = addTo(found, want);
    }
  }
  return found;
}

function fitsMagic({ offset, bytes }: Magic, head: Uint8Array): boolean {
  for (let index = 0; index < bytes.length; index++) {
    if (head[offset + index] !== bytes[index]) {
      return false;
    }
  }
  return true;
}

function addTo(numbers: number[] | undefined, number: number): number[] {
  if (numbers === undefined) {
    return [number];
  }
  numbers.push(number);
  return numbers;
}

function pushTo<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const list = map.get(key);
  if (list === undefined) {
    map.set(key, [value]);
  } else {
    list.push(value);
  }
}
