import { UserError } from '../../core/error.ts';
import type { LimitName, Limits } from '../../core/limits.ts';

export interface GaugeOptions {
  /** Name of the content for messages: "layer sha256:…". */
  readonly subject: string;
  readonly limits: Limits;
  /** The limit on uncompressed bytes; exceeding it is a `UserError` `E_LIMIT`. */
  readonly maxBytes: LimitName;
  /** Receives every stored piece in order, before its expanded content. */
  readonly onInput?: (chunk: Uint8Array) => void;
  /** Receives every uncompressed piece in order. Its memory is invalid after the call. */
  readonly onOutput: (chunk: Uint8Array) => void;
}

/** Counts input and output and enforces the limits. */
export class Gauge {
  readonly #options: GaugeOptions;
  #inputBytes = 0;
  #outputBytes = 0;

  constructor(options: GaugeOptions) {
    this.#options = options;
  }

  countInput(chunk: Uint8Array): void {
    this.#inputBytes += chunk.length;
    this.#options.onInput?.(chunk);
  }

  countOutput(chunk: Uint8Array): void {
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
