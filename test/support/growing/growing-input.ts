import type { LimitName } from '../../../src/core/limits.ts';

/** A file of an input: its content, or a link. */
export type GrowingFile = string | Uint8Array | { readonly link: string };

/** Files by path, without a slash at the front. */
export type GrowingFiles = Readonly<Record<string, GrowingFile>>;

/** An input that can be made as large as is asked for, in one dimension. */
export interface GrowingInput {
  readonly name: string;
  /** The smallest number that is worth measuring; its double and its fourfold follow. */
  readonly start: number;
  /** For the sweep, which measures time and memory: about as much as a file may hold. */
  readonly large: number;
  /** The limit that it passes when it is large; absent if it is complete then. */
  readonly limit?: LimitName;
  /** Whether to find out what the entry point can load. */
  readonly isReachAsked?: boolean;
  /** The files of a directory, or of each layer of an image, with `count` of what grows. */
  readonly make: (count: number) => GrowingFiles | readonly GrowingFiles[];
}

/** The texts for 0, 1 … joined. */
export function repeat(count: number, text: (index: number) => string, separator = ''): string {
  return Array.from({ length: count }, (_, index) => text(index)).join(separator);
}

/** Files for 0, 1 …, each with its own path. */
export function filesOf(
  count: number,
  file: (index: number) => readonly [path: string, content: GrowingFile],
): GrowingFiles {
  return Object.fromEntries(Array.from({ length: count }, (_, index) => file(index)));
}
