import { hash } from 'node:crypto';
import type { Limits } from '../../core/limits.ts';
import { NoteList } from '../../core/note-list.ts';
import type { ProblemNote } from '../../core/problem.ts';
import { type PlacedLine, splitLines } from '../text/lines.ts';

/** One paragraph of a control file. deb822(5). */
export interface Stanza {
  /** Line number of its first line, from 1. */
  readonly line: number;
  /**
   * By field name in lower case. Continuation lines of a value begin with a line feed and one
   * space.
   */
  readonly fields: ReadonlyMap<string, string>;
  /** Equal for stanzas with the same text. */
  readonly digest: string;
}

/**
 * Reads the stanzas of a control file. A malformed line, or a repeated field (the first one
 * counts), is recorded and loses only itself; a stanza longer than `recordBytesMax`, or than
 * `recordsMax` lines, is lost.
 */
export function parseDeb822(
  text: string,
  limits: Limits,
): { readonly stanzas: readonly Stanza[]; readonly problems: readonly ProblemNote[] } {
  const reader = new StanzaReader(text, limits);
  for (const line of splitLines(text)) {
    reader.addLine(line);
  }
  reader.endStanza(text.length);
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

  addLine({ text, number, start }: PlacedLine): void {
    if (text === '') {
      this.endStanza(start);
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
      this.#addFieldLine(text, number);
    } else {
      this.#beginField(text, number);
    }
  }

  /** @param end offset of the end of the stanza's last line in the text */
  endStanza(end: number): void {
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

  #addFieldLine(text: string, line: number): void {
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
