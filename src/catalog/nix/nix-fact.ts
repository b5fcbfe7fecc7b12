import type { NixDerivation } from '../../ecosystem/nix/derivation.ts';

/** A path that the database says is complete. */
export interface NixValidPath {
  readonly id: number;
  readonly path: string;
  readonly hash: string;
  /** Path of the derivation that built it, empty where that is not known. */
  readonly deriver: string;
}

export interface NixDatabase {
  readonly kind: 'database';
  readonly paths: readonly NixValidPath[];
  /** Which output of its derivation a path is. */
  readonly outputs: readonly { readonly path: string; readonly name: string }[];
  /** Ids of a path, and of one that it needs. */
  readonly references: readonly (readonly [referrer: number, reference: number])[];
}

export type NixFact =
  | NixDatabase
  | { readonly kind: 'derivation'; readonly derivation: NixDerivation };
