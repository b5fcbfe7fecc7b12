import type { Digest } from './digest.ts';

/** One dimension of the attack surface: a number with the items it counts. */
export interface SurfaceDimension {
  /** As in the table of `docs/surface.md`. */
  readonly id: SurfaceId;
  /** Less is better; absent if unknown, which is not zero. */
  readonly value?: number;
  /** Counted items, sorted; for a share, the items that lower it. */
  readonly items: readonly string[];
  /** Why it is unknown, or a remark; a sentence without a full stop. */
  readonly note?: string;
}

export const SURFACE_IDS = [
  'packages',
  'packages-with-code',
  'executables',
  'scripts',
  'commands',
  'reachable-executables',
  'setuid-files',
  'capability-files',
  'writable-places',
  'foreign-code-folders',
  'shells',
  'package-managers',
  'downloaders',
  'interpreters',
  'compilers',
  'network-tools',
  'runs-as-root',
  'exposed-ports',
  'privileged-ports',
  'listeners',
  'reachable-listeners',
  'unhardened-share',
  'unhardened-reachable-share',
  'live-interface-share',
  'secrets',
  'verified-secrets',
  'configuration-flaws',
  'unexplained-share',
  'packages-behind',
  'age-days',
  'end-of-life-days',
] as const;

export type SurfaceId = (typeof SURFACE_IDS)[number];

/** Titles of the dimensions in tables. */
export const SURFACE_TITLES: Readonly<Record<SurfaceId, string>> = {
  packages: 'packages',
  'packages-with-code': 'packages with code',
  executables: 'executables and libraries',
  scripts: 'executable scripts',
  commands: 'commands',
  'reachable-executables': 'executables that the entry point can load',
  'setuid-files': 'setuid and setgid files',
  'capability-files': 'files with capabilities',
  'writable-places': 'world-writable directories and files',
  'foreign-code-folders': 'code directories that non-root users can write to',
  shells: 'shells',
  'package-managers': 'package managers',
  downloaders: 'downloaders',
  interpreters: 'interpreters',
  compilers: 'compilers',
  'network-tools': 'raw network tools',
  'runs-as-root': 'runs as root',
  'exposed-ports': 'exposed ports',
  'privileged-ports': 'exposed ports below 1024',
  listeners: 'executables that can listen for connections',
  'reachable-listeners': 'listeners that the entry point can load',
  'unhardened-share': 'share of missing hardening features',
  'unhardened-reachable-share': 'share of missing hardening features, reachable executables only',
  'live-interface-share': 'share of library functions that reachable executables import',
  secrets: 'files that look like secrets',
  'verified-secrets': 'files that contain secrets',
  'configuration-flaws': 'configuration flaws',
  'unexplained-share': 'share of executable bytes that belong to no package',
  'packages-behind': 'packages with a fix available',
  'age-days': 'days since the image was made',
  'end-of-life-days': 'days since the vendor ended support',
};

/** Shares can rise when something harmless is removed, so they are not part of scores. */
export const SURFACE_SHARES: ReadonlySet<SurfaceId> = new Set([
  'unhardened-share',
  'unhardened-reachable-share',
  'live-interface-share',
  'unexplained-share',
]);

/**
 * Dimensions for the age of a target, computed with the advisory database. They are not part of
 * scores.
 */
export const SURFACE_AGES: ReadonlySet<SurfaceId> = new Set([
  'packages-behind',
  'age-days',
  'end-of-life-days',
]);

/**
 * Attack surface after Manadhata and Wing: sums of damage over effort. Less is better; a member is
 * absent if it is unknown.
 */
export interface SurfaceScores {
  /** Programs, weighted by the effort to run them from the entry point. */
  readonly methodsFromEntry?: number;
  /** Programs as an intruder inside the container sees them. */
  readonly methodsInside: number;
  readonly channels?: number;
  readonly data: number;
}

/** States of a password. `unknown`: the shadow file has no entry for the account. */
export const PASSWORD_STATES = ['empty', 'locked', 'set', 'unknown'] as const;

/** An account of the system; its password is never stored. */
export interface Account {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
  /** Path of the shell; empty: the default one. */
  readonly shell: string;
  readonly password: (typeof PASSWORD_STATES)[number];
  /** Absent in results of versions that did not read it, and so is the comment. */
  readonly home?: string;
  /** The GECOS field. */
  readonly comment?: string;
}

/** A file with a secret, or with the name of one; never its content. */
export interface SecretFile {
  readonly kind: string;
  readonly path: string;
  /** Absent for a directory. */
  readonly layer?: Digest;
  /** Whether a later layer hides or replaces it: it can still be pulled. */
  readonly isHidden: boolean;
  /** Whether its content shows that it is a secret. */
  readonly isVerified: boolean;
  /**
   * Keyed hash of the whole file, by which the same file is recognized elsewhere; absent without a
   * key.
   */
  readonly fingerprint?: string;
}

export interface Surface {
  /** In the order of {@link SURFACE_IDS}. */
  readonly dimensions: readonly SurfaceDimension[];
  /** Absent in results of versions without scores. */
  readonly scores?: SurfaceScores;
  /** In the order of `/etc/passwd`; absent if it was not read, as by versions without accounts. */
  readonly accounts?: readonly Account[];
  /** By path, then by layer; absent in results of versions without details. */
  readonly secrets?: readonly SecretFile[];
}
