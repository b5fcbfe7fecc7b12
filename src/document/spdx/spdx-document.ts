import type { DocumentFacts } from '../../foundation/core/document.ts';
import type { PackageDigest, PackageParty } from '../../foundation/core/package.ts';
import type { NotTaken } from '../../foundation/syntax/json/not-taken.ts';
import type { Properties } from '../sbom/property.ts';

// The readable parts of an SPDX document, for all versions and notations.

export interface SpdxDocument {
  readonly name: string;
  /** Absent if the notation does not have it. */
  readonly about?: DocumentFacts;
  /** Absent if the notation does not have it. */
  readonly countOmitted?: () => NotTaken;
  /** Packages and other records. */
  readonly packages: readonly unknown[];
  readonly files: readonly unknown[];
  readonly relationships: readonly unknown[];
  readPackage(record: unknown): SpdxPackage | undefined;
  readFile(record: unknown): SpdxFile | undefined;
  /** Returns several relationships if one record holds several; `undefined` if it is malformed. */
  readRelationship(record: unknown): Iterable<SpdxRelationship> | undefined;
}

export interface SpdxPackage {
  readonly id: string;
  readonly name: string;
  readonly version: string;
  /** The first one; empty if there is none. */
  readonly purl: string;
  /** The others; a package should have only one. */
  readonly otherPurls: readonly string[];
  readonly cpes: readonly string[];
  /** In lower case with dashes between words, such as `operating-system`. */
  readonly purpose: string;
  readonly sourceInfo: string;
  /** Absent if the notation does not have it. */
  readonly comment?: string;
  readonly licenses: readonly SpdxLicense[];
  /** Absent if the notation does not have it. */
  readonly supplier?: PackageParty;
  readonly originator?: PackageParty;
  /** Description; empty if there is none. */
  readonly description: string;
  readonly homepage: string;
  readonly digests?: readonly PackageDigest[];
  /** Values in annotations and similar fields as `Name: value`. */
  readonly remarks: Properties;
  /** The properties that plimsoll writes; empty if another program wrote the document. */
  readonly properties: Properties;
}

export interface SpdxLicense {
  /** An expression, or the name of a license outside of the SPDX list. */
  readonly value: string;
  readonly kind: 'declared' | 'concluded';
}

export interface SpdxFile {
  readonly id: string;
  readonly path: string;
  readonly layer?: string;
}

export interface SpdxRelationship {
  /** `dependency-of`: `to` needs `from`. `generated-from`: `to` is the source of `from`. */
  readonly kind: 'contains' | 'dependency-of' | 'describes' | 'generated-from' | 'other';
  readonly from: string;
  readonly to: string;
  readonly comment: string;
}

/** Values that stand for a missing one. SPDX 2.3, 7. */
export function isStated(text: string): boolean {
  return text !== '' && text !== 'NOASSERTION' && text !== 'NONE';
}
