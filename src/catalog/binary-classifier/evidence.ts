import type { Pattern } from '../../bytes/pattern/pattern.ts';

/**
 * What makes a product known. Content is looked at in `extract`, one file at a time; where a file
 * lies and what lies beside it is judged in `assemble`.
 */
export type Evidence =
  /** Each of these patterns is in the file. One of them keeps the `version`, if there is one. */
  | { readonly kind: 'content'; readonly patterns: readonly Pattern[] }
  /** A pattern that depends on the name of the file; none where the name does not fit. */
  | { readonly kind: 'named'; readonly patternFor: (name: string) => Pattern | undefined }
  /** The first of these that holds. */
  | { readonly kind: 'anyOf'; readonly of: readonly Evidence[] }
  /** All of these hold; the last one that tells a version counts. */
  | { readonly kind: 'allOf'; readonly of: readonly Evidence[] }
  /** The real path has a folder, or a last name, that fits, or for `isNot` has none. */
  | { readonly kind: 'path'; readonly fits: RegExp; readonly isNot: boolean }
  /** A library that the program loads holds the evidence. `file` is its name pattern. */
  | {
      readonly kind: 'library';
      readonly imported: RegExp;
      readonly file: string;
      readonly evidence: Evidence;
    }
  /** A file in the program's folder, or in one of those above it, holds the evidence. */
  | {
      readonly kind: 'beside';
      readonly file: string;
      readonly levelsUp: readonly number[];
      readonly evidence: Evidence;
    };

/** A product as a classifier names it. */
export interface Product {
  /** Name under which the field knows this classifier. */
  readonly class: string;
  readonly evidence: Evidence;
  readonly package: string;
  /** Type, namespace and name of the package URL. */
  readonly purl: string;
  /** `vendor:product` of each CPE. */
  readonly cpes: readonly string[];
  /** The CPEs are guesses, not names from the dictionary. */
  readonly hasGuessedCpes?: boolean;
  /** CPEs have the captures `primary` and `update` instead of the version. */
  readonly hasUpdate?: boolean;
}

export interface Classifier {
  /** Patterns of file names; each of them is a role of the extractor. */
  readonly files: readonly string[];
  /** The first of these products that is found counts. */
  readonly products: readonly Product[];
}

export function content(...patterns: readonly Pattern[]): Evidence {
  return { kind: 'content', patterns };
}

export function anyOf(...of: readonly Evidence[]): Evidence {
  return { kind: 'anyOf', of };
}

export function allOf(...of: readonly Evidence[]): Evidence {
  return { kind: 'allOf', of };
}

/** Each pattern by itself is enough; an earlier one is preferred. */
export function anyContent(...patterns: readonly Pattern[]): Evidence {
  return anyOf(...patterns.map((pattern) => content(pattern)));
}
