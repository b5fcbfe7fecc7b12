const ESCAPE = '\u001b';
const TOKENS = new RegExp(`${ESCAPE}\\[\\??\\d*[A-Za-z]|[^]`, 'gu');
const SEQUENCE = new RegExp(`^${ESCAPE}\\[(\\??\\d*)([A-Za-z])$`);

/**
 * A terminal in memory that interprets the output of a live tree, so that tests see the same text
 * as a person. A line as wide as the terminal is an error, unless `wraps` is set.
 */
export class Screen {
  columns: number;
  rows: number;
  isCursorHidden = false;
  writes = 0;
  readonly #lines: string[][] = [[]];
  readonly #listeners = new Set<() => void>();
  readonly #wraps: boolean;
  #row = 0;
  #column = 0;

  constructor(columns: number, rows: number, { wraps = false } = {}) {
    this.columns = columns;
    this.rows = rows;
    this.#wraps = wraps;
  }

  get text(): string {
    return this.#lines
      .map((line) => line.join('').trimEnd())
      .join('\n')
      .trimEnd();
  }

  on(_event: 'resize', listener: () => void): void {
    this.#listeners.add(listener);
  }

  off(_event: 'resize', listener: () => void): void {
    this.#listeners.delete(listener);
  }

  /** Wraps lines that are now too long, as terminals do, and notifies the listeners. */
  resize(columns: number): void {
    const before = this.#lines.splice(0, this.#lines.length);
    for (const line of before) {
      const text = line.join('').trimEnd();
      const parts = Math.max(1, Math.ceil(text.length / columns));
      for (let part = 0; part < parts; part += 1) {
        this.#lines.push(Array.from(text.slice(part * columns, (part + 1) * columns)));
      }
    }
    this.#row = this.#lines.length - 1;
    this.columns = columns;
    for (const listener of this.#listeners) {
      listener();
    }
  }

  write(text: string): void {
    this.writes += 1;
    for (const [token] of text.matchAll(TOKENS)) {
      this.#take(token);
    }
  }

  #take(token: string): void {
    const [, count, action] = SEQUENCE.exec(token) ?? [];
    if (token === '\n') {
      this.#row += 1;
      this.#column = 0;
      this.#lines[this.#row] ??= [];
    } else if (token === '\r') {
      this.#column = 0;
    } else if (action === 'A') {
      // The cursor cannot move to a line that has scrolled off the screen.
      const top = Math.max(0, this.#lines.length - this.rows);
      this.#row = Math.max(top, this.#row - Number(count));
    } else if (action === 'K' || action === 'J') {
      this.#lines[this.#row]?.splice(this.#column);
      if (action === 'J') {
        this.#lines.splice(this.#row + 1);
      }
    } else if (action === 'l' || action === 'h') {
      this.isCursorHidden = action === 'l';
    } else if (action !== 'm') {
      this.#print(token);
    }
  }

  #print(character: string): void {
    if (this.#column >= this.columns) {
      if (!this.#wraps) {
        throw new Error('a line was as wide as the terminal');
      }
      this.#take('\n');
    }
    const line = this.#lines[this.#row] ?? [];
    line[this.#column] = character;
    this.#column += 1;
    this.#lines[this.#row] = line;
  }
}
