import type { Assessment } from '../../foundation/core/assessment.ts';
import { compareText } from '../../foundation/core/compare-text.ts';
import { defined } from '../../foundation/core/defined.ts';
import type { Findings } from '../../foundation/core/finding.ts';
import type { Inventory } from '../../foundation/core/inventory.ts';
import { CONFIG_PATH, REACH_STRENGTHS, type Reach } from '../../foundation/core/reach.ts';
import type { ImageDescription } from '../../foundation/core/target.ts';
import { processConfig } from '../reach/process-config.ts';
import { listBets } from './bets.ts';
import { digestJson } from './digest-json.ts';
import { listEdits } from './edits.ts';
import { describeFile, ImageFiles } from './image-files.ts';
import { findNeededFiles, type NeededFiles } from './needed-files.ts';
import { indexPackageFiles, isRecord, type PackageFiles } from './package-files.ts';
import { Predictor } from './prediction.ts';
import type {
  KeepReason,
  KeptFile,
  PlannedFile,
  PlannedPackage,
  PlanRequest,
  PlanRoot,
  RemovalPlan,
} from './removal-plan.ts';
import { createStateTest } from './state-files.ts';
import { findUndecided, listUnreadFiles } from './undecided.ts';

/** An assessment of an image, and the user's request. */
export interface PlanInput {
  /** Its inventory has every file, the surface, and every step of the reach. */
  readonly assessment: Assessment;
  readonly image: ImageDescription;
  /** Directories in which the image looks up commands. */
  readonly commandFolders: readonly string[];
  readonly request: PlanRequest;
  /** Returns whether the request keeps a path. */
  readonly isRequested: (path: string) => boolean;
  /** Returns whether the request drops a path. */
  readonly isDropped: (path: string) => boolean;
  /** Names of the packages that the request drops. */
  readonly droppedPackages: ReadonlySet<string>;
}

interface PlanWorld extends PlanInput {
  readonly files: ImageFiles;
  readonly packageFiles: PackageFiles;
  readonly reach: Reach;
}

const NO_REACH: Reach = {
  files: [],
  opacities: [],
  tainted: [],
  packages: [],
  rules: {},
  unknown: 'reachability was not analyzed',
};

/** Plans the removal of everything that the entry point of an image does not need. */
export function createRemovalPlan(input: PlanInput): RemovalPlan {
  const { assessment, image, request } = input;
  const { inventory, findings } = assessment;
  const files = new ImageFiles(inventory.files);
  const packageFiles = indexPackageFiles(inventory, files);
  const reach = inventory.reach ?? NO_REACH;
  const world: PlanWorld = {
    ...input,
    files,
    packageFiles,
    reach,
    isDropped: (path) =>
      input.isDropped(path) ||
      packageFiles.listOwners(path).some(({ name }) => input.droppedPackages.has(name)),
  };
  const undecided = findUndecided(inventory);
  const needed = undecided === undefined ? findNeeded(world) : undefined;
  const kept = listKept(world, needed);
  const keptPaths = new Set(kept.map(({ path }) => path));
  const dropped = files
    .listFiles()
    .filter(({ path }) => !keptPaths.has(path))
    .map((file) => describeFile(file, files))
    .toSorted(comparePaths);
  const packages = listPackages(world, kept).map((item) =>
    undecided === undefined ? item : { ...item, isKept: true },
  );
  const lost = new Set(packages.flatMap(({ key, isKept }) => (isKept ? [] : [key])));
  const predictor = new Predictor(assessment, files);
  const bets =
    needed === undefined
      ? []
      : listBets({
          reach,
          weak: needed.weak,
          dropped: new Set(dropped.map(({ path }) => path)),
          isKept: (path) => keptPaths.has(path),
          packageFiles,
          predictor,
          isPackageDropped: (key) => lost.has(key),
        });
  const sumFiles = (own: readonly PlannedFile[], keys: readonly string[]) => ({
    files: own.length,
    bytes: predictor.sumBytes(own.map(({ path }) => path)),
    packages: keys.length,
    ...defined({ findings: predictor.listFindings(keys)?.length }),
  });
  const plan = {
    image: describeImage(image),
    rules: { versions: reach.rules, digest: digestJson(reach.rules) },
    ...defined({ database: describeDatabase(findings), undecided }),
    ...describeUnread(inventory),
    request,
    roots: listRoots(reach),
    kept,
    dropped,
    packages,
    before: sumFiles(
      [...kept, ...dropped],
      packages.map(({ key }) => key),
    ),
    after: sumFiles(
      kept,
      packages.filter(({ isKept }) => isKept).map(({ key }) => key),
    ),
    bets,
  };
  const cut = needed?.cut ?? [];
  return { ...plan, edits: listEdits({ plan, inventory, files, predictor, packageFiles, cut }) };
}

function describeUnread(inventory: Inventory): Pick<RemovalPlan, 'unread'> {
  const unread = listUnreadFiles(inventory);
  return unread.length === 0 ? {} : { unread };
}

function findNeeded({
  reach,
  files,
  request,
  packageFiles,
  commandFolders,
  isDropped,
}: PlanWorld): NeededFiles {
  return findNeededFiles(reach, files, {
    keepLevel: request.keepLevel,
    isDropped,
    findSource: (path) => packageFiles.findSource(path),
    commandFolders: new Set(commandFolders.map((folder) => files.resolve(folder))),
  });
}

