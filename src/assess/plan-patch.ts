import { type Finding, isGuess } from '../foundation/core/finding.ts';
import type { Inventory, InventoryPackage } from '../foundation/core/inventory.ts';
import { chooseGroups } from '../hardening/harden/patch/choose-groups.ts';
import {
  type GroupedFixes,
  groupFixes,
  isAllowed,
  leaveOpen,
  nameGroup,
} from '../hardening/harden/patch/group-fixes.ts';
import type {
  OpenFinding,
  PatchGroup,
  PatchLevel,
  PatchPlan,
} from '../hardening/harden/patch/patch-plan.ts';
import { findHighestVersion, listHigherVersions } from '../vulnerability/match/fix.ts';
import { match, type OpenAssessment } from './assess.ts';
import { decide } from './decide.ts';
import type { Ports } from './ports.ts';
import type { PipelineRequest } from './request.ts';

export interface PatchRequest {
  readonly level: PatchLevel;
  /** Number of packages that may be updated; absent for any. */
  readonly packagesMax?: number;
  /** Checks whether an index has the version of a group; absent if there is no index. */
  readonly checkIndex?: (group: PatchGroup) => PatchGroup;
}

/** A new version can have findings with a higher fixed version. Few rounds suffice in practice. */
const ROUNDS_MAX = 5;

/** A finding of unknown severity has no risk, but is worth fixing. */
const LEAST_RISK = 0.001;

/** The assessment to plan for, and the request and ports that it was made with. */
export interface PatchSubject {
  readonly assessment: OpenAssessment;
  readonly request: PipelineRequest;
  readonly ports: Ports;
}

/** Plans the updates that remove the most risk, and matches the inventory with the new versions. */
export function planPatch(subject: PatchSubject, request: PatchRequest): PatchPlan {
  const { inventory, findings: all } = subject.assessment;
  const findings = all.findings.filter((finding) => !isGuess(finding));
  const atLeast = new Map<string, string>();
  let chosen = chooseUpdates(inventory, findings, request, atLeast);
  let after = matchAgain(subject, chosen.groups);
  for (let round = 1; round < ROUNDS_MAX; round += 1) {
    if (
      !raiseVersions(inventory, { groups: chosen.groups, after, level: request.level }, atLeast)
    ) {
      break;
    }
    chosen = chooseUpdates(inventory, findings, request, atLeast);
    after = matchAgain(subject, chosen.groups);
  }
  const known = new Set(findings.map(identify));
  const names = new Map(inventory.packages.map(({ key, name }) => [key, name]));
  return {
    schema: 'plimsoll-patch/1',
    groups: chosen.groups.map((group) => dropFixes(group, after)),
    open: [...chosen.open, ...listStillAffected(chosen, findings, after)],
    guesses: all.findings.length - findings.length,
    before: findings.length,
    after: after.length,
    introduced: after
      .filter((finding) => !known.has(identify(finding)))
      .map(({ packageKey, id }) => ({ name: names.get(packageKey) ?? '', id })),
  };
}

/**
 * Returns the findings with the new versions. A package that can no longer be evaluated keeps its
 * findings, because nothing shows that they are fixed.
 */
function matchAgain(
  { assessment, request, ports }: PatchSubject,
  groups: readonly PatchGroup[],
): readonly Finding[] {
  const { inventory, advisories, findings, decisions } = assessment;
  const updated = applyGroups(inventory, groups);
  const matched = match(updated, advisories, { request, ports, alerts: [] });
  const { findings: open, unevaluated } = decide(matched, updated, decisions);
  const before = new Set(findings.unevaluated.map(({ packageKey }) => packageKey));
  const lost = new Set(
    unevaluated.map(({ packageKey }) => packageKey).filter((key) => !before.has(key)),
  );
  return [...open, ...findings.findings.filter(({ packageKey }) => lost.has(packageKey))].filter(
    (finding) => !isGuess(finding),
  );
}

function identify({ packageKey, id }: Pick<Finding, 'packageKey' | 'id'>): string {
  return `${packageKey} ${id}`;
}

