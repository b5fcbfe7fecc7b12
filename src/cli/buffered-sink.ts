import type { Sink } from '../foundation/core/sink.ts';

const BUFFER_CHARS = 64 * 1024;

/**
 * Collects small pieces, so that a document of a million pieces does not cost a million system
 * calls.
 */
export class BufferedSink implements Sink {
  readonly #write: (text: string) => void;
  #pieces: string[] = [];
  #chars = 0;

  constructor(write: (text: string) => void) {
    this.#write = write;
  }

  write(text: string): void {
    this.#pieces.push(text);
    this.#chars += text.length;
    if (this.#chars >= BUFFER_CHARS) {
      this.flush();
    }
  }

  flush(): void {
    if (this.#chars > 0) {
      this.#write(this.#pieces.join(''));
      this.#pieces = [];
      this.#chars = 0;
    }
  }
}
