import { UserError } from '../../core/error.ts';
import type { LimitName, Limits } from '../../core/limits.ts';

export interface GaugeOptions {
  /** What is read, for messages: "layer sha256:…". */
  readonly subject: string;
  readonly limits: Limits;
  /** The limit on the uncompressed bytes; passing it is a `UserError` `E_LIMIT`. */
  readonly maxBytes: LimitName;
  /** Hears every piece as stored, in order, before what it expands to. */
  readonly onInput?: (chunk: Uint8Array) => void;
  /** Hears every uncompressed piece, in order. The memory of the piece is gone after the call. */
  readonly onOutput: (chunk: Uint8Array) => void;
}

/** Counts what goes in and comes out, and holds the limits. */
export class Gauge {
  readonly #options: GaugeOptions;
  #inputBytes = 0;
  #outputBytes = 0;

  constructor(options: GaugeOptions) {
    this.#options = options;
  }

  takeIn(chunk: Uint8Array): void {
    this.#inputBytes += chunk.length;
    this.#options.onInput?.(chunk);
  }

  giveOut(chunk: Uint8Array): void {
    const { limits, maxBytes, subject } = this.#options;
    this.#outputBytes += chunk.length;
    if (this.#outputBytes > limits[maxBytes]) {
      throw new UserError(
        'E_LIMIT',
        `${subject} is larger than the ${limits[maxBytes]} bytes of the limit ${maxBytes}`,
      );
    }
    const allowed = Math.max(limits.expansionFreeBytesMax, this.#inputBytes * limits.expansionMax);
    if (this.#outputBytes > allowed) {
      throw new UserError(
        'E_LIMIT',
        `${subject} expands to more than ${limits.expansionMax} times its stored size (limit expansionMax)`,
        {
          hint: 'raise the limit expansionMax if you trust the content; decompression bombs look like this',
        },
      );
    }
    this.#options.onOutput(chunk);
  }
}
