import { assert, present } from '../foundation/core/assert.ts';

/**
 * A value of our model, the word of a format for it, and the direction of a row that is not for
 * both: `read` if another word is written for the value, `write` if another value is read from the
 * word.
 */
type Row = readonly [value: string, word: string, direction?: Direction];

type Direction = 'read' | 'write';

type Readable<Any extends Row> = Exclude<Any, readonly [string, string, 'write']>;
type Writable<Any extends Row> = Exclude<Any, readonly [string, string, 'read']>;

/** The words of a format for the values of our model, for its reader and its writer. */
export interface Vocabulary<Any extends Row = Row> {
  /** Values by their words. */
  readonly values: ReadonlyMap<string, Readable<Any>[0]>;
  /** Words by their values. */
  readonly words: ReadonlyMap<string, Writable<Any>[1]>;
  /** Returns the word for a value that has one. */
  write(value: Writable<Any>[0]): Writable<Any>[1];
}

/** Creates both directions from one table, in which no row may contradict another. */
export function createVocabulary<const Any extends Row>(rows: readonly Any[]): Vocabulary<Any> {
  const values = new Map<string, Readable<Any>[0]>();
  const words = new Map<string, Writable<Any>[1]>();
  for (const [value, word, direction] of rows) {
    if (direction !== 'write') {
      assert(!values.has(word), `one value for the word "${word}"`);
      values.set(word, value);
    }
    if (direction !== 'read') {
      assert(!words.has(value), `one word for the value "${value}"`);
      words.set(value, word);
    }
  }
  return { values, words, write: (value) => present(words.get(value), `a word for "${value}"`) };
}
