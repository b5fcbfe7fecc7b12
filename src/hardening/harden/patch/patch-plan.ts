import type { SeverityWord } from '../../../foundation/core/finding.ts';

/** How far a package of a language may be updated. */
export const PATCH_LEVELS = ['patch', 'minor', 'major'] as const;

export type PatchLevel = (typeof PATCH_LEVELS)[number];

/** One package of a group, with the installed version; it may be in several places. */
export interface PatchedPackage {
  /** Key in the inventory for each place. */
  readonly keys: readonly string[];
  readonly name: string;
  readonly installed: string;
  /**
   * Whether the fixed version of the source package is also that of this package. If not, the
   * package manager chooses the version.
   */
  readonly isVersionKnown: boolean;
}

/** The version of a package in an index. */
export interface IndexedPackage {
  readonly name: string;
  readonly version: string;
}

/** The result of checking a group in a package index. */
export type IndexState =
  | { readonly kind: 'available'; readonly versions: readonly IndexedPackage[] }
  | { readonly kind: 'too-old'; readonly versions: readonly IndexedPackage[] }
  | { readonly kind: 'missing' };

/** `remove` the packages, emit a `slim` image, or build on a newer `base` image. */
export interface PatchAlternative {
  readonly kind: 'remove' | 'slim' | 'base';
  /** A phrase without a full stop. */
  readonly detail: string;
}

/** Packages that are updated together: all of one source package, or one package. */
export interface PatchGroup {
  /** Name of the source package, or of the package. */
  readonly name: string;
  readonly type: string;
  readonly packages: readonly [PatchedPackage, ...PatchedPackage[]];
  /** The lowest version that fixes all findings of the group that have a fix. */
  readonly version: string;
  /** IDs of the fixed findings, distinct and sorted. */
  readonly fixes: readonly string[];
  /** The highest severity among them. */
  readonly severity: SeverityWord;
  /** Sum of the risks of the fixed findings, each from 0 to 100. */
  readonly risk: number;
  /** Other ways to fix its findings; absent if none is known. */
  readonly alternatives?: readonly PatchAlternative[];
  /** Only present if an index was checked. */
  readonly index?: IndexState;
}

/** Why a finding stays open. */
export const OPEN_REASONS = [
  'no-fix',
  'wont-fix',
  'unknown-fix',
  'archive',
  'level',
  'not-chosen',
  'index',
  'still-affected',
] as const;

export type OpenReason = (typeof OPEN_REASONS)[number];

export interface OpenFinding {
  readonly packageKey: string;
  readonly name: string;
  readonly installed: string;
  readonly id: string;
  readonly severity: SeverityWord;
  readonly reason: OpenReason;
  /** The fixed version, for the reasons `level`, `not-chosen` and `index`. */
  readonly version?: string;
}

/** The plan of `plimsoll fix`: updates, and their effect by matching the result again. */
export interface PatchPlan {
  readonly schema: 'plimsoll-patch/1';
  /** The chosen groups, the most risk per package first. */
  readonly groups: readonly PatchGroup[];
  readonly open: readonly OpenFinding[];
  /** Low-confidence matches, which are not part of the plan. */
  readonly guesses: number;
  /** Findings now, and after the updates. */
  readonly before: number;
  readonly after: number;
  /** IDs of findings that the updates would introduce, with the package. */
  readonly introduced: readonly { readonly name: string; readonly id: string }[];
}
