import type { Budget } from '../../../foundation/core/budget.ts';
import type { DependencyEdge, FileView } from '../../../foundation/core/cataloger.ts';
import type { Package } from '../../../foundation/core/package.ts';
import { resolveRequirements } from '../../ecosystem/resolve-requirements.ts';
import type { RpmRecord } from '../../ecosystem/rpm/rpm-record.ts';

/**
 * Returns edges by exact names: the names that a package provides (its own, its capabilities, and
 * its existing files) are compared with the requirements of others. Boolean dependencies, which
 * begin with a parenthesis, need rpm's own solver and are left out.
 */
export function createDependencyEdges(
  recordOf: ReadonlyMap<Package, RpmRecord>,
  view: FileView,
  budget: Budget,
): DependencyEdge[] {
  return resolveRequirements(
    [...recordOf].map(([item, record]) => ({
      item,
      provides: [record.name, ...record.provides.filter(isPlain), ...presentPaths(record, view)],
      requires: record.requires.filter(isPlain),
    })),
    budget,
  );
}

function presentPaths(record: RpmRecord, view: FileView): string[] {
  return record.files.map(({ path }) => path).filter((path) => view.resolve(path) !== undefined);
}

function isPlain(capability: string): boolean {
  return capability !== '' && !capability.trimStart().startsWith('(');
}
