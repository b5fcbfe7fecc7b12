import { defined } from '../../foundation/core/defined.ts';
import type { InventoryPackage, Relationship } from '../../foundation/core/inventory.ts';
import type { Limits } from '../../foundation/core/limits.ts';
import type { DocumentProblems } from '../../foundation/syntax/json/document-records.ts';
import type { OwnInventory } from './own-properties.ts';
import type { ReadPackage } from './read-package.ts';

/** Each location of a package is evidence of it. */
export function createEvidenceEdges(packages: readonly InventoryPackage[]): Relationship[] {
  return packages.flatMap(({ key, locations }) =>
    locations.map((location): Relationship => ({ kind: 'evident-by', from: key, location })),
  );
}

/** Our own properties define ownership by the keys of the packages. */
export function createOwnershipEdges(found: readonly ReadPackage[]): Relationship[] {
  const idByKey = new Map(
    found.flatMap(({ package: { key }, own }) =>
      own === undefined ? [] : [[own.key, key] as const],
    ),
  );
  return found.flatMap(({ package: { key: from }, own }) =>
    (own?.ownedPackages ?? []).flatMap(({ key, paths, proof }): Relationship[] => {
      const to = idByKey.get(key);
      return to === undefined
        ? []
        : [{ kind: 'owns-package', from, to, paths, ...defined({ proof }) }];
    }),
  );
}

/** Our own properties define contained files by their indexes in the list. */
export function createContainmentEdges(
  found: readonly ReadPackage[],
  files: OwnInventory['files'],
  context: { readonly limits: Limits; readonly problems: DocumentProblems },
): Relationship[] {
  return boundEdges(findContainments(found, files), context);
}

/** A range may be arbitrarily long; only existing places are visited. */
function* findContainments(
  found: readonly ReadPackage[],
  files: OwnInventory['files'],
): Generator<Relationship> {
  const places = [...files.keys()];
  const end = places.at(-1) ?? -1;
  for (const { package: one, own } of found) {
    for (const [first, last] of own?.containedFiles ?? []) {
      for (let place = first; place <= Math.min(last, end); place += 1) {
        const file = files.get(place);
        if (file !== undefined) {
          const { path, layer } = file;
          const edge = { kind: 'contains-file', from: one.key, path } as const;
          yield layer === undefined ? edge : { ...edge, layer };
        }
      }
    }
  }
}

/**
 * Edges in a list, at most `documentRecordsMax`: a few records may each have all others at their
 * ends.
 */
export function boundEdges<T>(
  edges: Iterable<T>,
  { limits, problems }: { readonly limits: Limits; readonly problems: DocumentProblems },
): T[] {
  const kept: T[] = [];
  for (const edge of edges) {
    if (kept.length >= limits.documentRecordsMax) {
      problems.note(
        'P_LIMIT',
        'some edges were not read: the document exceeds the limit documentRecordsMax',
      );
      break;
    }
    kept.push(edge);
  }
  return kept;
}
