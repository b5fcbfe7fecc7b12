import { createHash } from 'node:crypto';
import type { Kysely } from 'kysely';
import { SEVERITIES, type SeverityWord } from '../../core/finding.ts';
import { formatTime } from '../engine/format-time.ts';
import { listOpenRevisions } from '../engine/verdicts.ts';
import { readLastId } from '../store/last-id.ts';
import { FINDING_KIND } from '../store/match-kind.ts';
import type { Store, StoreTransaction } from '../store/store.ts';
import type { RevisionKind, Tables } from '../store/tables.ts';
import type { SubscriptionFilter } from './subscription.ts';

/** Causes that one transaction turns into messages. */
const CAUSES_EACH = 200;
const MESSAGE_HEX_CHARS = 24;
const FAILED = /-fail$/;

/** A cause with all contents of its message. */
interface ReportedCause {
  readonly id: number;
  readonly revision: number;
  readonly kind: RevisionKind;
  readonly subject: string;
  readonly summary: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly effects: readonly {
    readonly kind: string;
    readonly count: number;
    readonly images: number;
  }[];
  /** Of the vulnerability; absent for other causes. */
  readonly severity?: SeverityWord;
  readonly isExploited: boolean;
}

/**
 * Turns the causes in the outbox into messages, one for each subscription that selects the cause. A
 * cause without effects changes no state, so nobody receives it.
 *
 * @param source `source` of the messages: the address of the server
 */
export async function createMessages(store: Store, source: string): Promise<void> {
  // Most searches find nothing, and a transaction counts as a change of the store.
  while ((await listReadyCauses(store.db)).length > 0) {
    await store.runTransaction(async (transaction) => {
      await writeMessages(transaction, await takeCauses(transaction.db), source);
    });
  }
}

async function writeMessages(
  { db, writeRows }: StoreTransaction,
  causes: readonly ReportedCause[],
  source: string,
): Promise<void> {
  if (causes.length === 0) {
    return;
  }
  const subscriptions = await db
    .selectFrom('subscription')
    .select(['id', 'filter'])
    .where('state', '!=', 'ended')
    .orderBy('id')
    .execute();
  const selected = causes.flatMap((cause) =>
    subscriptions
      .filter(({ filter }) => isSelected(JSON.parse(filter) as SubscriptionFilter, cause))
      .map(({ id }) => ({ cause, subscription: id })),
  );
  const known = await readDeliveries(db, causes);
  const last = await readLastId(db, 'delivery');
  await writeRows(
    'delivery',
    selected.map(({ cause, subscription }, index) => {
      // A cause with more effects than before has another message, in the row of the first one.
      const key = `${subscription}\0${cause.id}\0${JSON.stringify(cause.effects)}`;
      const message = createMessageId(key);
      const before = known.get(`${subscription} ${cause.id}`);
      return {
        id: before?.id ?? last + index + 1,
        message,
        subscription,
        cause: cause.id,
        subject: cause.subject,
        state: 'queued',
        attempts: before?.attempts ?? 0,
        run_at: cause.at,
        created: cause.at,
        body: writeMessage(cause, { id: message, source }),
      };
    }),
    ['id'],
  );
}

/** Reads the messages about causes that were reported before, by subscription and cause. */
async function readDeliveries(db: Kysely<Tables>, causes: readonly ReportedCause[]) {
  const ids = causes.map(({ id }) => id);
  const rows = await db
    .selectFrom('delivery')
    .select(['id', 'subscription', 'cause', 'attempts'])
    .where('cause', 'in', ids)
    .execute();
  return new Map(rows.map((row) => [`${row.subscription} ${row.cause}`, row]));
}

/**
 * Lists causes in the outbox that can be reported. Jobs add the effects on verdicts to the cause
 * without a subject, so it waits until all jobs of its revision have ended.
 */
async function listReadyCauses(db: Kysely<Tables>) {
  const open = await listOpenRevisions(db);
  const query = db
    .selectFrom('outbox')
    .innerJoin('cause', 'cause.id', 'outbox.cause')
    .select(['cause.id', 'revision', 'kind', 'subject', 'summary', 'at'])
    .orderBy('cause.id')
    .limit(CAUSES_EACH);
  const ready =
    open.length === 0
      ? query
      : query.where(({ eb, or }) => or([eb('subject', '!=', ''), eb('revision', 'not in', open)]));
  return await ready.execute();
}

