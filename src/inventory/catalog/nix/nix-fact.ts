import type { NixDerivation } from '../../ecosystem/nix/derivation.ts';

/** A path that the database marks as valid. */
export interface NixValidPath {
  readonly id: number;
  readonly path: string;
  readonly hash: string;
  /** Path of the derivation that built it; empty if unknown. */
  readonly deriver: string;
}

export interface NixDatabase {
  readonly kind: 'database';
  readonly paths: readonly NixValidPath[];
  /** The output of the derivation at each path. */
  readonly outputs: readonly { readonly path: string; readonly name: string }[];
  /** IDs of a path and of a path that it needs. */
  readonly references: readonly (readonly [referrer: number, reference: number])[];
}

export type NixFact =
  | NixDatabase
  | { readonly kind: 'derivation'; readonly derivation: NixDerivation };
