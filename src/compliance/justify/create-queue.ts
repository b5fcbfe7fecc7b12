import { compareText } from '../../foundation/core/compare-text.ts';
import { defined } from '../../foundation/core/defined.ts';
import { SEVERITIES } from '../../foundation/core/finding.ts';
import {
  isSigned,
  JUSTIFIED_KINDS,
  type Justification,
} from '../../foundation/core/justification.ts';
import { formatCount } from '../../foundation/core/screen-text.ts';
import { createFacts, digestEvidence } from './facts.ts';
import { findHighest } from './finding-items.ts';
import { computeItemId, type JustificationItem } from './item.ts';
import { listCovered, listEntryChanges } from './judge-entries.ts';
import { isSettled, type JustifiedItems } from './list-items.ts';

/** Facts about a run that the entries of a queue state besides their items. */
export interface QueueContext {
  readonly compared?: { readonly before: string; readonly after: string };
  /** Rules that fired, by the key of their subject. */
  readonly rules: ReadonlyMap<string, readonly string[]>;
}

/**
 * Creates unsigned entries for everything that is left to justify, the most severe first. Items
 * with the same kind and cause become one entry.
 */
export function createQueue(
  justified: JustifiedItems,
  rules: QueueContext['rules'],
): readonly Justification[] {
  const context = { rules, ...defined({ compared: justified.compared }) };
  const open = justified.items.filter((item) => !isSettled(item, justified));
  const byId = new Map(justified.items.map((item) => [item.id, item]));
  const earlier = indexSigned(justified.entries);
  const groups = Map.groupBy(open, ({ id, kind, cause }) =>
    cause === undefined ? id : `${kind} ${cause.id}`,
  );
  return [...groups.values()]
    .map((members) => toEntry(members, context))
    .map((entry) => addReturn(entry, earlier, byId))
    .toSorted(compareEntries);
}

function toEntry(members: readonly JustificationItem[], context: QueueContext): Justification {
  const [first, ...others] = members as readonly [JustificationItem];
  return others.length === 0 ? fromItem(first, context) : fromGroup(members, context);
}

const UNSIGNED = { reason: '', by: '', until: '', source: '' } as const;

function fromItem(item: JustificationItem, context: QueueContext): Justification {
  const { id, kind, change, subject, severity, evidence, proposed } = item;
  const entry = {
    id,
    kind,
    change,
    subject,
    requiredBy: findRequirement([item], context),
    evidence,
    covers: [],
    ...UNSIGNED,
    ...defined({ severity, proposed, compared: chooseCompared(item, context) }),
  };
  return { ...entry, digest: digestEvidence(entry) };
}

function fromGroup(members: readonly JustificationItem[], context: QueueContext): Justification {
  const [first] = members as readonly [JustificationItem];
  const { kind, cause } = first;
  const count = members.reduce((sum, one) => sum + one.count, 0);
  const severities = members.flatMap(({ severity }) => severity ?? []);
  const highest = severities.length === 0 ? undefined : findHighest(severities);
  const proposals = new Set(members.map(({ proposed }) => proposed));
  const [proposed] = proposals;
  const entry = {
    id: computeItemId(`${kind} group`, cause?.id ?? ''),
    kind,
    change: `${kind} group`,
    subject: `${formatCount(count, MEMBER_WORDS[kind])}: ${cause?.title ?? ''}`,
    requiredBy: findRequirement(members, context),
    evidence: createFacts({ cause: cause?.title, members: count, severity: highest }),
    covers: members
      .map(({ id, subject, evidence }) => ({ id, subject, evidence }))
      .toSorted((left, right) => compareText(left.subject, right.subject)),
    ...UNSIGNED,
    ...defined({
      severity: highest,
      proposed: proposals.size === 1 ? proposed : undefined,
      compared: chooseCompared(first, context),
    }),
  };
  return { ...entry, digest: digestEvidence(entry) };
}

const MEMBER_WORDS: Readonly<Record<JustificationItem['kind'], string>> = {
  finding: 'finding',
  configuration: 'setting',
  package: 'package',
  executable: 'executable',
  privilege: 'file',
  exception: 'exception',
  control: 'control',
};

