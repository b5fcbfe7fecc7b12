import { hash } from 'node:crypto';
import type { Property } from '../sbom/sbom-property.ts';

// Common parts of every element of an SPDX 3 document.

export const CREATION_ID = '_:creation';

/** Creates the address of an element from its name in the document. */
export type Address = (id: string) => string;

export interface ElementHead {
  readonly type: string;
  readonly spdxId: string;
  readonly creationInfo: string;
}

export function createElement(type: string, spdxId: string): ElementHead {
  return { type, spdxId, creationInfo: CREATION_ID };
}

/** Data without an SPDX field, in the extension adopted from CycloneDX. */
export function createExtension(properties: readonly Property[]): object[] | undefined {
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

export function shortenDigest(text: string): string {
  return hash('sha256', text, 'hex').slice(0, DIGEST_DIGITS);
}
