import fs from 'node:fs';
import { writeAll } from './write-all.ts';

const BUFFER_CHARS = 256 * 1024;
const READ_BYTES = 1024 * 1024;
const LINE_BREAK = 0x0a;

/** Lines that are appended to a temporary file and read once, in order. */
export class ItemSpill implements Disposable {
  readonly #handle: number;
  #lines: string[] = [];
  #chars = 0;
  #isOpen = true;

  /** Creates the file. */
  constructor(file: string) {
    this.#handle = fs.openSync(file, 'wx+', 0o600);
  }

  /** Appends a text without line breaks. */
  spillLine(line: string): void {
    this.#lines.push(line);
    this.#chars += line.length;
    if (this.#chars >= BUFFER_CHARS) {
      this.#flush();
    }
  }

  *readLines(): Generator<string> {
    this.#flush();
    const buffer = Buffer.allocUnsafe(READ_BYTES);
    let rest: Buffer = Buffer.alloc(0);
    for (let at = 0; ; ) {
      const length = fs.readSync(this.#handle, buffer, 0, READ_BYTES, at);
      if (length === 0) {
        return;
      }
      at += length;
      const bytes = Buffer.concat([rest, buffer.subarray(0, length)]);
      let start = 0;
      for (let end = bytes.indexOf(LINE_BREAK); end !== -1; ) {
        yield bytes.toString('utf8', start, end);
        start = end + 1;
        end = bytes.indexOf(LINE_BREAK, start);
      }
      rest = bytes.subarray(start);
    }
  }

  [Symbol.dispose](): void {
    if (this.#isOpen) {
      this.#isOpen = false;
      fs.closeSync(this.#handle);
    }
  }

  #flush(): void {
    const bytes = Buffer.from(this.#lines.map((line) => `${line}\n`).join(''));
    writeAll(this.#handle, bytes);
    this.#lines = [];
    this.#chars = 0;
  }
}