function chooseCompared(
  { kind }: JustificationItem,
  { compared }: QueueContext,
): Justification['compared'] {
  return kind === 'finding' || kind === 'exception' || kind === 'control' ? undefined : compared;
}

const RULES_NAMED_MAX = 3;

/** Names the rules that fired for a subject, or else the requirement for its kind of subject. */
function findRequirement(members: readonly JustificationItem[], { rules }: QueueContext): string {
  const fired = members.flatMap(({ subjectKeys }) =>
    subjectKeys.flatMap((key) => rules.get(key) ?? []),
  );
  const named = [...new Set(fired)].sort(compareText);
  if (named.length > 0) {
    const more = named.length - RULES_NAMED_MAX;
    const list = named.slice(0, RULES_NAMED_MAX).join(', ');
    return more > 0 ? `${list} and ${more} more` : list;
  }
  return DEFAULT_REQUIREMENTS[members[0]?.kind ?? 'finding'];
}

const DIFFERENCE = 'every difference from the approved result';

const DEFAULT_REQUIREMENTS: Readonly<Record<JustificationItem['kind'], string>> = {
  finding: 'every open finding',
  configuration: DIFFERENCE,
  package: DIFFERENCE,
  executable: DIFFERENCE,
  privilege: DIFFERENCE,
  exception: 'every exception that ends',
  control: 'every control that needs an answer',
};

/** States why a signature about the same subject does not count any more. */
function addReturn(
  entry: Justification,
  earlier: ReadonlyMap<string, Justification>,
  byId: ReadonlyMap<string, JustificationItem>,
): Justification {
  const before = findEarlier(entry, earlier);
  if (before === undefined) {
    return entry;
  }
  const changes = listEntryChanges(before, byId);
  const why = changes.length === 0 ? `it ended on ${before.until}` : summarizeChanges(changes);
  return { ...entry, returned: `${why} (was: ${before.reason}, ${before.by})` };
}

/** Indexes signed entries by the IDs of the items that they cover. */
export function indexSigned(entries: readonly Justification[]): ReadonlyMap<string, Justification> {
  return new Map(
    entries
      .filter(isSigned)
      .flatMap((entry) => listCovered(entry).map(({ id }) => [id, entry] as const)),
  );
}

/** Returns an entry that was signed for a part of the same subjects. */
export function findEarlier(
  entry: Justification,
  signed: ReadonlyMap<string, Justification>,
): Justification | undefined {
  const ids = listCovered(entry).map(({ id }) => id);
  return ids.map((id) => signed.get(id)).find((one) => one !== undefined);
}

const CHANGES_NAMED_MAX = 5;

/** Lists the first of several changes as one text. */
export function summarizeChanges(changes: readonly string[]): string {
  const more = changes.length - CHANGES_NAMED_MAX;
  return `${changes.slice(0, CHANGES_NAMED_MAX).join('; ')}${more > 0 ? `; and ${more} more` : ''}`;
}

/** The most severe first; then by kind and subject. */
export function compareEntries(left: Justification, right: Justification): number {
  return (
    rankEntry(right) - rankEntry(left) ||
    JUSTIFIED_KINDS.indexOf(left.kind) - JUSTIFIED_KINDS.indexOf(right.kind) ||
    compareText(left.subject, right.subject) ||
    compareText(left.id, right.id)
  );
}

const EXPLOITED_RANK = 10;
const GAINED_RANK = 4.5;

/**
 * Exploited findings come before all others, and new privileges and losses of security rank as high
 * findings.
 */
function rankEntry({ severity, change, evidence }: Justification): number {
  const isLoss = change === 'privilege gained' || evidence.get('consequence') === 'security-loss';
  const rank = severity === undefined ? 0 : SEVERITIES.indexOf(severity);
  return (
    rank + (evidence.get('exploited') === 'yes' ? EXPLOITED_RANK : 0) + (isLoss ? GAINED_RANK : 0)
  );
}
