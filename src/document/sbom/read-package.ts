import type { InventoryPackage } from '../../core/inventory.ts';
import type { OwnPackage } from './own-properties.ts';

/** A package as a document tells it. Its key is its id in the document. */
export interface ReadPackage {
  readonly package: InventoryPackage;
  /** Absent where another program wrote the record. */
  readonly own?: OwnPackage;
}

/** What the fields of every format hold of a package of ours. */
export interface WrittenFields {
  readonly key: string;
  readonly name: string;
  readonly version: string;
  readonly purl: string;
}

/** A package that we wrote: all but these fields stands in properties of our own. */
export function packageWeWrote(fields: WrittenFields, own: OwnPackage): ReadPackage {
  const { key, name, version, purl } = fields;
  const told: InventoryPackage = {
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
  return { package: { ...told, ...own.members, key }, own };
}
