import { present } from '../core/assert.ts';
import { compareText } from '../core/compare-text.ts';
import { defined } from '../core/defined.ts';
import type { Finding, Match } from '../core/finding.ts';
import type { CompletedMatch } from './complete-match.ts';
import type { ComponentPackage } from './component.ts';
import { suggestVersions } from './fix.ts';
import { groupByIds } from './group-by-id.ts';
import { hasOneId, isCve } from './identity.ts';
import type { ResultStrategy } from './matcher.ts';
import { rankSource } from './source-rank.ts';

/** Groups a package's matches into one finding per vulnerability, sorted by ID. */
export function gatherFindings(
  item: ComponentPackage,
  scheme: string | undefined,
  completed: readonly CompletedMatch[],
  rate: ResultStrategy['rateFinding'],
): readonly Finding[] {
  return groupByIds(completed, listSharedIds)
    .map((group) => toFinding(item, scheme, group, rate))
    .sort((left, right) => compareText(left.id, right.id));
}

/**
 * An advisory with several CVEs is not grouped by them: it would join all of them into one
 * vulnerability.
 */
function listSharedIds({ record, advisory }: Match): readonly string[] {
  if (hasOneId(record, advisory)) {
    return [record.id];
  }
  const ids = [...new Set([record.id, ...record.aliases, ...advisory.aliases, ...advisory.cves])];
  return ids.filter(isCve).length > 1 ? [record.id] : ids;
}

const KIND_ORDER = { direct: 0, indirect: 1, cpe: 2 } as const;

function rankMatch(match: Match): number {
  return Math.min(...match.reasons.map((reason) => KIND_ORDER[reason.kind]));
}

function compareMatches(left: Match, right: Match): number {
  return (
    rankMatch(left) - rankMatch(right) ||
    rankSource(left.advisory.provider) - rankSource(right.advisory.provider) ||
    compareText(left.record.provider, right.record.provider) ||
    compareText(left.record.id, right.record.id) ||
    compareText(
      left.fixes.map((fix) => fix.version).join(','),
      right.fixes.map((fix) => fix.version).join(','),
    )
  );
}

function toFinding(
  item: ComponentPackage,
  scheme: string | undefined,
  group: CompletedMatch[],
  rate: ResultStrategy['rateFinding'],
): Finding {
  const matches: readonly CompletedMatch[] = group.sort(compareMatches);
  const best = present(matches[0], 'a match in every group');
  const { severity, note } = rate(matches);
  return {
    packageKey: item.key,
    id: best.record.id,
    aliases: listOtherIds(best, matches),
    severity,
    fixState: best.fixState,
    fixVersions: listFixVersions(item, scheme, selectPreferred(matches)),
    risk: matches.reduce((most, { risk }) => Math.max(most, risk), 0),
    ...defined({ notes: note === undefined ? undefined : [note] }),
    matches,
  };
}

/** Returns the matches of the sources that take precedence among those with a fix. */
function selectPreferred(matches: readonly CompletedMatch[]): readonly CompletedMatch[] {
  const fixed = matches.filter(({ fixes }) => fixes.length > 0);
  const ranks = new Map(fixed.map((one) => [one, rankSource(one.advisory.provider)]));
  const best = Math.min(...ranks.values());
  return fixed.filter((one) => ranks.get(one) === best);
}

/** Returns the IDs of all matches except the best one, sorted. */
function listOtherIds(
  { record: best, advisory }: Match,
  matches: readonly Match[],
): readonly string[] {
  if (matches.length === 1 && hasOneId(best, advisory)) {
    return [];
  }
  const ids = new Set<string>();
  for (const { record, advisory: own } of matches) {
    for (const id of [
      record.id,
      own.vulnerability,
      ...record.aliases,
      ...own.aliases,
      ...own.cves,
    ]) {
      ids.add(id);
    }
  }
  ids.delete(best.id);
  return [...ids].sort(compareText);
}

function listFixVersions(
  item: ComponentPackage,
  scheme: string | undefined,
  matches: readonly Match[],
): readonly string[] {
  const only = matches.length === 1 ? matches[0]?.fixes : undefined;
  const fixed = only?.length === 1 ? only[0]?.version : undefined;
  if (fixed !== undefined) {
    return [fixed];
  }
  const versions: string[] = [];
  for (const { fixes } of matches) {
    for (const { version } of fixes) {
      if (version !== undefined && !versions.includes(version)) {
        versions.push(version);
      }
    }
  }
  return suggestVersions(item.version, versions, scheme);
}
