import type { Kysely } from 'kysely';
import { DECLARED_FACTS, type DeclaredFact } from '../../compliance/policy/declared-fact.ts';
import type { Statement } from '../../compliance/policy/statement.ts';
import { STATEMENT_ANSWERS, type StatementAnswer } from '../../foundation/core/control.ts';
import { formatTime } from '../query/format-time.ts';
import type { StatementTable } from '../store/decision-tables.ts';
import { toStoredText } from '../store/stored-text.ts';
import type { Tables } from '../store/tables.ts';
import { canApply, type DecidedImage } from './decisions.ts';

/**
 * Lists the statements that were not withdrawn, expired ones included, in their order.
 *
 * @param at revision; the present one if it is absent
 */
export async function listCurrentStatements(
  db: Kysely<Tables>,
  at?: number,
): Promise<readonly StatementTable[]> {
  const all = db.selectFrom('statement').selectAll().orderBy('id');
  return await (at === undefined
    ? all.where('withdrawn', 'is', null)
    : all
        .where('revision', '<=', at)
        .where(({ eb, or }) => or([eb('withdrawn', 'is', null), eb('withdrawn', '>', at)]))
  ).execute();
}

/** A statement with its time as RFC 3339; `withdrawn` is absent if it was not. */
export interface StatementView extends Omit<StatementTable, 'at' | 'project' | 'withdrawn'> {
  readonly at: string;
  /** Absent for all projects. */
  readonly project?: string;
  readonly withdrawn?: number;
}

export function toStatementView({ at, project, withdrawn, ...row }: StatementTable): StatementView {
  return {
    ...row,
    at: formatTime(at),
    ...(project === '' ? {} : { project }),
    ...(withdrawn === null ? {} : { withdrawn }),
  };
}

/** Selects the statements that count for an image, by its name and project: the newest each. */
export function selectStatements(
  statements: readonly StatementTable[],
  { name, project }: DecidedImage,
): readonly StatementTable[] {
  const stored = { name: toStoredText(name), project };
  const about = statements.filter((statement) => canApply(statement, stored));
  const bySubject = new Map(
    about.map((row) => [JSON.stringify([row.kind, row.subject, row.vulnerability]), row]),
  );
  return [...bySubject.values()];
}

/** Returns the answers to controls, as policies read them. */
export function listControlAnswers(statements: readonly StatementTable[]): readonly Statement[] {
  return statements.flatMap(({ id, kind, subject, value, author, evidence, reason, expires }) =>
    kind === 'control' && isAnswer(value)
      ? {
          control: subject,
          answer: value,
          by: author,
          evidence,
          ...(reason === '' ? {} : { reason }),
          expires,
          source: `statement ${id}`,
        }
      : [],
  );
}

/** Returns the declared facts, as policies read them. */
export function listDeclaredFacts(statements: readonly StatementTable[]): readonly DeclaredFact[] {
  return statements.flatMap(({ id, kind, subject, value, author, vulnerability, expires }) => {
    const fact = DECLARED_FACTS.find(({ name }) => name === subject);
    return kind !== 'fact' || fact === undefined
      ? []
      : {
          name: fact.name,
          value: fact.kind === 'flag' ? value === 'true' : value,
          by: author,
          expires,
          source: `statement ${id}`,
          ...(vulnerability === '' ? {} : { vulnerability }),
        };
  });
}

/** Describes the value of a statement. A fact may be a date or a name, which keeps its hyphens. */
export function describeValue({ kind, value }: Pick<StatementTable, 'kind' | 'value'>): string {
  return kind === 'control' ? value.replaceAll('-', ' ') : value;
}

/** Whether a value is an answer to a control. */
export function isAnswer(value: string): value is StatementAnswer {
  return STATEMENT_ANSWERS.some((one) => one === value);
}