function chooseUpdates(
  { packages }: Inventory,
  findings: readonly Finding[],
  { level, packagesMax = Number.MAX_SAFE_INTEGER, checkIndex = (group) => group }: PatchRequest,
  atLeast: ReadonlyMap<string, string>,
): GroupedFixes {
  const { groups, open } = groupFixes(packages, findings, { level, atLeast });
  const checked = groups.map(checkIndex);
  const [possible, impossible] = [
    checked.filter(({ index }) => index === undefined || index.kind === 'available'),
    checked.filter(({ index }) => index !== undefined && index.kind !== 'available'),
  ];
  const rated = possible.map((group) => ({
    group,
    risk: group.risk + group.fixes.length * LEAST_RISK,
    cost: group.packages.length,
  }));
  const chosen = chooseGroups(rated, packagesMax).map(({ group }) => group);
  const listOpen = (group: PatchGroup, reason: OpenFinding['reason']): readonly OpenFinding[] =>
    leaveOpen(
      group,
      findings.filter(({ id }) => group.fixes.includes(id)),
      reason,
    );
  return {
    groups: chosen,
    open: [
      ...open,
      ...impossible.flatMap((group) => listOpen(group, 'index')),
      ...possible
        .filter((group) => !chosen.includes(group))
        .flatMap((group) => listOpen(group, 'not-chosen')),
    ],
  };
}

/** Replaces the versions of the packages of groups. */
function applyGroups(inventory: Inventory, groups: readonly PatchGroup[]): Inventory {
  const versions = new Map(
    groups.flatMap((group) => [...listKeys(group)].map((key) => [key, group.version])),
  );
  return {
    ...inventory,
    packages: inventory.packages.map((item) => {
      const version = versions.get(item.key);
      return version === undefined ? item : replaceVersion(item, version);
    }),
  };
}

function replaceVersion(item: InventoryPackage, version: string): InventoryPackage {
  // Functions stay as they are: an update of a library rarely changes which ones a program uses.
  const { changelogFixes: _, ...rest } = item;
  return {
    ...rest,
    version,
    purl: item.purl.replace(encodeURIComponent(item.version), encodeURIComponent(version)),
    upstreams: item.upstreams.map((upstream) =>
      upstream.version === undefined ? upstream : { ...upstream, version },
    ),
  };
}

interface Matched {
  readonly groups: readonly PatchGroup[];
  readonly after: readonly Finding[];
  readonly level: PatchLevel;
}

/** Notes higher versions for groups that are still affected; returns whether there are any. */
function raiseVersions(
  { packages }: Inventory,
  { groups, after, level }: Matched,
  atLeast: Map<string, string>,
): boolean {
  let isRaised = false;
  const byKey = new Map(packages.map((item) => [item.key, item]));
  for (const group of groups) {
    const keys = listKeys(group);
    const item = byKey.get(group.packages[0].keys[0] ?? '');
    if (item === undefined) {
      continue;
    }
    const wanted = after
      .filter(({ packageKey, fixState }) => keys.has(packageKey) && fixState === 'fixed')
      .flatMap(({ fixVersions }) => {
        const higher = listHigherVersions(group.version, fixVersions, group.type);
        return higher.find((version) => isAllowed(item, version, level)) ?? [];
      });
    if (wanted.length > 0) {
      atLeast.set(nameGroup(item), findHighestVersion(wanted, group.type));
      isRaised = true;
    }
  }
  return isRaised;
}

function listKeys({ packages }: PatchGroup): ReadonlySet<string> {
  return new Set(packages.flatMap(({ keys }) => keys));
}

/** A finding only counts as fixed if matching the new version does not report it. */
function dropFixes(group: PatchGroup, after: readonly Finding[]): PatchGroup {
  const keys = listKeys(group);
  const left = new Set(after.filter(({ packageKey }) => keys.has(packageKey)).map(({ id }) => id));
  return { ...group, fixes: group.fixes.filter((id) => !left.has(id)) };
}

function listStillAffected(
  { groups }: GroupedFixes,
  findings: readonly Finding[],
  after: readonly Finding[],
): readonly OpenFinding[] {
  const left = new Set(after.map(identify));
  return groups.flatMap((group) =>
    leaveOpen(
      group,
      findings.filter((finding) => group.fixes.includes(finding.id) && left.has(identify(finding))),
      'still-affected',
    ),
  );
}
