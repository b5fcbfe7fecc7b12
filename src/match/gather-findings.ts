import { present } from '../core/assert.ts';
import { compareText } from '../core/digest.ts';
import { type Finding, type Match, SEVERITIES, type SeverityWord } from '../core/finding.ts';
import type { InventoryPackage } from '../core/inventory.ts';
import type { CompletedMatch } from './complete-match.ts';
import { suggestVersions } from './fix.ts';
import { isCve } from './identity.ts';

/** A package's matches, those of one vulnerability together, sorted by id. */
export function gatherFindings(
  item: InventoryPackage,
  scheme: string | undefined,
  completed: readonly CompletedMatch[],
): readonly Finding[] {
  return groupById(completed)
    .map((group) => toFinding(item, scheme, group))
    .toSorted((left, right) => compareText(left.id, right.id));
}

/**
 * Matches that share an id are of one vulnerability. An advisory of several CVEs shares none: it
 * would make one vulnerability of all of them.
 */
function groupById(completed: readonly CompletedMatch[]): readonly (readonly CompletedMatch[])[] {
  const groupOfId = new Map<string, CompletedMatch[]>();
  const groups = new Set<CompletedMatch[]>();
  for (const one of completed) {
    const ids = sharedIds(one);
    const met = new Set(ids.map((id) => groupOfId.get(id)).filter((group) => group !== undefined));
    const joined = met.size === 0 ? [one] : [...[...met].flat(), one];
    for (const group of met) {
      groups.delete(group);
    }
    groups.add(joined);
    for (const id of met.size === 0 ? ids : joined.flatMap(sharedIds)) {
      groupOfId.set(id, joined);
    }
  }
  return [...groups];
}

function sharedIds({ record, advisory }: Match): readonly string[] {
  const ids = [...new Set([record.id, ...record.aliases, ...advisory.aliases, ...advisory.cves])];
  return ids.filter(isCve).length > 1 ? [record.id] : ids;
}

const KIND_ORDER = { direct: 0, indirect: 1, cpe: 2 } as const;

function strengthOf(match: Match): number {
  return Math.min(...match.reasons.map((reason) => KIND_ORDER[reason.kind]));
}

function compareMatches(left: Match, right: Match): number {
  return (
    strengthOf(left) - strengthOf(right) ||
    compareText(left.record.provider, right.record.provider) ||
    compareText(left.record.id, right.record.id) ||
    compareText(
      left.fixes.map((fix) => fix.version).join(','),
      right.fixes.map((fix) => fix.version).join(','),
    )
  );
}

function toFinding(
  item: InventoryPackage,
  scheme: string | undefined,
  group: readonly CompletedMatch[],
): Finding {
  const matches = group.toSorted(compareMatches);
  const best = present(matches[0], 'a match in every group');
  const ids = new Set(
    matches.flatMap(({ record, advisory }) => [
      record.id,
      advisory.vulnerability,
      ...record.aliases,
      ...advisory.aliases,
      ...advisory.cves,
    ]),
  );
  ids.delete(best.record.id);
  return {
    packageKey: item.key,
    id: best.record.id,
    aliases: [...ids].toSorted(compareText),
    severity: severityOfAll(matches),
    fixState: best.fixState,
    fixVersions: fixVersionsOf(item, scheme, matches),
    risk: Math.max(...matches.map(({ risk }) => risk)),
    matches,
  };
}

/**
 * The best match's word, or where it has none that of the first which has; then what the keepers of
 * the ids say.
 */
function severityOfAll(matches: readonly CompletedMatch[]): SeverityWord {
  const words = [
    ...matches.map(({ severity }) => severity),
    ...matches.flatMap(({ relatedSeverities }) => relatedSeverities),
  ];
  return words.find((word) => word !== SEVERITIES[0]) ?? SEVERITIES[0];
}

function fixVersionsOf(
  item: InventoryPackage,
  scheme: string | undefined,
  matches: readonly Match[],
): readonly string[] {
  const versions = matches
    .flatMap(({ fixes }) => fixes.map(({ version }) => version))
    .filter((version) => version !== undefined);
  return suggestVersions(item.version, [...new Set(versions)], scheme);
}
