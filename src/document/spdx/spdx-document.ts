import type { DocumentFacts } from '../../core/document.ts';
import type { PackageDigest, PackageParty } from '../../core/package.ts';
import type { NotTaken } from '../../syntax/json/not-taken.ts';
import type { Properties } from '../sbom/property.ts';

// An SPDX document in the terms of any of its versions and notations, as far as it is read.

export interface SpdxDocument {
  readonly name: string;
  /** Absent where the notation does not tell. */
  readonly about?: DocumentFacts;
  /** Absent where the notation does not tell. */
  readonly notTaken?: () => NotTaken;
  /** Packages, and records that are none. */
  readonly packages: readonly unknown[];
  readonly files: readonly unknown[];
  readonly relationships: readonly unknown[];
  readPackage(record: unknown): SpdxPackage | undefined;
  readFile(record: unknown): SpdxFile | undefined;
  /** Several where one record holds several; `undefined` where it cannot be understood. */
  readRelationship(record: unknown): Iterable<SpdxRelationship> | undefined;
}

export interface SpdxPackage {
  readonly id: string;
  readonly name: string;
  readonly version: string;
  /** The first one; empty where there is none. */
  readonly purl: string;
  readonly cpes: readonly string[];
  /** In lower case with dashes between words, e.g. `operating-system`. */
  readonly purpose: string;
  readonly sourceInfo: string;
  readonly licenses: readonly SpdxLicense[];
  /** Absent where the notation does not tell. */
  readonly supplier?: PackageParty;
  readonly originator?: PackageParty;
  /** What it is; empty where nothing is said. */
  readonly description: string;
  readonly homepage: string;
  readonly digests?: readonly PackageDigest[];
  /** What is written in annotations and the like as `Name: value`. */
  readonly remarks: Properties;
  /** Our own properties, empty where another program wrote the document. */
  readonly properties: Properties;
}

export interface SpdxLicense {
  /** An expression, or the name of a licence that SPDX does not list. */
  readonly value: string;
  readonly kind: 'declared' | 'concluded';
}

export interface SpdxFile {
  readonly id: string;
  readonly path: string;
  readonly layer?: string;
}

export interface SpdxRelationship {
  /** `dependency-of`: `to` needs `from`. */
  readonly kind: 'contains' | 'dependency-of' | 'describes' | 'other';
  readonly from: string;
  readonly to: string;
  readonly comment: string;
}

/** Words that stand where nothing is said. SPDX 2.3, 7. */
export function isSaid(text: string): boolean {
  return text !== '' && text !== 'NOASSERTION' && text !== 'NONE';
}
