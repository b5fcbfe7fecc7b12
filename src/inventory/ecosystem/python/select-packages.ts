import { appendAll } from '../../../foundation/core/append-all.ts';
import type { ListedPackage } from '../package-list.ts';
import { mergeSameVersions } from '../package-list.ts';
import { findReachableNodes } from '../production-set.ts';
import { type PythonLocked, toExtraReference, toVersionReference } from './lock-file.ts';
import { normalizePythonName } from './python-name.ts';

/**
 * Returns the packages that production installs: those that their entries mark, and of these only
 * those reachable from `roots`, if there are roots. Requirements of an extra are included if the
 * extra is requested.
 */
export function selectPythonPackages(
  entries: readonly PythonLocked[],
  roots: readonly string[] | undefined,
): ListedPackage[] {
  const marked = entries.filter(({ isProduction }) => isProduction !== false);
  const needs = mapNeeds(marked);
  const isKnown = roots?.some((root) => needs.has(root)) ?? false;
  const reached = findReachableNodes(
    roots !== undefined && (isKnown || roots.length === 0)
      ? roots
      : marked.map(({ name }) => normalizePythonName(name)),
    (reference) => needs.get(reference) ?? [],
  );
  const kept = marked.flatMap(({ name, version, requires, extras, metadata }): ListedPackage[] => {
    const plain = normalizePythonName(name);
    const provides = [plain, toVersionReference(plain, version)];
    if (!provides.some((reference) => reached.has(reference))) {
      return [];
    }
    const forExtras = Object.entries(extras).flatMap(([extra, needed]) =>
      provides.some((reference) => reached.has(toExtraReference(reference, extra))) ? needed : [],
    );
    return [{ name: plain, version, provides, requires: [...requires, ...forExtras], metadata }];
  });
  // PDM repeats a package for each combination of its extras; the first entry is the one without
  // extras.
  return mergeSameVersions(kept);
}

/** Lists, because several versions of one package share its name. */
function mapNeeds(entries: readonly PythonLocked[]): ReadonlyMap<string, string[]> {
  const needs = new Map<string, string[]>();
  const addNeeds = (reference: string, needed: readonly string[]): void => {
    const known = needs.get(reference) ?? [];
    needs.set(reference, known);
    appendAll(known, needed);
  };
  for (const { name, version, requires, extras } of entries) {
    const plain = normalizePythonName(name);
    for (const reference of [plain, toVersionReference(plain, version)]) {
      addNeeds(reference, requires);
      for (const [extra, needed] of Object.entries(extras)) {
        addNeeds(toExtraReference(reference, extra), needed);
      }
    }
  }
  return needs;
}
