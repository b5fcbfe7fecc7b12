import fs from 'node:fs';
import { NumberList } from './number-list.ts';

const BUFFER_BYTES = 1024 * 1024;

/** Texts that are appended to a temporary file and read in any order. */
export class SpilledTexts implements Disposable {
  readonly #handle: number;
  /** Offset of each text, and of the end. */
  readonly #offsets = new NumberList({ isLarge: true });
  readonly #buffer = Buffer.allocUnsafe(BUFFER_BYTES);
  #buffered = 0;
  #written = 0;
  #window = Buffer.allocUnsafe(64 * 1024);
  #isOpen = true;

  /** Creates the file. */
  constructor(file: string) {
    this.#handle = fs.openSync(file, 'wx+', 0o600);
    this.#offsets.append(0);
  }

  /** Appends a text and returns its index. */
  append(text: string): number {
    // A UTF-16 code unit has at most three bytes in UTF-8.
    if (text.length * 3 > BUFFER_BYTES - this.#buffered) {
      this.#flush();
    }
    if (text.length * 3 > BUFFER_BYTES) {
      this.#writeAll(Buffer.from(text, 'utf8'));
    } else {
      this.#buffered += this.#buffer.write(text, this.#buffered, 'utf8');
    }
    return this.#offsets.append(this.#written + this.#buffered) - 1;
  }

  readText(index: number): string {
    if (this.#buffered > 0) {
      this.#flush();
    }
    const start = this.#offsets.at(index);
    const length = this.#offsets.at(index + 1) - start;
    if (length > this.#window.length) {
      this.#window = Buffer.allocUnsafe(length * 2);
    }
    for (let done = 0; done < length; ) {
      const read = fs.readSync(this.#handle, this.#window, done, length - done, start + done);
      if (read === 0) {
        throw new RangeError('a temporary file was truncated');
      }
      done += read;
    }
    return this.#window.toString('utf8', 0, length);
  }

  [Symbol.dispose](): void {
    if (this.#isOpen) {
      this.#isOpen = false;
      fs.closeSync(this.#handle);
    }
  }

  #flush(): void {
    this.#writeAll(this.#buffer.subarray(0, this.#buffered));
    this.#buffered = 0;
  }

  #writeAll(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length; ) {
      at += fs.writeSync(this.#handle, bytes, at, bytes.length - at, this.#written + at);
    }
    this.#written += bytes.length;
  }
}
