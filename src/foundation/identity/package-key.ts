import { hash } from 'node:crypto';
import { compareText } from '../core/compare-text.ts';
import type { Location, Package } from '../core/package.ts';

const KEY_DIGITS = 16;

/**
 * Returns the key of a package: the first 16 hexadecimal digits of the SHA-256 of a JSON array in
 * UTF-8. The array contains its type, its package URL (or, if it has none, its name and version),
 * and the paths of its primary evidence, without duplicates and sorted by UTF-16 code unit. The
 * recipe is stable: the same package has the same key in every run, machine and version of
 * plimsoll. Packages of one inventory with equal keys are the same package.
 */
export function computePackageKey(subject: Package): string {
  const identity = subject.purl === '' ? [subject.name, subject.version] : [subject.purl];
  const recipe = JSON.stringify([subject.type, identity, listPrimaryPaths(subject.locations)]);
  return hash('sha256', recipe, 'hex').slice(0, KEY_DIGITS);
}

function listPrimaryPaths(locations: readonly Location[]): readonly string[] {
  if (locations.length === 0) {
    return [];
  }
  const paths = new Set(
    locations
      .filter((location) => location.evidence === 'primary')
      .map((location) => location.path),
  );
  return [...paths].sort(compareText);
}
