import type { InventoryPackage } from '../../foundation/core/inventory.ts';
import type { OwnPackage } from './own-properties.ts';

/** A package in a document. Its key is its ID in the document. */
export interface ReadPackage {
  readonly package: InventoryPackage;
  /** Absent if another program wrote the record. */
  readonly own?: OwnPackage;
}

/** Fields of our packages that every format holds. */
export interface WrittenFields {
  readonly key: string;
  readonly name: string;
  readonly version: string;
  readonly purl: string;
}

/** Restores a package that we wrote: all other members are in our own properties. */
export function restorePackage(fields: WrittenFields, own: OwnPackage): ReadPackage {
  const { key, name, version, purl } = fields;
  const declared: InventoryPackage = {
    key,
    name,
    version,
    type: '',
    language: '',
    purl,
    foundBy: '',
    rule: '',
    confidence: 1,
    locations: [],
    licenses: [],
    cpes: [],
    upstreams: [],
    ownedFiles: [],
  };
  return { package: { ...declared, ...own.members, key }, own };
}
