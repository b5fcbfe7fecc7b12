import {
  ARCHITECTURES_READ_KEY,
  PRODUCTS_READ_KEY,
  toEcosystemReadKey,
  toFactReadKey,
  toPackageReadKey,
  toProductReadKey,
  toRecordReadKey,
  toSystemPresenceKey,
  toSystemReadKey,
} from '../advisory/read-key.ts';
import type { Lookup } from './lookup.ts';

/** A look-up that records the keys of all requests, also of those that find nothing. */
export interface RecordingLookup {
  readonly lookup: Lookup;
  /** Returns the keys since the last call. */
  takeKeys(): ReadonlySet<string>;
}

/**
 * Records the requests to a look-up: everything in the database that a result depends on, besides
 * the releases in the context. Prefetching is not a request.
 */
export function recordLookup(lookup: Lookup): RecordingLookup {
  let keys = new Set<string>();
  const recording: Lookup = {
    ...lookup,
    findSystemPackage(system, ecosystem, name) {
      keys.add(toSystemReadKey(system, ecosystem, name)).add(toEcosystemReadKey(ecosystem));
      return lookup.findSystemPackage(system, ecosystem, name);
    },
    findPackage(ecosystem, name) {
      keys.add(toPackageReadKey(ecosystem, name)).add(toEcosystemReadKey(ecosystem));
      return lookup.findPackage(ecosystem, name);
    },
    hasSystemPackages(system, ecosystem) {
      keys.add(toSystemPresenceKey(system, ecosystem)).add(toEcosystemReadKey(ecosystem));
      return lookup.hasSystemPackages(system, ecosystem);
    },
    hasPackages(ecosystem) {
      keys.add(toEcosystemReadKey(ecosystem));
      return lookup.hasPackages(ecosystem);
    },
    hasProducts() {
      keys.add(PRODUCTS_READ_KEY);
      return lookup.hasProducts();
    },
    findProduct(product) {
      keys.add(toProductReadKey(product));
      return lookup.findProduct(product);
    },
    readRecord(ref) {
      const record = lookup.readRecord(ref);
      keys.add(toRecordReadKey(record.provider, record.id));
      return record;
    },
    findRecord(provider, id) {
      keys.add(toRecordReadKey(provider, id));
      return lookup.findRecord(provider, id);
    },
    getFacts(cve) {
      keys.add(toFactReadKey(cve));
      return lookup.getFacts(cve);
    },
    get architectureAliases() {
      keys.add(ARCHITECTURES_READ_KEY);
      return lookup.architectureAliases;
    },
  };
  return {
    lookup: recording,
    takeKeys() {
      const taken = keys;
      keys = new Set();
      return taken;
    },
  };
}
