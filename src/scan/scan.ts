import { distro } from '../catalog/distro/distro.ts';
import { catalogers } from '../catalog/registry.generated.ts';
import type { AdvisoryDatabase } from '../core/advisory.ts';
import type { Findings } from '../core/finding.ts';
import type { Inventory, Scope } from '../core/inventory.ts';
import { DEFAULT_LIMITS, type Limits } from '../core/limits.ts';
import { type Progress, SILENT } from '../core/progress.ts';
import type { NetworkOptions, OpenOptions, TargetDescription } from '../core/target.ts';
import { matchInventory } from '../match/match-inventory.ts';
import { parseExclusions } from '../parse/path-glob/exclusion.ts';
import { FactCache, type FactCacheOptions } from '../read/fact-cache.ts';
import { createSpill } from '../read/spill.ts';
import { openTarget } from '../source/open-target.ts';
import { sources } from '../source/registry.generated.ts';
import { withAllBelow } from '../view/excluding-view.ts';
import { assembleInventory } from './assemble-inventory.ts';
import { type DigestAlgorithm, otherDigestsOf } from './file-digests.ts';
import type { FileSelection } from './file-selection.ts';
import { type ReadTargetOptions, readTarget } from './read-target.ts';
import { type CatalogerSelection, selectCatalogers } from './select-catalogers.ts';

export interface ScanOptions {
  /** `os/architecture[/variant]`, or a part of it, of an image that has several. */
  readonly platform?: string;
  /** Id of the source to ask, instead of guessing. */
  readonly from?: string;
  /** Name of the target in reports, instead of the one derived from what was asked for. */
  readonly name?: string;
  /** How registries and container engines may be reached. */
  readonly network?: NetworkOptions;
  /** Where temporary files may go; each run makes a private folder in it. */
  readonly temporaryFolder: string;
  readonly limits?: Limits;
  readonly progress?: Progress;
  /** Which layers count; `squashed` where nothing is said. */
  readonly scope?: Scope;
  readonly catalogers?: CatalogerSelection;
  readonly files?: FileOptions;
  /** Where what layers say is kept for the next run; absent where every layer is read. */
  readonly cache?: CacheOptions;
}

export type CacheOptions = Pick<FactCacheOptions, 'folder' | 'build' | 'isRenewed'>;

/** Which files are looked at, and which are listed. */
export interface FileOptions {
  /** Those of packages and all executables where nothing is said. */
  readonly selection?: FileSelection;
  /** Patterns of paths to leave out, see `parseExclusions`. */
  readonly exclude?: readonly string[];
  /** In a directory: stay on the file system of its root. */
  readonly isOneFileSystem?: boolean;
  /** SHA-1 and SHA-256 where nothing is said. */
  readonly digests?: readonly DigestAlgorithm[];
}

const DEFAULT_DIGESTS = ['sha1', 'sha256'] as const;

/**
 * What is on board of an image, an archive or a directory, or what a document says of it.
 *
 * @param userInput `alpine.tar`, or with its source named: `oci-archive:alpine.tar`
 * @throws UserError where the target cannot be found or is not well formed; what concerns single
 * files is recorded in the `problems` of the inventory instead.
 */
