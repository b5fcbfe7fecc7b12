import { hash } from 'node:crypto';
import type { Property } from '../sbom/sbom-property.ts';

// Parts that every element of a document of SPDX 3 has.

export const CREATION_ID = '_:creation';

/** Makes the address of an element out of what is its name inside the document. */
export type Address = (id: string) => string;

export interface ElementHead {
  readonly type: string;
  readonly spdxId: string;
  readonly creationInfo: string;
}

export function element(type: string, spdxId: string): ElementHead {
  return { type, spdxId, creationInfo: CREATION_ID };
}

/** What SPDX has no field for, in the extension that it took over from CycloneDX. */
export function extensionOf(properties: readonly Property[]): object[] | undefined {
  if (properties.length === 0) {
    return undefined;
  }
  const entries = properties.map(({ name, value }) => ({
    type: 'extension_CdxPropertyEntry',
    extension_cdxPropName: name,
    extension_cdxPropValue: value,
  }));
  return [{ type: 'extension_CdxPropertiesExtension', extension_cdxProperty: entries }];
}

const DIGEST_DIGITS = 16;

export function shortDigest(text: string): string {
  return hash('sha256', text, 'hex').slice(0, DIGEST_DIGITS);
}