/** Removes causes from the outbox. They stay there if the transaction fails. */
async function takeCauses(db: Kysely<Tables>): Promise<readonly ReportedCause[]> {
  const rows = await listReadyCauses(db);
  const ids = rows.map(({ id }) => id);
  if (ids.length === 0) {
    return [];
  }
  await db.deleteFrom('outbox').where('cause', 'in', ids).execute();
  const effects = await db
    .selectFrom('effect')
    .selectAll()
    .where('cause', 'in', ids)
    .orderBy('kind')
    .execute();
  const vulnerabilities = rows.filter(({ kind }) => kind === 'data').map(({ subject }) => subject);
  const severities = await readSeverities(db, vulnerabilities);
  const exploited = await listExploited(db, vulnerabilities);
  return rows.map((row) => {
    const severity = severities.get(row.subject);
    return {
      ...row,
      effects: effects
        .filter(({ cause }) => cause === row.id)
        .map(({ kind, count, images }) => ({ kind, count, images })),
      ...(row.kind !== 'data' || severity === undefined ? {} : { severity }),
      isExploited: row.kind === 'data' && exploited.has(row.subject),
    };
  });
}

/** The highest severity of the matches of each vulnerability, also of those that were closed. */
async function readSeverities(
  db: Kysely<Tables>,
  ids: readonly string[],
): Promise<ReadonlyMap<string, SeverityWord>> {
  if (ids.length === 0) {
    return new Map();
  }
  const rows = await db
    .selectFrom('match')
    .select(({ fn }) => ['vulnerability', fn.max('severity').as('severity')])
    .where('vulnerability', 'in', [...new Set(ids)])
    .where('kind', '=', FINDING_KIND)
    .groupBy('vulnerability')
    .execute();
  return new Map(
    rows.map(({ vulnerability, severity }) => [vulnerability, SEVERITIES[severity] ?? 'unknown']),
  );
}

async function listExploited(
  db: Kysely<Tables>,
  ids: readonly string[],
): Promise<ReadonlySet<string>> {
  if (ids.length === 0) {
    return new Set();
  }
  const rows = await db
    .selectFrom('vulnerability')
    .select('id')
    .where('id', 'in', [...new Set(ids)])
    .where('exploited', '=', 1)
    .execute();
  return new Set(rows.map(({ id }) => id));
}

/** Unrated and exploited vulnerabilities, and failing verdicts, are reported at any severity. */
function isSelected({ severity, kinds }: SubscriptionFilter, cause: ReportedCause): boolean {
  if (cause.effects.length === 0 || kinds?.includes(cause.kind) === false) {
    return false;
  }
  if (severity === undefined || cause.severity === undefined || cause.isExploited) {
    return true;
  }
  return (
    cause.severity === 'unknown' ||
    SEVERITIES.indexOf(cause.severity) >= SEVERITIES.indexOf(severity) ||
    cause.effects.some(({ kind }) => FAILED.test(kind))
  );
}

/** Returns the ID of a message, which is the same for the same key. */
export function createMessageId(key: string): string {
  return `msg_${createHash('sha256').update(key).digest('hex').slice(0, MESSAGE_HEX_CHARS)}`;
}

/** CloudEvents 1.0, JSON format. */
function writeMessage(
  { at, revision, kind, subject, summary, effects, severity, isExploited }: ReportedCause,
  { id, source }: { readonly id: string; readonly source: string },
): string {
  return JSON.stringify({
    specversion: '1.0',
    id,
    source,
    type: `plimsoll.change.${kind}`,
    time: formatTime(at),
    ...(subject === '' ? {} : { subject }),
    datacontenttype: 'application/json',
    data: {
      revision,
      summary,
      ...(severity === undefined ? {} : { severity }),
      ...(kind === 'data' ? { exploited: isExploited } : {}),
      effects,
      changes: `/api/v1/changes?after=${revision - 1}`,
    },
  });
}
