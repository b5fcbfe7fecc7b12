import type { Kysely } from 'kysely';
import { SEVERITIES, type SeverityWord } from '../../foundation/core/finding.ts';
import { listOpenRevisions } from '../engine/verdicts.ts';
import { listExploited } from '../engine/vulnerabilities.ts';
import { FINDING_KIND } from '../store/match-kind.ts';
import { splitKeys } from '../store/store.ts';
import type { Tables } from '../store/tables.ts';
import { isAboutAdvisories, type ReportedCause } from './reported-cause.ts';

/** Causes that one transaction turns into messages. */
const CAUSES_EACH = 200;

type CauseRow = Omit<ReportedCause, 'effects' | 'isExploited' | 'roseFrom' | 'severity'>;

/**
 * Lists causes in the outbox that can be reported. Jobs add the effects on verdicts to the cause
 * without a subject, so it waits until all jobs of its revision have ended.
 */
export async function listReadyCauses(db: Kysely<Tables>): Promise<readonly CauseRow[]> {
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

/** Adds effects and facts to causes. */
export async function completeCauses(
  db: Kysely<Tables>,
  rows: readonly CauseRow[],
): Promise<readonly ReportedCause[]> {
  const ids = rows.map(({ id }) => id);
  const effects: Tables['effect'][] = [];
  for (const some of splitKeys(ids)) {
    const found = db.selectFrom('effect').selectAll().where('cause', 'in', some);
    effects.push(...(await found.orderBy('kind').execute()));
  }
  const advisories = rows.filter(isAboutAdvisories);
  const vulnerabilities = [...new Set(advisories.map(({ subject }) => subject))];
  const severities = await readSeverities(db, vulnerabilities);
  const exploited = await listExploited(db, vulnerabilities);
  const raised = await findRaised(db, advisories);
  return rows.map((row) => {
    const severity = row.kind === 'data' ? severities.get(row.subject) : undefined;
    const roseFrom = raised.get(row.id);
    return {
      ...row,
      effects: effects
        .filter(({ cause }) => cause === row.id)
        .map(({ kind, count, images }) => ({ kind, count, images })),
      ...(severity === undefined ? {} : { severity }),
      ...(roseFrom === undefined ? {} : { roseFrom }),
      isExploited: row.kind === 'data' && exploited.has(row.subject),
    };
  });
}

/** The highest severity of the open matches of each vulnerability, or of those that were closed. */
async function readSeverities(
  db: Kysely<Tables>,
  ids: readonly string[],
): Promise<ReadonlyMap<string, SeverityWord>> {
  const found = new Map<string, SeverityWord>();
  for (const isOpen of [false, true]) {
    for (const some of splitKeys(ids)) {
      const all = db
        .selectFrom('match')
        .select(({ fn }) => ['vulnerability', fn.max('severity').as('severity')])
        .where('vulnerability', 'in', some)
        .where('kind', '=', FINDING_KIND);
      const open = isOpen ? all.where('closed', 'is', null) : all;
      for (const { vulnerability, severity } of await open.groupBy('vulnerability').execute()) {
        found.set(vulnerability, SEVERITIES[severity] ?? 'unknown');
      }
    }
  }
  return found;
}

/**
 * Finds the causes by which a finding became more severe: a match that its revision closed has a
 * lower severity than the one that it opened in the same place. Returns the severity before.
 */
async function findRaised(
  db: Kysely<Tables>,
  causes: readonly Pick<CauseRow, 'id' | 'revision' | 'subject'>[],
): Promise<ReadonlyMap<number, SeverityWord>> {
  const found = new Map<number, SeverityWord>();
  for (const [revision, some] of Map.groupBy(causes, (cause) => cause.revision)) {
    const ids = new Map(some.map(({ id, subject }) => [subject, id]));
    for (const subjects of splitKeys(ids.keys())) {
      const rows = await db
        .selectFrom('event')
        .innerJoin('match as fresh', (join) =>
          join
            .onRef('fresh.component', '=', 'event.component')
            .onRef('fresh.kind', '=', 'event.kind')
            .onRef('fresh.vulnerability', '=', 'event.vulnerability')
            .onRef('fresh.opened', '=', 'event.revision'),
        )
        .innerJoin('match as old', (join) =>
          join
            .onRef('old.component', '=', 'fresh.component')
            .onRef('old.kind', '=', 'fresh.kind')
            .onRef('old.vulnerability', '=', 'fresh.vulnerability')
            .onRef('old.number', '=', 'fresh.number')
            .onRef('old.closed', '=', 'fresh.opened'),
        )
        .select(({ fn }) => ['event.vulnerability', fn.max('old.severity').as('before')])
        .where('event.revision', '=', revision)
        .where('event.kind', '=', FINDING_KIND)
        .where('event.change', '=', 'changed')
        .where('event.vulnerability', 'in', subjects)
        .whereRef('old.severity', '<', 'fresh.severity')
        .groupBy('event.vulnerability')
        .execute();
      for (const { vulnerability, before } of rows) {
        found.set(ids.get(vulnerability) ?? 0, SEVERITIES[before] ?? 'unknown');
      }
    }
  }
  return found;
}
