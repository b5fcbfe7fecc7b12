const ESCAPE = '\u001b';
const TOKENS = new RegExp(`${ESCAPE}\\[\\??\\d*[A-Za-z]|[^]`, 'gu');
const SEQUENCE = new RegExp(`^${ESCAPE}\\[(\\??\\d*)([A-Za-z])$`);

/**
 * A terminal in memory that understands what a live tree writes, so that tests see what a person
 * would.
 */
export class Screen {
  columns: number;
  rows: number;
  isCursorHidden = false;
  writes = 0;
  readonly #lines: string[][] = [[]];
  readonly #listeners = new Set<() => void>();
  #row = 0;
  #column = 0;

  constructor(columns: number, rows: number) {
    this.columns = columns;
    this.rows = rows;
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

  /** Breaks lines that are now too long, as terminals do, and tells the listeners. */
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
      this.#row -= Number(count);
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
      throw new Error('a line was as wide as the terminal');
    }
    const line = this.#lines[this.#row] ?? [];
    line[this.#column] = character;
    this.#column += 1;
    this.#lines[this.#row] = line;
  }
}
