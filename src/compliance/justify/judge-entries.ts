import { DAY_MS } from '../../foundation/core/duration.ts';
import { SEVERITIES } from '../../foundation/core/finding.ts';
import {
  type CoveredItem,
  isSigned,
  type Justification,
  type JustificationUse,
  type JustifiedFacts,
  type JustifiedKind,
} from '../../foundation/core/justification.ts';
import { listFactChanges } from './facts.ts';
import type { JustificationItem } from './item.ts';

/** How signatures are judged. */
export interface JudgeOptions {
  /** RFC 3339; absent without a clock: nothing expires then. */
  readonly now?: string;
  /** The longest time for which a policy lets a signature count. */
  readonly maxDays?: number;
  /** Kinds whose items are all known. */
  readonly kinds: ReadonlySet<JustifiedKind>;
}

/** The state of each justification, and the one that settles each item. */
export interface JudgedEntries {
  readonly uses: readonly JustificationUse[];
  /** By ID of the item. */
  readonly applied: ReadonlyMap<string, Justification>;
}

/**
 * Judges justifications by the items of a run. One that a person signed counts for an item if its
 * evidence is unchanged. A signed group counts for its members as long as none of its findings has
 * a higher severity or another state of exploitation, and no other member changed.
 */
export function judgeEntries(
  entries: readonly Justification[],
  items: readonly JustificationItem[],
  options: JudgeOptions,
): JudgedEntries {
  const byId = new Map(items.map((item) => [item.id, item]));
  const applied = new Map<string, Justification>();
  const uses = entries.map((entry): JustificationUse => {
    const changes = listEntryChanges(entry, byId);
    const state = judgeEntry(entry, { byId, changes, options });
    if (state === 'applied') {
      for (const { id } of listCovered(entry)) {
        if (byId.has(id) && !applied.has(id)) {
          applied.set(id, entry);
        }
      }
    }
    const { id, subject, source, reason, by, until } = entry;
    return {
      id,
      subject,
      source,
      reason,
      by,
      until,
      state,
      changes: state === 'lapsed' ? changes : [],
    };
  });
  return { uses, applied };
}

interface EntryContext {
  readonly byId: ReadonlyMap<string, JustificationItem>;
  readonly changes: readonly string[];
  readonly options: JudgeOptions;
}

function judgeEntry(
  entry: Justification,
  { byId, changes, options: { now, maxDays, kinds } }: EntryContext,
): JustificationUse['state'] {
  if (!isSigned(entry)) {
    return 'unsigned';
  }
  const daysLeft = now === undefined ? undefined : countDays(now, entry.until);
  if (daysLeft !== undefined && daysLeft <= 0) {
    return 'expired';
  }
  if (!listCovered(entry).some(({ id }) => byId.has(id))) {
    return kinds.has(entry.kind) ? 'unused' : 'not-compared';
  }
  if (daysLeft !== undefined && maxDays !== undefined && daysLeft > maxDays) {
    return 'too-long';
  }
  return changes.length === 0 ? 'applied' : 'lapsed';
}

function countDays(from: string, to: string): number {
  return (Date.parse(to) - Date.parse(from)) / DAY_MS;
}

/** Returns the members of a group, or the one thing that an entry is about. */
export function listCovered(entry: Justification): readonly CoveredItem[] {
  const { id, subject, evidence, covers } = entry;
  return covers.length === 0 ? [{ id, subject, evidence }] : covers;
}

/** Describes the changes since an entry was written; empty if its evidence is unchanged. */
export function listEntryChanges(
  entry: Justification,
  byId: ReadonlyMap<string, JustificationItem>,
): readonly string[] {
  const isGroup = entry.covers.length > 0;
  return listCovered(entry).flatMap((member) => {
    const item = byId.get(member.id);
    if (item === undefined) {
      return [];
    }
    const changes =
      isGroup && entry.kind === 'finding'
        ? listRiskChanges(member.evidence, item.evidence)
        : listFactChanges(member.evidence, item.evidence);
    return isGroup ? changes.map((change) => `${member.subject}: ${change}`) : changes;
  });
}

/** The facts about a finding by which a group of findings lapses. */
function listRiskChanges(recorded: JustifiedFacts, current: JustifiedFacts): readonly string[] {
  const isRaised = rankSeverity(current) > rankSeverity(recorded);
  const names = ['exploited', ...(isRaised ? ['severity'] : [])];
  const select = (facts: JustifiedFacts): JustifiedFacts =>
    new Map([...facts].filter(([name]) => names.includes(name)));
  return listFactChanges(select(recorded), select(current));
}

/** A severity that is not known may be any: it ranks above all others. */
function rankSeverity(facts: JustifiedFacts): number {
  const word = facts.get('severity');
  return word === 'unknown' ? SEVERITIES.length : SEVERITIES.findIndex((one) => one === word);
}
