import { hash } from 'node:crypto';
import type { Limits } from '../../core/limits.ts';
import { NoteList } from '../../core/note-list.ts';
import type { ProblemNote } from '../../core/problem.ts';
import { type PlacedLine, splitLines } from '../text/lines.ts';

/** One paragraph of a control file. deb822(5). */
export interface Stanza {
  /** Of its first line, from 1. */
  readonly line: number;
  /** By field name in lower case. Further lines of a value begin with a line feed and one blank. */
  readonly fields: ReadonlyMap<string, string>;
  /** Tells whether two stanzas are written the same. */
  readonly digest: string;
}

/**
 * Reads the stanzas of a control file. A line that cannot be understood, or a field that comes
 * twice (the first one counts), is noted and costs no more than itself; a stanza longer than
 * `recordBytesMax`, or than `recordsMax` lines, costs itself.
 */
export function parseDeb822(
  text: string,
  limits: Limits,
): { readonly stanzas: readonly Stanza[]; readonly problems: readonly ProblemNote[] } {
  const reader = new StanzaReader(text, limits);
  for (const line of splitLines(text)) {
    reader.add(line);
  }
  reader.end(text.length);
  return { stanzas: reader.stanzas, problems: reader.notes.notes };
}

class StanzaReader {
  readonly stanzas: Stanza[] = [];
  readonly notes: NoteList;
  readonly #text: string;
  readonly #limits: Limits;
  #values = new Map<string, string[]>();
  #field: string[] | undefined;
  #lines = 0;
  #sizeChars = 0;
  #firstLine = 0;
  #start = 0;
  #passed: 'recordBytesMax' | 'recordsMax' | undefined;

  constructor(text: string, limits: Limits) {
    this.#text = text;
    this.#limits = limits;
    this.notes = new NoteList(limits);
  }

  add({ text, number, start }: PlacedLine): void {
    if (text === '') {
      this.end(start);
      return;
    }
    if (this.#sizeChars === 0) {
      this.#firstLine = number;
      this.#start = start;
    }
    this.#sizeChars += text.length;
    this.#lines++;
    const { recordBytesMax, recordsMax } = this.#limits;
    if (this.#sizeChars > recordBytesMax || this.#lines > recordsMax) {
      this.#passed ??= this.#lines > recordsMax ? 'recordsMax' : 'recordBytesMax';
      this.#values.clear();
      return;
    }
    if (text.startsWith(' ') || text.startsWith('\t')) {
      this.#continueField(text, number);
    } else {
      this.#beginField(text, number);
    }
  }

  /** @param end place in the text behind the last line of the stanza */
  end(end: number): void {
    if (this.#passed !== undefined) {
      const message = `a record was left out: it exceeds the limit ${this.#passed}`;
      this.notes.add('P_LIMIT', message, this.#firstLine);
    } else if (this.#values.size > 0) {
      if (this.stanzas.length < this.#limits.recordsMax) {
        this.stanzas.push(this.#finishStanza(end));
      } else {
        const message = 'a record was left out: the file has more records than recordsMax allows';
        this.notes.add('P_LIMIT', message, this.#firstLine);
      }
    }
    this.#values = new Map();
    this.#field = undefined;
    this.#lines = 0;
    this.#sizeChars = 0;
    this.#passed = undefined;
  }

  #finishStanza(end: number): Stanza {
    const fields = new Map<string, string>();
    for (const [name, lines] of this.#values) {
      fields.set(name, lines.join('\n '));
    }
    const digest = hash('sha256', this.#text.slice(this.#start, end).trimEnd(), 'base64url');
    return { line: this.#firstLine, fields, digest };
  }

  #continueField(text: string, line: number): void {
    if (this.#field === undefined) {
      this.notes.add('P_MALFORMED', 'a line continues a field, but no field was started', line);
      return;
    }
    this.#field.push(text.trim());
  }

  #beginField(text: string, line: number): void {
    const colon = text.indexOf(':');
    if (colon < 1) {
      this.#field = undefined;
      this.notes.add('P_MALFORMED', 'a line has no field name', line);
      return;
    }
    const name = text.slice(0, colon).trim().toLowerCase();
    this.#field = [text.slice(colon + 1).trim()];
    if (this.#values.has(name)) {
      this.notes.add(
        'P_MALFORMED',
        'a field appears twice in one record; the first one was used',
        line,
      );
      return;
    }
    this.#values.set(name, this.#field);
  }
}
