import { compareText } from '../core/compare-text.ts';
import { measureCoverage } from '../core/coverage.ts';
import type { Decision } from '../core/decision.ts';
import { defined } from '../core/defined.ts';
import { isExecutableFile } from '../core/executable-file.ts';
import { type Finding, SEVERITIES, type SeverityWord } from '../core/finding.ts';
import { type Inventory, type InventoryFile, isComplete } from '../core/inventory.ts';
import {
  type FindingCounts,
  REACH_BANDS,
  type ReachBand,
  type Side,
  type SideCoverage,
} from './difference.ts';
import { listsFiles } from './file-changes.ts';
import { fileOwners } from './file-owners.ts';
import type { Result } from './finding-changes.ts';
import { configTexts, createdAt } from './image-config.ts';

/** Counts one target; of its files only those that can be compared with the other's. */
export function sideOf(result: Result, files: readonly InventoryFile[]): Side {
  const { inventory, findings } = result;
  const { target, packages, layerBytes, distro } = inventory;
  const library = cLibraryOf(inventory);
  const created = createdAt(target);
  const user =
    target.kind === 'image' ? String(configTexts(inventory).get('User') ?? 'root') : undefined;
  const counts = findingCounts(result);
  const builtAt = findings.database?.builtAt;
  const system = distro?.prettyName ?? distro?.name ?? distro?.id;
  return {
    name: result.name ?? target.name,
    kind: target.kind,
    ...(target.kind === 'image'
      ? {
          digest: target.manifestDigest,
          platform: [target.os, target.architecture, target.variant].filter(Boolean).join('/'),
        }
      : {}),
    ...defined({ system, createdAt: created }),
    packages: packages.length,
    packagesByType: countBy(packages.map(({ type }) => type)),
    ...fileCounts(inventory, files),
    ...(layerBytes.length === 0 ? {} : { layerBytes: sumOf(layerBytes) }),
    ...defined({ cLibrary: library, user, databaseBuiltAt: builtAt, findings: counts }),
    coverage: coverageSide(result),
    bytesByPackage: bytesByPackage(inventory, files),
  };
}

/** A document may list no files, or no properties of executables: that does not mean zero. */
function fileCounts(
  inventory: Inventory,
  files: readonly InventoryFile[],
): Pick<Side, 'executables' | 'files' | 'fileBytes'> {
  const regular = files.filter(({ type }) => type === 'regular');
  const executables = files.filter(isExecutableFile).length;
  return {
    ...(executables > 0 || listsFiles(inventory) === 'itself' ? { executables } : {}),
    ...(listsFiles(inventory) === 'none'
      ? {}
      : { files: regular.length, fileBytes: sumOf(regular.map(({ sizeBytes }) => sizeBytes)) }),
  };
}

function countBy(words: readonly string[]): Readonly<Record<string, number>> {
  const groups = [...Map.groupBy(words, (word) => word)];
  return Object.fromEntries(
    groups
      .map(([word, list]) => [word, list.length] as const)
      .sort(([left], [right]) => compareText(left, right)),
  );
}

function sumOf(numbers: readonly number[]): number {
  return numbers.reduce((sum, each) => sum + each, 0);
}

/** File names of dynamic loaders, by C library. */
const LOADERS = [
  ['musl', /\/ld-musl-[^/]+$/],
  ['glibc', /\/ld-linux[^/]*$|\/ld64\.so\.[0-9]+$/],
] as const;

function cLibraryOf({ files }: Inventory): Side['cLibrary'] {
  const found = LOADERS.find(([, pattern]) =>
    files.some((file) => isExecutableFile(file) && pattern.test(file.path)),
  );
  return found?.[0];
}

function findingCounts({ findings, inventory }: Result): FindingCounts | undefined {
  const { database, findings: open, dispositioned = [], unevaluated } = findings;
  if (database === undefined) {
    return undefined;
  }
  const known = new Set(inventory.packages.map(({ key }) => key));
  return {
    total: open.length,
    bySeverity: bySeverity(open),
    byReach: byReach(open),
    exploited: open.filter(({ matches }) => matches.some(({ exploited }) => exploited.length > 0))
      .length,
    fixable: open.filter(({ fixState }) => fixState === 'fixed').length,
    unjustified: open.filter(({ decisions = [] }) => decisions.every(isSuggestion)).length,
    suggested: open.filter(
      ({ decisions = [] }) => decisions.length > 0 && decisions.every(isSuggestion),
    ).length,
    setAside: dispositioned.length,
    unevaluatedPackages: new Set(
      unevaluated.map(({ packageKey }) => packageKey).filter((key) => known.has(key)),
    ).size,
  };
}

function isSuggestion({ effect }: Decision): boolean {
  return effect === 'suggestion';
}

function bySeverity(findings: readonly Finding[]): Readonly<Record<SeverityWord, number>> {
  const counts = { unknown: 0, negligible: 0, low: 0, medium: 0, high: 0, critical: 0 };
  for (const { severity } of findings) {
    counts[severity] += 1;
  }
  return counts;
}

function byReach(findings: readonly Finding[]): FindingCounts['byReach'] {
  const [reachable, possible, present, unknown] = REACH_BANDS.map((band) =>
    bySeverity(findings.filter((finding) => bandOf(finding.reach) === band)),
  );
  const none = bySeverity([]);
  return {
    reachable: reachable ?? none,
    possible: possible ?? none,
    present: present ?? none,
    unknown: unknown ?? none,
  };
}

export function bandOf(reach: Finding['reach']): ReachBand {
  switch (reach) {
    case 'required':
    case 'likely':
      return 'reachable';
    case 'possible':
    case 'data':
    case 'tainted':
      return 'possible';
    case 'unreachable':
      return 'present';
    default:
      return 'unknown';
  }
}

function coverageSide({ inventory, findings }: Result): SideCoverage {
  const { verdict, reasons, explainedShare } = measureCoverage(
    inventory,
    findings.database === undefined ? undefined : findings,
  );
  const unreadable = unreadableOf(inventory);
  return {
    verdict,
    reasons: reasons.map(({ reason }) => reason),
    ...defined({ explainedShare, unreadable }),
  };
}

function unreadableOf(inventory: Inventory): string | undefined {
  if (!isComplete(inventory)) {
    return 'some of its files could not be read';
  }
  return inventory.packages.length === 0 ? 'it has no packages' : undefined;
}

/** The largest first; of equal size by name. */
function bytesByPackage(
  inventory: Inventory,
  files: readonly InventoryFile[],
): Side['bytesByPackage'] {
  const owners = fileOwners(inventory);
  const bytes = new Map<string, number>();
  for (const { path, type, sizeBytes } of files) {
    if (type === 'regular') {
      const name = owners.get(path)?.name ?? '';
      bytes.set(name, (bytes.get(name) ?? 0) + sizeBytes);
    }
  }
  return [...bytes]
    .map(([name, total]) => ({ name, bytes: total }))
    .sort((left, right) => right.bytes - left.bytes || compareText(left.name, right.name));
}

/** Severities in descending order, for tables. */
export const SEVERITIES_DOWN: readonly SeverityWord[] = SEVERITIES.toReversed();
