import type { OperatingSystem } from '../core/advisory.ts';
import { foldCase } from '../core/fold-case.ts';
import { toKeyPart, toRecordKey, toReleaseKey } from './schema.ts';

/*
 * Keys of the questions that matching puts to a database. A change of the database is a set of the
 * same keys, so that the two are compared as texts. Names are folded as in the database.
 */

/** The statements about a package of a release. */
export function toSystemReadKey(system: OperatingSystem, ecosystem: string, name: string): string {
  return formatSystemReadKey(system.name, toReleaseKey(system), ecosystem, name);
}

/** The same by the parts of a key in a shard. */
export function formatSystemReadKey(...parts: readonly [string, string, string, string]): string {
  return joinParts('s', parts);
}

/** The statements about a package of an ecosystem. */
export function toPackageReadKey(ecosystem: string, name: string): string {
  return joinParts('n', [ecosystem, name]);
}

/** The statements about a product by CPE. */
export function toProductReadKey(product: string): string {
  return joinParts('c', [product]);
}

/** Whether a release has any statement about an ecosystem. */
export function toSystemPresenceKey(system: OperatingSystem, ecosystem: string): string {
  return formatSystemPresenceKey(system.name, toReleaseKey(system), ecosystem);
}

/** The same by the parts of a key in a shard. */
export function formatSystemPresenceKey(...parts: readonly [string, string, string]): string {
  return joinParts('h', parts);
}

/** Whether there is any statement about an ecosystem, and the ecosystem it is stored under. */
export function toEcosystemReadKey(ecosystem: string): string {
  return joinParts('e', [ecosystem]);
}

/** Whether there is any statement about a product. */
export const PRODUCTS_READ_KEY = 'p';

/** Other spellings of architectures. */
export const ARCHITECTURES_READ_KEY = 'a';

/** A provider's record of a vulnerability. */
export function toRecordReadKey(provider: string, id: string): string {
  return `r\0${toRecordKey(provider, id)}`;
}

/** The same by the key in a shard. */
export function formatRecordReadKey(recordKey: string): string {
  return `r\0${recordKey}`;
}

/** The facts about a vulnerability from any source. */
export function toFactReadKey(cve: string): string {
  return joinParts('f', [cve]);
}

function joinParts(kind: string, parts: readonly string[]): string {
  return `${kind}\0${parts.map((part) => toKeyPart(foldCase(part))).join('\0')}`;
}
