import { compareText } from '../../../foundation/core/compare-text.ts';
import { type Finding, SEVERITIES } from '../../../foundation/core/finding.ts';
import type { InventoryPackage } from '../../../foundation/core/inventory.ts';
import { findHighestVersion, listHigherVersions } from '../../../vulnerability/match/fix.ts';
import type {
  OpenFinding,
  OpenReason,
  PatchedPackage,
  PatchGroup,
  PatchLevel,
} from './patch-plan.ts';

/** Packages of an operating system, whose updates follow the release instead of a level. */
const SYSTEM_TYPES: ReadonlySet<string> = new Set(['apk', 'deb', 'rpm', 'alpm', 'portage']);

/**
 * Catalogers of the files that a package manager installs from: an update of the installed package
 * leaves them as they are.
 */
const ARCHIVE_CATALOGERS: ReadonlySet<string> = new Set(['deb-archive', 'rpm-archive']);

export interface GroupOptions {
  readonly level: PatchLevel;
  /** Versions that earlier rounds found to be insufficient, by group name. */
  readonly atLeast?: ReadonlyMap<string, string>;
}

export interface GroupedFixes {
  readonly groups: readonly PatchGroup[];
  readonly open: readonly OpenFinding[];
}

interface Fixable {
  readonly finding: Finding;
  readonly item: InventoryPackage;
  readonly version: string;
}

/** Groups findings by the update that fixes them. The others stay open, each with a reason. */
export function groupFixes(
  packages: readonly InventoryPackage[],
  findings: readonly Finding[],
  options: GroupOptions,
): GroupedFixes {
  const byKey = new Map(packages.map((item) => [item.key, item]));
  const fixable: Fixable[] = [];
  const open: OpenFinding[] = [];
  for (const finding of findings) {
    const item = byKey.get(finding.packageKey);
    if (item === undefined) {
      continue;
    }
    const found = findFix(item, finding, options.level);
    if (typeof found === 'string') {
      fixable.push({ finding, item, version: found });
    } else {
      open.push(toOpenFinding(item, finding, found));
    }
  }
  const members = Map.groupBy(packages.filter(isInstalled), nameGroup);
  const groups = [...Map.groupBy(fixable, ({ item }) => nameGroup(item))].map(([name, fixes]) =>
    toGroup(fixes, members.get(name) ?? [], options.atLeast?.get(name)),
  );
  return { groups, open };
}

/**
 * Returns the identity of the update of a package: packages of one source in one version are built
 * together, and depend on each other in the same version.
 */
export function nameGroup({ type, name, version, upstreams }: InventoryPackage): string {
  const [upstream] = upstreams;
  return SYSTEM_TYPES.has(type)
    ? `${type} ${upstream?.name ?? name} ${upstream?.version ?? version}`
    : `${type} ${name} ${version}`;
}

/** The version that advisories of a system package are about: that of its source package. */
function getSourceVersion({ type, version, upstreams: [upstream] }: InventoryPackage): string {
  return SYSTEM_TYPES.has(type) ? (upstream?.version ?? version) : version;
}

function isInstalled({ foundBy }: InventoryPackage): boolean {
  return !ARCHIVE_CATALOGERS.has(foundBy);
}

interface NotFixed {
  readonly reason: OpenReason;
  readonly version?: string;
}

function findFix(
  item: InventoryPackage,
  { fixState, fixVersions }: Finding,
  level: PatchLevel,
): string | NotFixed {
  if (fixState === 'wont-fix') {
    return { reason: 'wont-fix' };
  }
  if (fixState !== 'fixed') {
    return { reason: fixState === 'not-fixed' ? 'no-fix' : 'unknown-fix' };
  }
  if (!isInstalled(item)) {
    return { reason: 'archive' };
  }
  const installed = getSourceVersion(item);
  const [lowest, ...higher] = listHigherVersions(installed, fixVersions, item.type);
  if (lowest === undefined) {
    return { reason: 'unknown-fix' };
  }
  const allowed = [lowest, ...higher].find((version) => isAllowed(item, version, level));
  return allowed ?? { reason: 'level', version: lowest };
}

/** Returns whether a package may be updated to a version; a release has no larger steps. */
export function isAllowed(item: InventoryPackage, version: string, level: PatchLevel): boolean {
  return SYSTEM_TYPES.has(item.type) || isWithinLevel(getSourceVersion(item), version, level);
}

/** Compares the leading numbers of two versions: `1.2.3` and `1.4.0` differ in the minor one. */
function isWithinLevel(installed: string, version: string, level: PatchLevel): boolean {
  const [ownMajor, ownMinor] = readNumbers(installed);
  const [major, minor] = readNumbers(version);
  if (level === 'major') {
    return true;
  }
  return ownMajor === major && (level === 'minor' || ownMinor === minor);
}

function readNumbers(version: string): readonly [string, string] {
  const [, major = '', minor = '0'] = /^v?(\d{1,9})(?:\.(\d{1,9}))?/.exec(version) ?? [];
  return [major, minor];
}

function toOpenFinding(
  { key, name, version: installed }: InventoryPackage,
  { id, severity }: Finding,
  { reason, version }: NotFixed,
): OpenFinding {
  const open = { packageKey: key, name, installed, id, severity, reason };
  return version === undefined ? open : { ...open, version };
}

/** Lists the findings of groups that are left out, with the version that would fix them. */
export function leaveOpen(
  { packages, version }: PatchGroup,
  findings: readonly Finding[],
  reason: OpenReason,
): readonly OpenFinding[] {
  const byKey = new Map(packages.flatMap((item) => item.keys.map((key) => [key, item] as const)));
  return findings.flatMap(({ packageKey, id, severity }) => {
    const item = byKey.get(packageKey);
    return item === undefined
      ? []
      : [{ packageKey, name: item.name, installed: item.installed, id, severity, reason, version }];
  });
}

function toGroup(
  fixes: readonly Fixable[],
  members: readonly InventoryPackage[],
  atLeast: string | undefined,
): PatchGroup {
  const [first] = fixes as readonly [Fixable, ...Fixable[]];
  const { type, name, upstreams } = first.item;
  const versions = [
    ...new Set(fixes.map(({ version }) => version)),
    ...(atLeast === undefined ? [] : [atLeast]),
  ];
  const ranks = fixes.map(({ finding }) => SEVERITIES.indexOf(finding.severity));
  return {
    name: SYSTEM_TYPES.has(type) ? (upstreams[0]?.name ?? name) : name,
    type,
    packages: listMembers(members, first.item),
    version: findHighestVersion(versions, type),
    fixes: [...new Set(fixes.map(({ finding }) => finding.id))].sort(compareText),
    severity: SEVERITIES[Math.max(...ranks)] ?? SEVERITIES[0],
    risk: fixes.reduce((sum, { finding }) => sum + finding.risk, 0),
  };
}

/** A package in several places is updated once. */
function listMembers(members: readonly InventoryPackage[], first: InventoryPackage): Members {
  const [one = toPatched([first]), ...others] = [...Map.groupBy(members, ({ name }) => name)]
    .sort(([left], [right]) => compareText(left, right))
    .map(([, places]) => toPatched(places));
  return [one, ...others];
}

type Members = PatchGroup['packages'];

function toPatched(places: readonly InventoryPackage[]): PatchedPackage {
  const [first] = places as readonly [InventoryPackage, ...InventoryPackage[]];
  const { name, version: installed } = first;
  const keys = places.map(({ key }) => key);
  return { keys, name, installed, isVersionKnown: getSourceVersion(first) === installed };
}
