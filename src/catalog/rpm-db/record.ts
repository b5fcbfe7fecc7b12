import type { VisibleFact } from '../../core/cataloger.ts';

/** A file as a package's header lists it. */
export interface RpmFile {
  readonly path: string;
  readonly mode: number;
  readonly sizeBytes: number;
  readonly digest: string;
  readonly userName: string;
  readonly groupName: string;
  readonly flags: number;
}

/** What a signature says, in the words of rpm's `pgpsig` format. */
export interface RpmSignature {
  readonly algo: string;
  readonly hash: string;
  readonly created: string;
  readonly issuer: string;
}

/** One installed package, as plain data. */
export interface RpmRecord {
  readonly name: string;
  readonly version: string;
  readonly release: string;
  readonly epoch?: number;
  readonly architecture: string;
  readonly sourceRpm: string;
  readonly license: string;
  readonly vendor: string;
  readonly sizeBytes: number;
  /** Absent in manifests, which do not tell. */
  readonly modularityLabel?: string;
  readonly signatures: readonly RpmSignature[];
  readonly digestAlgorithm: string;
  readonly provides: readonly string[];
  readonly requires: readonly string[];
  readonly files: readonly RpmFile[];
}

export interface RpmFact {
  readonly records: readonly RpmRecord[];
}

export type VisibleRpm = VisibleFact<RpmFact>;
