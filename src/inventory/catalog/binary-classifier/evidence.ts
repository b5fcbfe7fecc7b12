import type { Pattern } from '../../../foundation/bytes/pattern/pattern.ts';

/**
 * Evidence of a product. `extract` searches the content of one file at a time; `assemble` checks
 * the file's place and neighbors.
 */
export type Evidence =
  /**
   * The file contains each of these patterns. One of them captures the `version`, if there is one.
   */
  | { readonly kind: 'content'; readonly patterns: readonly Pattern[] }
  /** A pattern that depends on the file name; `undefined` if the name does not match. */
  | { readonly kind: 'named'; readonly findPattern: (name: string) => Pattern | undefined }
  /** The first of these that matches. */
  | { readonly kind: 'anyOf'; readonly of: readonly Evidence[] }
  /** All of these match; the last one with a version counts. */
  | { readonly kind: 'allOf'; readonly of: readonly Evidence[] }
  /** The real path matches, by a directory or the base name; with `isNot`, it does not match. */
  | { readonly kind: 'path'; readonly pattern: RegExp; readonly isNegated: boolean }
  /** A library that the program loads contains the evidence. `file` is its name pattern. */
  | {
      readonly kind: 'library';
      readonly imported: RegExp;
      readonly file: string;
      readonly evidence: Evidence;
    }
  /** A file in the program's directory or one of its parents contains the evidence. */
  | {
      readonly kind: 'beside';
      readonly file: string;
      readonly levelsUp: readonly number[];
      readonly evidence: Evidence;
    };

/** A product as named by a classifier. */
export interface Product {
  /** Common name of this classifier, as in Syft. */
  readonly class: string;
  readonly evidence: Evidence;
  readonly package: string;
  /** Type, namespace and name of the package URL. */
  readonly purl: string;
  /** `vendor:product` of each CPE. */
  readonly cpes: readonly string[];
  /** The CPEs are guesses, not names from the dictionary. */
  readonly hasGuessedCpes?: boolean;
  /** CPEs contain the captures `primary` and `update` instead of the version. */
  readonly hasUpdate?: boolean;
}

export interface Classifier {
  /** Patterns of file names; each is a role of the extractor. */
  readonly files: readonly string[];
  /** The first of these products that is found counts. */
  readonly products: readonly Product[];
}

export function matchContent(...patterns: readonly Pattern[]): Evidence {
  return { kind: 'content', patterns };
}

export function matchAny(...of: readonly Evidence[]): Evidence {
  return { kind: 'anyOf', of };
}

export function matchAll(...of: readonly Evidence[]): Evidence {
  return { kind: 'allOf', of };
}

/** Each pattern is sufficient by itself; an earlier one is preferred. */
export function matchAnyContent(...patterns: readonly Pattern[]): Evidence {
  return matchAny(...patterns.map((pattern) => matchContent(pattern)));
}
