import { compareText } from '../../foundation/core/compare-text.ts';
import { measureCoverage } from '../../foundation/core/coverage.ts';
import type { Decision } from '../../foundation/core/decision.ts';
import { defined } from '../../foundation/core/defined.ts';
import { isExecutableFile } from '../../foundation/core/executable-file.ts';
import {
  type Finding,
  isExploited,
  SEVERITIES,
  type SeverityWord,
} from '../../foundation/core/finding.ts';
import { type Inventory, type InventoryFile, isComplete } from '../../foundation/core/inventory.ts';
import { formatTargetTitle } from '../../foundation/core/target-title.ts';
import {
  type FindingCounts,
  REACH_BANDS,
  type ReachBand,
  type Side,
  type SideCoverage,
} from './difference.ts';
import { detectFileOrigin } from './file-changes.ts';
import { findFileOwners } from './file-owners.ts';
import type { Result } from './finding-changes.ts';
import { readConfigTexts, readCreationTime } from './image-config.ts';

/** Counts one target; of its files only those that can be compared with the other's. */
export function countSide(result: Result, files: readonly InventoryFile[]): Side {
  const { inventory, findings } = result;
  const { target, packages, layerBytes, distro } = inventory;
  const library = detectCLibrary(inventory);
  const created = readCreationTime(target);
  const user =
    target.kind === 'image' ? String(readConfigTexts(inventory).get('User') ?? 'root') : undefined;
  const counts = countFindings(result);
  const builtAt = findings.database?.builtAt;
  const system = distro?.prettyName ?? distro?.name ?? distro?.id;
  return {
    name: result.name ?? readTag(target) ?? target.name,
    kind: target.kind,
    ...(target.kind === 'image'
      ? {
          digest: target.manifestDigest,
          platform: [target.os, target.architecture, target.variant].filter(Boolean).join('/'),
        }
      : {}),
    ...defined({ system, createdAt: created }),
    packages: packages.length,
    packagesByType: countWords(packages.map(({ type }) => type)),
    ...countFiles(inventory, files),
    ...(layerBytes.length === 0 ? {} : { layerBytes: addNumbers(layerBytes) }),
    ...defined({ cLibrary: library, user, databaseBuiltAt: builtAt, findings: counts }),
    coverage: toCoverageSide(result),
    bytesByPackage: sumBytesByPackage(inventory, files),
  };
}

/** Returns the tag of an image if that is its title; a path is only shortened for display. */
function readTag(target: Inventory['target']): string | undefined {
  const title = formatTargetTitle(target);
  return target.kind === 'image' && target.tags.includes(title) ? title : undefined;
}

/** A document may list no files, or no properties of executables: that does not mean zero. */
function countFiles(
  inventory: Inventory,
  files: readonly InventoryFile[],
): Pick<Side, 'executables' | 'files' | 'fileBytes'> {
  const regular = files.filter(({ type }) => type === 'regular');
  const executables = files.filter(isExecutableFile).length;
  return {
    ...(executables > 0 || detectFileOrigin(inventory) === 'itself' ? { executables } : {}),
    ...(detectFileOrigin(inventory) === 'none'
      ? {}
      : {
          files: regular.length,
          fileBytes: addNumbers(regular.map(({ sizeBytes }) => sizeBytes)),
        }),
  };
}

function countWords(words: readonly string[]): Readonly<Record<string, number>> {
  const groups = [...Map.groupBy(words, (word) => word)];
  return Object.fromEntries(
    groups
      .map(([word, list]) => [word, list.length] as const)
      .sort(([left], [right]) => compareText(left, right)),
  );
}

function addNumbers(numbers: readonly number[]): number {
  return numbers.reduce((sum, each) => sum + each, 0);
}

/** File names of dynamic loaders, by C library. */
const LOADERS = [
  ['musl', /\/ld-musl-[^/]+$/],
  ['glibc', /\/ld-linux[^/]*$|\/ld64\.so\.[0-9]+$/],
] as const;

/** Packages of systems that contain the loader, for documents that do not list files. */
const LOADER_PACKAGES: ReadonlyMap<string, Side['cLibrary']> = new Map([
  ['musl', 'musl'],
  ['libc6', 'glibc'],
  ['glibc', 'glibc'],
]);

function detectCLibrary(inventory: Inventory): Side['cLibrary'] {
  const found = LOADERS.find(([, pattern]) =>
    inventory.files.some((file) => isExecutableFile(file) && pattern.test(file.path)),
  );
  return found === undefined && detectFileOrigin(inventory) !== 'itself'
    ? findPackagedCLibrary(inventory)
    : found?.[0];
}

/** Returns `undefined` if packages of both are installed: only files show which one is used. */
function findPackagedCLibrary({ packages }: Inventory): Side['cLibrary'] {
  const libraries = packages.flatMap(({ name, language }) =>
    language === '' ? (LOADER_PACKAGES.get(name) ?? []) : [],
  );
  const [library, ...others] = new Set(libraries);
  return others.length === 0 ? library : undefined;
}

function countFindings({ findings, inventory }: Result): FindingCounts | undefined {
  const { database, findings: open, dispositioned = [], unevaluated } = findings;
  if (database === undefined) {
    return undefined;
  }
  const known = new Set(inventory.packages.map(({ key }) => key));
  return {
    total: open.length,
    bySeverity: countBySeverity(open),
    byReach: countByReach(open),
    exploited: open.filter(isExploited).length,
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

function countBySeverity(findings: readonly Finding[]): Readonly<Record<SeverityWord, number>> {
  const counts = { unknown: 0, negligible: 0, low: 0, medium: 0, high: 0, critical: 0 };
  for (const { severity } of findings) {
    counts[severity] += 1;
  }
  return counts;
}

function countByReach(findings: readonly Finding[]): FindingCounts['byReach'] {
  const [reachable, possible, present, unknown] = REACH_BANDS.map((band) =>
    countBySeverity(findings.filter((finding) => toBand(finding.reach) === band)),
  );
  const none = countBySeverity([]);
  return {
    reachable: reachable ?? none,
    possible: possible ?? none,
    present: present ?? none,
    unknown: unknown ?? none,
  };
}

export function toBand(reach: Finding['reach']): ReachBand {
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

function toCoverageSide({ inventory, findings }: Result): SideCoverage {
  const { verdict, reasons, explainedShare } = measureCoverage(
    inventory,
    findings.database === undefined ? undefined : findings,
  );
  const unreadable = explainUnreadable(inventory);
  return {
    verdict,
    reasons: reasons.map(({ reason }) => reason),
    ...defined({ explainedShare, unreadable }),
  };
}

function explainUnreadable(inventory: Inventory): string | undefined {
  if (!isComplete(inventory)) {
    return 'some of its files could not be read';
  }
  return inventory.packages.length === 0 ? 'it has no packages' : undefined;
}

/** The largest first; of equal size by name. */
function sumBytesByPackage(
  inventory: Inventory,
  files: readonly InventoryFile[],
): Side['bytesByPackage'] {
  const owners = findFileOwners(inventory);
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
