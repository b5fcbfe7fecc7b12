import { assert } from '../../foundation/core/assert.ts';
import type { InventoryPackage } from '../../foundation/core/inventory.ts';
import type { Scheme } from '../../foundation/core/scheme.ts';
import { findSchemeByName } from '../../foundation/version/scheme-by-name.ts';

type Versioned = Pick<InventoryPackage, 'type' | 'version'>;

/** Compares by the order of the ecosystem; `undefined` if one of the versions is invalid there. */
export function compareVersions(before: Versioned, after: Versioned): -1 | 0 | 1 | undefined {
  const scheme = chooseScheme(before);
  const left = scheme.parse(before.version);
  const right = scheme.parse(after.version);
  return left === undefined || right === undefined || scheme.isUnordered === true
    ? undefined
    : scheme.compare(left, right);
}

function chooseScheme({ type }: Versioned): Scheme<unknown> {
  const scheme = findSchemeByName(type) ?? findSchemeByName('fuzzy');
  assert(scheme !== undefined, 'a scheme for versions of no scheme');
  return scheme;
}

/** Sorts packages of one type; versions that are invalid in the ecosystem come last. */
export function compareForSorting(left: Versioned, right: Versioned): number {
  const order = compareVersions(left, right);
  return order ?? Number(!isVersion(left)) - Number(!isVersion(right));
}

function isVersion(item: Versioned): boolean {
  return chooseScheme(item).parse(item.version) !== undefined;
}
