import type { LimitName } from '../../../src/foundation/core/limits.ts';

/** A file of an input: its content, or a link. */
export type GrowingFile = string | Uint8Array | { readonly link: string };

/** Files by path, without a leading slash. */
export type GrowingFiles = Readonly<Record<string, GrowingFile>>;

/** An input that can grow to any size in one dimension. */
export interface GrowingInput {
  readonly name: string;
  /** The smallest number worth measuring; twice and four times the number follow. */
  readonly start: number;
  /** For the sweep, which measures time and memory: about as much as a file may contain. */
  readonly large: number;
  /** The limit that it exceeds when it is large; absent if the result is complete. */
  readonly limit?: LimitName;
  /** Whether to compute what the entry point can load. */
  readonly isReachRequested?: boolean;
  /**
   * Creates the files of a directory, or of each layer of an image, with `count` of the growing
   * part.
   */
  readonly make: (count: number) => GrowingFiles | readonly GrowingFiles[];
}

/** Joins the texts for 0, 1 … */
export function repeat(count: number, text: (index: number) => string, separator = ''): string {
  return Array.from({ length: count }, (_, index) => text(index)).join(separator);
}

/** Creates files for 0, 1 …, each with its own path. */
export function createFiles(
  count: number,
  file: (index: number) => readonly [path: string, content: GrowingFile],
): GrowingFiles {
  return Object.fromEntries(Array.from({ length: count }, (_, index) => file(index)));
}
