import { getBaseName } from './base-name.ts';
import { defined } from './defined.ts';
import { isExecutableFile } from './executable-file.ts';
import type { ExecutableCoverage, FileSummary } from './file-summary.ts';
import type { Findings } from './finding.ts';
import type { Inventory, InventoryFile } from './inventory.ts';
import { isRecognized } from './recognized.ts';

export const COVERAGE_VERDICTS = ['supported', 'partial', 'end-of-life', 'unsupported'] as const;

/**
 * Value of an answer about the target. `unsupported`: packages of the operating system cannot be
 * judged; `end-of-life`: its vendor publishes no more advisories; `partial`: something is missing;
 * `supported`: complete.
 */
export type CoverageVerdict = (typeof COVERAGE_VERDICTS)[number];

export interface Coverage extends ExecutableCoverage {
  readonly verdict: CoverageVerdict;
  /** Reasons why it is not `supported`. */
  readonly reasons: readonly CoverageReason[];
}

export interface CoverageReason {
  /** Subject of the reason; findings add `findings` and `database`, problems add `problems`. */
  readonly about:
    | 'package-database'
    | 'database'
    | 'findings'
    | 'packages'
    | 'problems'
    | 'executables';
  readonly verdict: CoverageVerdict;
  /** A sentence without a full stop. */
  readonly reason: string;
}

/** A smaller unexplained share may be an administrator's own script. */
const UNEXPLAINED_SHARE_MAX = 0.05;

/** If packages explain a smaller share, an empty list of findings means nothing. */
const EVALUATED_SHARE_MIN = 0.6;

/** Returns whether packages explain too little of the executables to evaluate the target. */
export function isBlind({ explainedShare = 1 }: Pick<Coverage, 'explainedShare'>): boolean {
  return explainedShare < EVALUATED_SHARE_MIN;
}

/**
 * Returns why an empty list of findings means nothing: packages explain too little of the target.
 * Formats that have no other place for it write it instead of an empty list.
 */
export function findBlindReason({ coverage }: { readonly coverage: Coverage }): string | undefined {
  return isBlind(coverage)
    ? coverage.reasons.find(({ about }) => about === 'executables')?.reason
    : undefined;
}

/**
 * Measures how complete the inventory and the look-ups are. Derived from them alone, so that a
 * target and its SBOM produce the same result.
 */
export function measureCoverage(inventory: Inventory, findings?: Findings): Coverage {
  const { looseLoader, ...summary } = summarizeFiles(inventory);
  const { bytes, unexplainedBytes } = summary;
  const executables = {
    ...summary,
    ...(bytes === 0 ? {} : { explainedShare: (bytes - unexplainedBytes) / bytes }),
  };
  const reasons = [
    ...findDatabaseLacks(looseLoader),
    ...findFindingsLacks(findings),
    ...findInventoryLacks(inventory, executables),
  ];
  const verdict =
    COVERAGE_VERDICTS.findLast((one) => reasons.some((lack) => lack.verdict === one)) ??
    'supported';
  return { ...executables, verdict, reasons };
}

/** Returns the summary that a document states instead of its files, or else that of the files. */
export function summarizeFiles(inventory: Inventory): FileSummary {
  if (inventory.fileSummary !== undefined) {
    return inventory.fileSummary;
  }
  const executables = inventory.files.filter(isExecutableFile);
  const explained = findExplainedFiles(inventory, executables);
  const loose = executables.filter(({ path, layer }) => !explained.has(path, layer));
  const isRecorded = createRecordTest(inventory, loose);
  const unexplained = loose
    .filter(({ path }) => !isRecorded(path))
    .toSorted((left, right) => right.sizeBytes - left.sizeBytes);
  return {
    executables: executables.length,
    bytes: sumBytes(executables),
    unexplained: unexplained.map(({ path, sizeBytes, executable }) => ({
      path,
      sizeBytes,
      format: executable.format,
    })),
    unexplainedBytes: sumBytes(unexplained),
    ...defined({ looseLoader: findLooseLoader(inventory, unexplained) }),
  };
}

/** Returns the files that a package installed or was found in. */
function findExplainedFiles(
  { packages, relationships }: Inventory,
  files: readonly InventoryFile[],
): Places {
  const explained = new Places(new Set(files.map(({ path }) => path)));
  for (const edge of relationships) {
    if (edge.kind === 'contains-file') {
      explained.addPath(edge.path, edge.layer);
    } else if (edge.kind === 'evident-by') {
      explained.addPath(edge.location.path, edge.location.layer);
    }
  }
  for (const { locations } of packages) {
    for (const { path, layer } of locations) {
      explained.addPath(path, layer);
    }
  }
  return explained;
}

/** Packages record files under directories that became links into `/usr`. */
const MERGED_FOLDER = /^\/usr(?=\/(?:bin|sbin|lib\w{0,8})\/)/;

/**
 * Returns whether a package lists a file without a digest, so that no edge leads to it. The lists
 * are long and only searched for otherwise unexplained files.
 */
function createRecordTest(
  { packages }: Inventory,
  files: readonly InventoryFile[],
): (path: string) => boolean {
  const listNames = (path: string): readonly string[] => [path, path.replace(MERGED_FOLDER, '')];
  const wanted = new Set(files.flatMap(({ path }) => listNames(path)));
  const found = new Set<string>();
  for (const { otherOwnedFiles = [] } of wanted.size === 0 ? [] : packages) {
    for (const { path } of otherOwnedFiles) {
      if (wanted.has(path)) {
        found.add(path);
      }
    }
  }
  return (path) => listNames(path).some((name) => found.has(name));
}

