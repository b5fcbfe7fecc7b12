import { isSigned, type Justification } from '../../foundation/core/justification.ts';
import { findEarlier, indexSigned, summarizeChanges } from './create-queue.ts';
import { digestEvidence } from './facts.ts';
import type { JustificationItem } from './item.ts';
import { listCovered, listEntryChanges } from './judge-entries.ts';

/** The state of one signed entry in the next build. */
export interface CarriedEntry {
  readonly id: string;
  readonly subject: string;
  /**
   * `carried`: its evidence is unchanged; `returned`: it must be reviewed, for the reasons; `gone`:
   * its subject is not in the next build; `unsigned`: nobody had signed it.
   */
  readonly state: 'carried' | 'returned' | 'gone' | 'unsigned';
  readonly reasons: readonly string[];
}

/** The queue of the next build with the signatures that still count. */
export interface CarriedQueue {
  readonly carried: readonly CarriedEntry[];
  readonly queue: readonly Justification[];
}

/**
 * Carries signatures to the entries of the next build. An entry holds if the evidence is unchanged;
 * a group, if none of its findings is more severe or newly exploited, and nothing else changed.
 *
 * @param next all items of the next build
 * @param queue unsigned entries of the next build
 * @param now RFC 3339; signatures that ended by then are not carried
 */
export function carryEntries(
  old: readonly Justification[],
  next: readonly JustificationItem[],
  queue: readonly Justification[],
  now: string,
): CarriedQueue {
  const byId = new Map(next.map((item) => [item.id, item]));
  const carried = old.map((entry) => carryEntry(entry, byId, now));
  const held = old.filter((_, index) => carried[index]?.state === 'carried');
  const settled = new Set(held.flatMap((entry) => listCovered(entry).map(({ id }) => id)));
  const open = queue.flatMap((entry) => dropCovered(entry, settled));
  const signed = indexSigned(old);
  const returned = new Map(
    carried.filter(({ state }) => state === 'returned').map((one) => [one.id, one]),
  );
  return {
    carried,
    queue: [
      ...open.map((entry) => addReturn(entry, returned.get(findEarlier(entry, signed)?.id ?? ''))),
      ...held.map((entry) => renewEntry(entry, byId)),
    ],
  };
}

function carryEntry(
  entry: Justification,
  byId: ReadonlyMap<string, JustificationItem>,
  now: string,
): CarriedEntry {
  const { id, subject, until } = entry;
  const isGone = !listCovered(entry).some((one) => byId.has(one.id));
  if (isGone) {
    return { id, subject, state: 'gone', reasons: ['the next build has no such subject'] };
  }
  if (!isSigned(entry)) {
    return { id, subject, state: 'unsigned', reasons: ['nobody signed it'] };
  }
  const ended = Date.parse(now) >= Date.parse(until) ? [`ended on ${until}`] : [];
  const reasons = [...ended, ...listEntryChanges(entry, byId)];
  return { id, subject, state: reasons.length === 0 ? 'carried' : 'returned', reasons };
}

/** Removes items that a carried signature covers from an entry; removes an empty entry. */
function dropCovered(entry: Justification, settled: ReadonlySet<string>): readonly Justification[] {
  if (entry.covers.length === 0) {
    return settled.has(entry.id) ? [] : [entry];
  }
  const covers = entry.covers.filter(({ id }) => !settled.has(id));
  if (covers.length === entry.covers.length) {
    return [entry];
  }
  const left = { ...entry, covers };
  return covers.length === 0 ? [] : [{ ...left, digest: digestEvidence(left) }];
}

function addReturn(entry: Justification, before: CarriedEntry | undefined): Justification {
  return before === undefined ? entry : { ...entry, returned: summarizeChanges(before.reasons) };
}

/** Members of a group that are gone are left out, so that they do not return unnoticed. */
function renewEntry(
  entry: Justification,
  byId: ReadonlyMap<string, JustificationItem>,
): Justification {
  const covers = entry.covers.filter(({ id }) => byId.has(id));
  const renewed = { ...entry, covers };
  return { ...renewed, digest: digestEvidence(renewed) };
}
