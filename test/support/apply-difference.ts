import { compareText } from '../../src/foundation/core/compare-text.ts';
import type {
  FileChange,
  FileRef,
  PackageChange,
  PackageRef,
} from '../../src/hardening/compare/difference.ts';

/** Creates the packages of the second target from those of the first, sorted by key. */
export function applyPackages(
  changes: readonly PackageChange[],
  packages: readonly PackageRef[],
): readonly PackageRef[] {
  const byKey = new Map(packages.map((one) => [one.key, one]));
  for (const { before } of changes) {
    byKey.delete(before?.key ?? '');
  }
  for (const { after } of changes) {
    if (after !== undefined) {
      byKey.set(after.key, after);
    }
  }
  return [...byKey.values()].sort((left, right) => compareText(left.key, right.key));
}

/** Creates the files of the second target from those of the first, sorted by path. */
export function applyFiles(
  changes: readonly FileChange[],
  files: readonly FileRef[],
): readonly FileRef[] {
  const byPath = new Map(files.map((one) => [one.path, one]));
  for (const { before } of changes) {
    byPath.delete(before?.path ?? '');
  }
  for (const { after } of changes) {
    if (after !== undefined) {
      byPath.set(after.path, after);
    }
  }
  return [...byPath.values()].sort((left, right) => compareText(left.path, right.path));
}