/** Paths by their layer, which avoids creating a combined key for each. */
class Places {
  readonly #pathsByLayer = new Map<string | undefined, Set<string>>();
  readonly #wanted: ReadonlySet<string>;

  /** @param wanted only these paths are kept */
  constructor(wanted: ReadonlySet<string>) {
    this.#wanted = wanted;
  }

  addPath(path: string, layer: string | undefined): void {
    if (!this.#wanted.has(path)) {
      return;
    }
    const known = this.#pathsByLayer.get(layer);
    if (known === undefined) {
      this.#pathsByLayer.set(layer, new Set([path]));
    } else {
      known.add(path);
    }
  }

  has(path: string, layer: string | undefined): boolean {
    return this.#pathsByLayer.get(layer)?.has(path) === true;
  }
}

function sumBytes(files: readonly InventoryFile[]): number {
  return files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
}

/** Loader of GNU's C library up to 2.33, which programs name through a link. */
const VERSIONED_LOADER = /^ld-2\.\d{1,3}\.so$/;

/**
 * The loader of dynamic programs is part of every distribution's C library. If it exists without a
 * package, the distribution's package database is missing. Programs name it by a link or through
 * one, so its base name counts; a copy that an application brought is irrelevant if the
 * distribution's own is known.
 */
function findLooseLoader(
  inventory: Inventory,
  unexplained: readonly InventoryFile[],
): string | undefined {
  if (unexplained.length === 0) {
    return undefined;
  }
  const interpreters = inventory.files.map(({ executable }) => executable?.interpreter ?? '');
  const names = new Set(interpreters.filter((path) => path !== '').map(getBaseName));
  const isLoader = ({ path }: { readonly path: string }): boolean =>
    names.has(getBaseName(path)) || VERSIONED_LOADER.test(getBaseName(path));
  const loose = unexplained.filter(isLoader);
  const loaders = inventory.files.filter((file) => isExecutableFile(file) && isLoader(file));
  return loose.length < loaders.length ? undefined : loose[0]?.path;
}

function findDatabaseLacks(looseLoader: string | undefined): readonly CoverageReason[] {
  if (looseLoader === undefined) {
    return [];
  }
  const reason = `${looseLoader}, which starts the programs here, belongs to no package: the package database is missing or of an unsupported kind`;
  return [{ about: 'package-database', verdict: 'unsupported', reason }];
}

function findFindingsLacks(findings: Findings | undefined): readonly CoverageReason[] {
  const about = 'findings';
  if (findings === undefined) {
    return [];
  }
  if (findings.database === undefined) {
    const reason = 'vulnerabilities were not evaluated';
    return [{ about: 'database', verdict: 'unsupported', reason }];
  }
  const reasons = findings.alerts.flatMap(({ kind, message }): CoverageReason[] => {
    switch (kind) {
      case 'distro-unknown':
      case 'distro-without-data':
      case 'distro-with-little-data':
      case 'distro-does-not-fit':
        return [{ about, verdict: 'unsupported', reason: message }];
      case 'distro-end-of-life':
        return [{ about, verdict: 'end-of-life', reason: message }];
      default:
        return [];
    }
  });
  const { size } = new Set(findings.unevaluated.map(({ packageKey }) => packageKey));
  const isAny = size > 0 && reasons.length === 0;
  const reason = `${size === 1 ? '1 package' : `${size} packages`} could not be evaluated`;
  return isAny ? [...reasons, { about, verdict: 'partial', reason }] : reasons;
}

function findInventoryLacks(
  inventory: Inventory,
  { unexplained, explainedShare = 1 }: ExecutableCoverage,
): readonly CoverageReason[] {
  const reasons: CoverageReason[] = [];
  if (inventory.packages.length === 0) {
    reasons.push({ about: 'packages', verdict: 'partial', reason: 'no package was found' });
  }
  const chosen = inventory.problems.filter(({ code }) => code === 'P_CONFIGURATION');
  if (inventory.problems.length + inventory.problemsNotListed > chosen.length) {
    const reason = 'some files could not be read';
    reasons.push({ about: 'problems', verdict: 'partial', reason });
  }
  const recognized = inventory.packages.filter(isRecognized).length;
  if (recognized > 0) {
    const reason = `${recognized === 1 ? '1 package was' : `${recognized} packages were`} recognized by files without a record; others may be missing`;
    reasons.push({ about: 'packages', verdict: 'partial', reason });
  }
  reasons.push(
    ...chosen.map(({ message }): CoverageReason => {
      return { about: 'problems', verdict: 'partial', reason: message };
    }),
  );
  if (1 - explainedShare > UNEXPLAINED_SHARE_MAX) {
    const percent = ((1 - explainedShare) * 100).toFixed(1);
    const count = unexplained.length === 1 ? '1 executable' : `${unexplained.length} executables`;
    const gap = `${count} with ${percent} % of the bytes of all executables belong to no package`;
    reasons.push(
      isBlind({ explainedShare })
        ? { about: 'executables', verdict: 'unsupported', reason: `not evaluated: ${gap}` }
        : { about: 'executables', verdict: 'partial', reason: gap },
    );
  }
  return reasons;
}