/** If the needed files are unknown, everything stays that the user does not drop. */
function listKept(world: PlanWorld, needed: NeededFiles | undefined): readonly KeptFile[] {
  const { files, isDropped, isRequested } = world;
  const reasons = new Map<string, KeepReason>();
  const keep = (path: string, because: KeepReason): void => {
    const file = files.findFile(path);
    if (file !== undefined && file.type !== 'directory' && !reasons.has(path)) {
      reasons.set(path, because);
    }
  };
  const strengths = new Map(world.reach.files.map(({ path, strength }) => [path, strength]));
  for (const path of needed?.paths ?? []) {
    keep(path, strengths.get(path) ?? 'possible');
  }
  for (const path of needed?.via ?? []) {
    keep(path, 'via');
  }
  for (const { path } of files.listFiles()) {
    if (needed === undefined ? !isDropped(path) : isRequested(path)) {
      keep(path, 'request');
    }
  }
  if (needed !== undefined) {
    const { volumes } = processConfig(world.image);
    const isState = createStateTest(volumes, files, world.packageFiles);
    for (const { path } of files.listFiles()) {
      if (isState(path) && !isDropped(path)) {
        keep(path, 'state');
      }
    }
    for (const path of listIdentity(world, reasons)) {
      keep(path, 'inventory');
    }
  }
  return [...reasons]
    .flatMap(([path, because]): readonly KeptFile[] => {
      const file = files.findFile(path);
      return file === undefined ? [] : [{ ...describeFile(file, files), because }];
    })
    .toSorted(comparePaths);
}

const OS_RELEASE = ['/etc/os-release', '/usr/lib/os-release'];

/**
 * Returns the files that identify the system, without which no package is matched, and the
 * copyright files of packages that keep a file.
 */
function listIdentity(
  { files, packageFiles, assessment, isDropped }: PlanWorld,
  kept: ReadonlyMap<string, unknown>,
): readonly string[] {
  const keeping = assessment.inventory.packages.filter(({ key }) =>
    packageFiles.listFiles(key).some((path) => kept.has(path) && !isRecord(path)),
  );
  const copyrights = keeping.map(({ name }) => `/usr/share/doc/${name}/copyright`);
  return [...OS_RELEASE, ...copyrights]
    .flatMap((path) => [files.toRealPath(path), files.resolve(path)])
    .filter((path) => !isDropped(path));
}

function listPackages(
  { assessment, packageFiles }: PlanWorld,
  keptFiles: readonly KeptFile[],
): readonly PlannedPackage[] {
  const keptPaths = new Set(keptFiles.map(({ path }) => path));
  // A record that a program reads stays, and makes its packages known.
  const read = new Set(keptFiles.flatMap((one) => (isReached(one) ? [one.path] : [])));
  const used = listUsedFolders(keptPaths, packageFiles);
  return assessment.inventory.packages
    .map(({ key, name, version, type, purl }): PlannedPackage => {
      const own = packageFiles.listFiles(key).toSorted(compareText);
      const kept = own.filter((path) => keptPaths.has(path));
      const hasOnlyRecords = own.every(isRecord);
      return {
        key,
        name,
        version,
        type,
        ...defined({ purl }),
        // A package without code, such as a set of documents, stays with its records.
        isKept:
          kept.some((path) => hasOnlyRecords || !isRecord(path)) ||
          packageFiles.listRecordFolders(key).some((folder) => used.has(folder)) ||
          packageFiles.listRecords(key).some((path) => read.has(path)),
        kept,
        dropped: own.filter((path) => !keptPaths.has(path)),
      };
    })
    .toSorted(
      (left, right) =>
        compareText(left.name, right.name) ||
        compareText(left.version, right.version) ||
        compareText(left.key, right.key),
    );
}

function isReached({ because }: KeptFile): boolean {
  return REACH_STRENGTHS.some((strength) => strength === because);
}

/**
 * Returns the directories with kept files, at any depth, that no package lists; of the root, only
 * those directly in it count.
 */
function listUsedFolders(
  keptPaths: ReadonlySet<string>,
  packageFiles: PackageFiles,
): ReadonlySet<string> {
  const folders = new Set<string>();
  for (const path of keptPaths) {
    if (packageFiles.listOwners(path).length === 0) {
      let at = path.slice(0, path.lastIndexOf('/'));
      folders.add(at);
      while (at !== '') {
        folders.add(at);
        at = at.slice(0, at.lastIndexOf('/'));
      }
    }
  }
  return folders;
}

function listRoots({ files, steps }: Reach): readonly PlanRoot[] {
  const all = steps ?? files.flatMap(({ step }) => step ?? []);
  const roots = all.filter(({ from, strength }) => from === CONFIG_PATH && isCode(strength));
  const described = roots.map(({ to, rule, witness }) => ({
    path: to,
    rule,
    token: witness.token,
  }));
  return [...new Map(described.map((root) => [JSON.stringify(root), root])).values()].toSorted(
    comparePaths,
  );
}

function isCode(strength: (typeof REACH_STRENGTHS)[number]): boolean {
  return strength !== 'data';
}

function describeImage(image: ImageDescription): RemovalPlan['image'] {
  const { userInput, name, manifestDigest, imageId, os, architecture, variant, layers } = image;
  return {
    userInput,
    name,
    manifestDigest,
    imageId,
    platform: [os, architecture, ...(variant === undefined ? [] : [variant])].join('/'),
    diffIds: layers.map(({ diffId }) => diffId),
  };
}

/** The place of a database differs between machines and does not identify it. */
function describeDatabase(findings: Findings | undefined): RemovalPlan['database'] {
  if (findings?.database === undefined) {
    return undefined;
  }
  const { path: _place, origin: _origin, ...identity } = findings.database;
  return { digest: digestJson(identity), builtAt: identity.builtAt };
}

function comparePaths(left: { readonly path: string }, right: { readonly path: string }): number {
  return compareText(left.path, right.path);
}
