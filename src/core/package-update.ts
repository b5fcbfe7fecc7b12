import type { SeverityWord } from './finding.ts';

/** A package with a version that fixes some of its findings. */
export interface PackageUpdate {
  readonly name: string;
  readonly type: string;
  readonly installed: string;
  /** The lowest version that fixes all findings that have a fix. */
  readonly version: string;
  /** Number of findings that the update fixes. */
  readonly fixes: number;
  /** The highest severity among them. */
  readonly severity: SeverityWord;
}
