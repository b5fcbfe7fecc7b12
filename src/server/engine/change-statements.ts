import { DECLARED_FACTS } from '../../compliance/policy/declared-fact.ts';
import { findControl } from '../../compliance/policy/find-control.ts';
import { isCalendarDate } from '../../foundation/core/calendar-date.ts';
import { STATEMENT_ANSWERS } from '../../foundation/core/control.ts';
import { UserError } from '../../foundation/core/error.ts';
import { NAME_PATTERN } from '../access/principal.ts';
import type { StatementTable } from '../store/decision-tables.ts';
import { readLastId } from '../store/last-id.ts';
import { type FleetChange, publishRevision } from './change-fleet.ts';
import { canDecide, type Revocation } from './decisions.ts';
import { type CurrentPolicy, readFleetPolicy } from './fleet-policy.ts';
import { describeValue, isAnswer, type StatementView, toStatementView } from './statements.ts';

/** A person's answer to a control, or a fact that they declare, about some images. */
export interface StatementRequest
  extends Omit<StatementTable, 'id' | 'project' | 'revision' | 'withdrawn' | 'at'> {
  /** It only counts for images of this project; absent or empty for those of all. */
  readonly project?: string;
}

/** A statement to add, or one to withdraw. */
export type StatementEdit =
  | { readonly added: StatementRequest }
  | { readonly withdrawn: Revocation };

/**
 * Adds a statement, or withdraws one, which stays in the past. The newest one counts that is about
 * an image.
 *
 * @returns the statement after the change
 * @throws UserError `E_STATEMENT`, or `E_STATEMENT_UNKNOWN`
 */
export async function changeStatements(
  change: FleetChange,
  edit: StatementEdit,
): Promise<StatementView> {
  if ('added' in edit) {
    return await addStatement(change, edit.added);
  }
  return await removeStatement(change, edit.withdrawn);
}

async function addStatement(
  change: FleetChange,
  request: StatementRequest,
): Promise<StatementView> {
  return await change.store.runTransaction(async (transaction) => {
    const policy = await readFleetPolicy(transaction.db);
    checkStatement(request, policy, change.now);
    const { author, subject, images, vulnerability, project = '' } = request;
    const id = (await readLastId(transaction.db, 'statement')) + 1;
    const about = vulnerability === '' ? subject : `${subject} of ${vulnerability}`;
    const place = project === '' ? '' : ` in the project ${project}`;
    const summary = `${author} stated that ${about} is ${describeValue(request)}${place}`;
    const parts = [{ subject: `${id}`, summary, images, project }];
    const revision = await publishRevision(transaction, change, { kind: 'statement', parts });
    const row = { ...request, project, id, revision, withdrawn: null, at: change.now };
    await transaction.writeRows('statement', [row]);
    return toStatementView(row);
  });
}

async function removeStatement(
  change: FleetChange,
  { id, author, projects }: Revocation,
): Promise<StatementView> {
  return await change.store.runTransaction(async (transaction) => {
    const { db } = transaction;
    const row = await db
      .selectFrom('statement')
      .selectAll()
      .where('id', '=', id)
      .executeTakeFirst();
    if (row === undefined || row.withdrawn !== null || !canDecide(row, projects)) {
      const message = `statement ${id} does not exist, or was withdrawn`;
      throw new UserError('E_STATEMENT_UNKNOWN', message);
    }
    const { subject, images, project } = row;
    const summary = `${author} withdrew statement ${id} about ${subject}`;
    const parts = [{ subject: `${id}`, summary, images, project }];
    const withdrawn = await publishRevision(transaction, change, { kind: 'statement', parts });
    await db.updateTable('statement').set({ withdrawn }).where('id', '=', id).execute();
    return toStatementView({ ...row, withdrawn });
  });
}

const TEXT_CHARS_MAX = 10_000;

function checkStatement(
  request: StatementRequest,
  policy: CurrentPolicy | undefined,
  now: number,
): void {
  const { author, kind, evidence, reason, images, expires, project = '' } = request;
  const isFuture = isCalendarDate(expires) && Date.parse(expires) > now;
  const problems = [
    author.trim() === '' && 'author: a person is required',
    kind === 'control' ? checkAnswer(request, policy) : checkFact(request),
    evidence.trim() === '' && 'evidence: a document, ticket or measurement is required',
    [evidence, reason, images].some((text) => text.length > TEXT_CHARS_MAX) &&
      `texts have at most ${TEXT_CHARS_MAX} characters`,
    !isFuture && 'until: a date in the future is required',
    project !== '' && !NAME_PATTERN.test(project) && 'project: a name of a project is required',
  ].filter((problem) => problem !== false && problem !== undefined);
  if (problems.length > 0) {
    throw new UserError('E_STATEMENT', `invalid statement: ${problems.join('; ')}`);
  }
}

/** The rules of an automatic control decide it: a statement would silently do nothing. */
function checkAnswer(
  { subject, value }: StatementRequest,
  policy: CurrentPolicy | undefined,
): string | undefined {
  const control = findControl(policy?.rules ?? [], subject);
  if (control === undefined) {
    return `control: the policy of the server has no control "${subject}"`;
  }
  if (control.kind === 'automatic') {
    return 'control: its rules decide; accept a violation with an exception';
  }
  return isAnswer(value) ? undefined : `answer: one of ${STATEMENT_ANSWERS.join(', ')} is required`;
}

function checkFact({ subject, value, vulnerability }: StatementRequest): string | undefined {
  const fact = DECLARED_FACTS.find(({ name }) => name === subject);
  if (fact === undefined) {
    return `fact: one of ${DECLARED_FACTS.map(({ name }) => name).join(', ')} is required`;
  }
  const wanted = vulnerability === '' ? 'image' : 'finding';
  if (!fact.subjects.some((one) => one === wanted)) {
    return wanted === 'image'
      ? `vulnerability: "${subject}" is about one vulnerability`
      : `vulnerability: "${subject}" is about the image`;
  }
  const words = fact.kind === 'flag' ? ['true', 'false'] : 'words' in fact ? fact.words : undefined;
  if (words === undefined) {
    return value.trim() === '' ? 'value: a text is required' : undefined;
  }
  return words.some((one) => one === value)
    ? undefined
    : `value: one of ${words.join(', ')} is required`;
}
