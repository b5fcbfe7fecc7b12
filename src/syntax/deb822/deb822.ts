import { createHash } from 'node:crypto';
import type { Limits } from '../../core/limits.ts';
import type { ProblemNote } from '../../core/problem.ts';
import { type Line, linesOf } from '../text/lines.ts';

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
 * `recordBytesMax` costs itself.
 */
export function parseDeb822(
  text: string,
  limits: Limits,
): { readonly stanzas: readonly Stanza[]; readonly problems: readonly ProblemNote[] } {
  const reader = new StanzaReader(limits);
  for (const line of linesOf(text)) {
    reader.add(line);
  }
  reader.end();
  return reader;
}

class StanzaReader {
  readonly stanzas: Stanza[] = [];
  readonly problems: ProblemNote[] = [];
  readonly #limits: Limits;
  #values = new Map<string, string[]>();
  #lines: string[] = [];
  #field: string[] | undefined;
  #sizeChars = 0;
  #firstLine = 0;

  constructor(limits: Limits) {
    this.#limits = limits;
  }

  add({ text, number }: Line): void {
    if (text === '') {
      this.end();
      return;
    }
    if (this.#sizeChars === 0) {
      this.#firstLine = number;
    }
    this.#sizeChars += text.length;
    if (this.#sizeChars > this.#limits.recordBytesMax) {
      this.#lines = [];
      this.#values.clear();
      return;
    }
    this.#lines.push(text);
    if (text.startsWith(' ') || text.startsWith('\t')) {
      this.#continueField(text, number);
    } else {
      this.#beginField(text, number);
    }
  }

  end(): void {
    if (this.#sizeChars > this.#limits.recordBytesMax) {
      this.#note(
        'P_LIMIT',
        'a record is longer than recordBytesMax and was left out',
        this.#firstLine,
      );
    } else if (this.#values.size > 0) {
      if (this.stanzas.length < this.#limits.recordsMax) {
        this.stanzas.push(this.#stanza());
      } else {
        this.#note(
          'P_LIMIT',
          'there are more records than recordsMax, this one was left out',
          this.#firstLine,
        );
      }
    }
    this.#values = new Map();
    this.#lines = [];
    this.#field = undefined;
    this.#sizeChars = 0;
  }

  #stanza(): Stanza {
    const fields = new Map<string, string>();
    for (const [name, lines] of this.#values) {
      fields.set(name, lines.join('\n '));
    }
    const digest = createHash('sha256').update(this.#lines.join('\n')).digest('base64url');
    return { line: this.#firstLine, fields, digest };
  }

  #continueField(text: string, line: number): void {
    if (this.#field === undefined) {
      this.#note('P_MALFORMED', 'a line continues a field that was not begun', line);
      return;
    }
    this.#field.push(text.trim());
  }

  #beginField(text: string, line: number): void {
    const colon = text.indexOf(':');
    if (colon < 1) {
      this.#field = undefined;
      this.#note('P_MALFORMED', 'a line has no field name', line);
      return;
    }
    const name = text.slice(0, colon).trim().toLowerCase();
    this.#field = [text.slice(colon + 1).trim()];
    if (this.#values.has(name)) {
      this.#note('P_MALFORMED', 'a field comes twice in one record, the first one counts', line);
      return;
    }
    this.#values.set(name, this.#field);
  }

  #note(code: ProblemNote['code'], message: string, line: number): void {
    // One note more than are listed is enough to tell that there are more.
    if (this.problems.length <= this.#limits.problemsMax) {
      this.problems.push({ code, message, line });
    }
  }
}