export async function readInventory(userInput: string, options: ScanOptions): Promise<Inventory> {
  const limits = options.limits ?? DEFAULT_LIMITS;
  const progress = options.progress ?? SILENT;
  using spill = createSpill({ folder: options.temporaryFolder, limits });
  const target = await openTarget(userInput, sources, {
    ...(options.platform === undefined ? {} : { platform: options.platform }),
    ...(options.from === undefined ? {} : { from: options.from }),
    ...(options.name === undefined ? {} : { name: options.name }),
    ...(options.network === undefined ? {} : { network: options.network }),
    ...treeOptionsOf(options.files),
    limits,
    spill,
    progress,
  });
  try {
    if (target.document !== undefined) {
      const { name } = options;
      const named = name === undefined ? {} : { name };
      const { readDocument } = await import('./read-document.ts');
      return readDocument(target, { limits, progress, ...named }).inventory;
    }
    const { scope = 'squashed' } = options;
    const { selection: fileSelection = 'owned-by-package', digests = DEFAULT_DIGESTS } =
      options.files ?? {};
    const selected = selectCatalogers(
      catalogers,
      target.description.kind,
      options.catalogers,
    ).filter(({ tags }) => fileSelection !== 'none' || !tags.includes('file'));
    const otherDigests = otherDigestsOf(digests);
    await using cache =
      options.cache && new FactCache({ ...options.cache, limits, otherDigests, progress });
    const read = await readTarget(target, {
      extractors: [distro, ...selected],
      limits,
      spill,
      progress,
      scope,
      otherDigests,
      ...(cache === undefined ? {} : { cache }),
      ...exclusionOf(target.description, options.files),
    });
    return assembleInventory(read, {
      catalogers: selected,
      distroDetector: distro,
      scope,
      fileSelection,
      digests,
      limits,
      progress,
    });
  } finally {
    await target.close();
  }
}

/** A directory leaves the paths out while it is walked, so that they are not even opened. */
function treeOptionsOf(files: FileOptions = {}): Pick<OpenOptions, 'exclude' | 'isOneFileSystem'> {
  const { exclude, isOneFileSystem } = files;
  return {
    ...(exclude === undefined ? {} : { exclude }),
    ...(isOneFileSystem === undefined ? {} : { isOneFileSystem }),
  };
}

function exclusionOf(
  { kind }: TargetDescription,
  files: FileOptions = {},
): Pick<ReadTargetOptions, 'isExcluded'> {
  const { exclude = [] } = files;
  return kind !== 'image' || exclude.length === 0
    ? {}
    : { isExcluded: withAllBelow(parseExclusions(exclude, 'image')) };
}

export interface EvaluateOptions {
  /** Answer as Grype does where ours differs on purpose. */
  readonly isParity?: boolean;
  /** RFC 3339; what is past its end of life is judged by it. */
  readonly now?: string;
  readonly progress?: Progress;
}

/** What of an inventory is dangerous, as far as the database knows. */
export function evaluate(
  inventory: Inventory,
  database: AdvisoryDatabase,
  options: EvaluateOptions = {},
): Findings {
  const progress = options.progress ?? SILENT;
  progress.emit({ kind: 'stage-started', stage: 'match' });
  const findings = matchInventory(inventory, database, {
    isParity: options.isParity ?? false,
    ...(options.now === undefined ? {} : { now: options.now }),
  });
  progress.emit({
    kind: 'stage-finished',
    stage: 'match',
    count: findings.findings.length,
    unit: 'matches',
    children: summaryOf(findings),
  });
  return findings;
}

function summaryOf(findings: Findings): string[] {
  const severities = ['critical', 'high', 'medium', 'low', 'negligible', 'unknown'] as const;
  const bySeverity = severities
    .map((severity) => ({
      severity,
      count: findings.findings.filter((finding) => finding.severity === severity).length,
    }))
    .filter(({ severity, count }) => severity !== 'unknown' || count > 0)
    .map(({ severity, count }) => `${count} ${severity}`);
  const fixed = findings.findings.filter((finding) => finding.fixState === 'fixed').length;
  const statuses = [
    `${fixed} fixed`,
    `${findings.findings.length - fixed} not fixed`,
    `${findings.ignored.length} ignored`,
  ];
  const unjudged = new Set(findings.unevaluated.map(({ packageKey }) => packageKey)).size;
  return [
    `by severity: ${bySeverity.join(', ')}`,
    `by status:   ${statuses.join(', ')}`,
    ...(unjudged === 0 ? [] : [`not evaluated: ${unjudged} packages`]),
  ];
}
