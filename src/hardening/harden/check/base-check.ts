import type { CopyLine } from './copy-lines.ts';

/** `yes`: the application's own files run on the base image; `yes-with`: with more files. */
export const CHECK_RESULTS = ['yes', 'yes-with', 'no', 'unknown'] as const;

export type CheckResult = (typeof CHECK_RESULTS)[number];

/** Kinds of needs of an application that a base image may meet. */
export const CHECK_KINDS = [
  'machine',
  'loader',
  'library',
  'version',
  'interpreter',
  'command',
  'file',
  'user',
  'directory',
] as const;

export type CheckKind = (typeof CHECK_KINDS)[number];

/** One need, with the file that has it and the text that shows it. */
export interface CheckItem {
  readonly kind: CheckKind;
  /** Such as `libpcre2-8.so.0`, `GLIBC_2.34` or a path. */
  readonly name: string;
  /**
   * `present`: the base image has it; `copied`: a copy from the application's image supplies it;
   * `missing`: nothing can supply it; `unknown`: it cannot be decided.
   */
  readonly state: 'present' | 'copied' | 'missing' | 'unknown';
  /** Real path in the application's image, or `(config)`. */
  readonly neededBy: string;
  /** The exact text in that file. */
  readonly witness: string;
  /** A phrase without a full stop; empty if there is nothing to add. */
  readonly detail: string;
}

/** A package of the application's image. */
export interface CopiedPackage {
  readonly key: string;
  readonly name: string;
  readonly version: string;
}

/** The answer to whether an application runs on another base image. */
export interface BaseCheck {
  readonly result: CheckResult;
  /** Name of the base image. */
  readonly base: string;
  /** Why the result is `unknown`, as sentences without full stops. */
  readonly doubts: readonly string[];
  /** Missing ones first; present ones only for libraries, loaders and interpreters. */
  readonly items: readonly CheckItem[];
  /** The application's own files, as lines of a Dockerfile. */
  readonly own: readonly CopyLine[];
  /** Further files from the application's image, the smallest first. */
  readonly added: readonly CopyLine[];
  /** Packages of the same release that supply the added files; empty if the releases differ. */
  readonly packages: readonly string[];
  /**
   * Packages of the operating system of which code or half of the files are copied. Copies have no
   * record, so a scan of the result may not list these packages.
   */
  readonly copiedFrom: readonly CopiedPackage[];
  /** `uid:gid` if the base image does not have the user by name. */
  readonly user?: string;
  /** Path of the program to start, if a copy of the link that the image starts would not run. */
  readonly program?: string;
  /** Number of places in the application that no rule can follow. */
  readonly bets: number;
}

/** Returns a sentence about packages without a record in the result; `undefined` if there are none. */
export function describeCopied({ copiedFrom }: Pick<BaseCheck, 'copiedFrom'>): string | undefined {
  const names = copiedFrom.map(({ name, version }) => `${name} ${version}`);
  return names.length === 0
    ? undefined
    : `Copies have no record: scans may not list ${names.join(', ')}`;
}
