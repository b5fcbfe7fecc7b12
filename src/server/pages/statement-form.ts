import { clocks } from '../../compliance/policy/clock/registry.generated.ts';
import { DECLARED_FACTS } from '../../compliance/policy/declared-fact.ts';
import { STATEMENT_ANSWERS } from '../../foundation/core/control.ts';
import { type Markup, markup } from '../../foundation/present/markup.ts';
import type { StatementRequest } from '../engine/change-statements.ts';
import { describeValue, listCurrentStatements } from '../engine/statements.ts';
import type { StatementTable } from '../store/decision-tables.ts';
import { toStoredText } from '../store/stored-text.ts';
import type { FleetControl } from './control-sections.ts';
import { createProjectField } from './decision-form.ts';
import { createFormToken } from './forms.ts';
import { hasRole, listRoleProjects, type PageContext } from './page.ts';
import { type Choice, createSection, createTable, createTime, shortenName } from './parts.ts';

type DeclaredDefinition = (typeof DECLARED_FACTS)[number];

/** The texts of the fields of a statement, by their names. */
type StatementFields = Readonly<Record<string, string>>;

/** Reads the fields of a form; the engine checks them. */
export function readStatementFields(fields: StatementFields, author: string): StatementRequest {
  const readField = (name: string): string => toStoredText((fields[name] ?? '').trim());
  const common = {
    author,
    evidence: readField('evidence'),
    reason: readField('reason'),
    images: readField('images'),
    project: readField('project'),
    expires: readField('expires'),
  };
  const claim = readField('claim');
  if (fields['claim'] === undefined) {
    const [subject, value] = [readField('key'), readField('answer')];
    return { ...common, kind: 'control', subject, value, vulnerability: '' };
  }
  const [subject = '', chosen = ''] = claim.split('=', 2);
  const value = chosen === '' ? readField('text') : chosen;
  return { ...common, kind: 'fact', subject, value, vulnerability: readField('vulnerability') };
}

/** Shows the statements about a control, its missing facts, and forms to add both. */
export async function createStatementSection(
  context: PageContext,
  control: FleetControl,
): Promise<Markup> {
  const { db, at, caller, formToken } = context;
  const facts = listDeclaredReads(control);
  const names = new Set<string>(facts.map(({ name }) => name));
  const rows = (await listCurrentStatements(db, at)).filter(({ kind, subject }) =>
    kind === 'control' ? subject === control.key : names.has(subject),
  );
  const own = listRoleProjects(caller, 'approver');
  const canState = at === undefined && formToken !== undefined && own.length > 0;
  const known =
    rows.length === 0
      ? undefined
      : createStatementTable(context, rows, canState ? control.key : undefined);
  const isOpen = control.isAnswerable || facts.length > 0;
  if (!isOpen && known === undefined) {
    return markup``;
  }
  const forms = canState
    ? markup`<div class="pair">${control.isAnswerable ? createAnswerForm(context, control) : undefined}${facts.length === 0 ? undefined : createFactForm(context, control, facts)}</div>`
    : markup`<p class="dim">${at === undefined ? 'An approver can add statements here.' : 'Statements are added in the present.'}</p>`;
  return createSection(
    'statements',
    rows.length === 0 ? 'Statements of people: none yet' : 'Statements of people',
    markup`${known}${isOpen ? forms : undefined}`,
  );
}

/** Lists the facts that only people know, and that the answers to a control read or lack. */
function listDeclaredReads({ images }: FleetControl): readonly DeclaredDefinition[] {
  const answers = [...images.values()].flat();
  const facts = new Set(
    answers.flatMap(({ control }) => control.facts.map((fact) => fact.split('.').at(-1) ?? '')),
  );
  const timed = clocks.filter(({ id }) => facts.has(`overdue-${id}`));
  const read = new Set<string>([...facts, ...timed.flatMap(({ reads }) => reads)]);
  const reasons = new Set(answers.flatMap(({ control }) => control.reasons));
  const lacked = [...reasons].join('\n');
  return DECLARED_FACTS.filter(({ name }) => read.has(name) || lacked.includes(`"${name}"`));
}

function createStatementTable(
  { now, formToken, caller }: PageContext,
  rows: readonly StatementTable[],
  key: string | undefined,
): Markup {
  const createWithdrawal = ({ id, project }: StatementTable): Markup | undefined =>
    hasRole(caller, 'approver', project)
      ? markup`<form action="/compliance/withdraw" method="post">${createFormToken(formToken)}<input type="hidden" name="id" value="${id}"><input type="hidden" name="key" value="${key}"><button aria-label="Withdraw statement ${id}">Withdraw</button></form>`
      : undefined;
  return createTable<StatementTable>(
    'Statements',
    [
      {
        title: 'Statement',
        cell: ({ kind, subject, value, vulnerability }) =>
          markup`${shortenName(subject)}: ${shortenName(describeValue({ kind, value }))}${vulnerability === '' ? undefined : markup`<span class="row-note">of ${shortenName(vulnerability)}</span>`}`,
      },
      {
        title: 'Images',
        cell: ({ images, project }) =>
          markup`${images === '' ? 'all' : shortenName(images)}${project === '' ? undefined : markup`<span class="row-note">only in the project ${shortenName(project)}</span>`}`,
      },
      {
        title: 'Evidence',
        cell: ({ evidence, reason }) =>
          markup`${shortenName(evidence)}${reason === '' ? undefined : markup`<span class="row-note">${shortenName(reason)}</span>`}`,
      },
      {
        title: 'By',
        cell: ({ author, at }) =>
          markup`${shortenName(author)}<span class="row-note">${createTime(at)}</span>`,
      },
      {
        title: 'Until',
        cell: ({ expires }) =>
          Date.parse(expires) > Date.parse(now)
            ? expires
            : markup`${expires} <b class="v v-unknown">expired</b>`,
      },
      ...(key === undefined ? [] : [{ title: 'Next', cell: createWithdrawal }]),
    ],
    rows,
  );
}

const ANSWER_TITLES = { met: 'met', 'not-met': 'not met', 'not-applicable': 'not applicable' };

function createAnswerForm(context: PageContext, { key, open }: FleetControl): Markup {
  const fields = context.form?.fields ?? {};
  const choices = STATEMENT_ANSWERS.map((value) => ({ value, title: ANSWER_TITLES[value] }));
  return markup`<form class="decide" action="/compliance/statements" method="post">${createFormToken(context.formToken)}<input type="hidden" name="key" value="${key}">
<fieldset><legend>Answer this control</legend>
<div>${open === undefined ? undefined : markup`<p class="dim">Rules do not answer this part: ${open}.</p>`}</div>
${createChoice('Answer', 'answer', { choices, chosen: fields['answer'] ?? '' })}
${createCommonFields(context, 'claim' in fields ? {} : fields)}
<p><button>State it</button></p></fieldset></form>`;
}

function createFactForm(
  context: PageContext,
  { key }: FleetControl,
  facts: readonly DeclaredDefinition[],
): Markup {
  const { form, formToken } = context;
  const fields = form !== undefined && 'claim' in form.fields ? form.fields : {};
  const choices = facts.flatMap((fact) =>
    listValues(fact).map((value) => {
      const title = `${fact.name}: ${value === '' ? 'the value below' : value}`;
      return { value: `${fact.name}=${value}`, title };
    }),
  );
  const hasText = facts.some(({ kind }) => kind === 'text');
  const isOfFinding = facts.some(({ subjects }) => subjects.some((one) => one === 'finding'));
  const about = facts.map((fact) => markup`<div><dt>${fact.name}</dt><dd>${fact.about}</dd></div>`);
  return markup`<form class="decide" action="/compliance/statements" method="post">${createFormToken(formToken)}<input type="hidden" name="key" value="${key}">
<fieldset><legend>Declare a fact that only people know</legend>
<div><dl class="facts">${about}</dl></div>
${createChoice('Fact and value', 'claim', { choices, chosen: fields['claim'] ?? '' })}
${hasText ? createField('Value', 'text', fields) : undefined}
${isOfFinding ? createField('Vulnerability, if it is about one; empty for the image', 'vulnerability', fields) : undefined}
${createCommonFields(context, fields)}
<p><button>Declare it</button></p></fieldset></form>`;
}

function listValues(fact: DeclaredDefinition): readonly string[] {
  if (fact.kind === 'flag') {
    return ['true', 'false'];
  }
  return fact.kind === 'word' ? fact.words : [''];
}

function createCommonFields({ caller }: PageContext, fields: StatementFields): Markup {
  return markup`${createField('Images, with * for any characters; empty for all', 'images', fields)}
${createProjectField(listRoleProjects(caller, 'approver'), (name) => fields[name] ?? '')}
${createField('Evidence: a document, ticket or measurement', 'evidence', fields)}
${createField('Reason', 'reason', fields)}
<label>Until, at the latest<input type="date" name="expires" value="${fields['expires'] ?? ''}" required></label>`;
}

const NOTHING_CHOSEN = { value: '', title: 'choose one' };

/** Nothing is chosen before a person does: a claim must not be an accident. */
function createChoice(
  label: string,
  name: string,
  { choices, chosen }: { readonly choices: readonly Choice[]; readonly chosen: string },
): Markup {
  const options = [NOTHING_CHOSEN, ...choices].map(({ value, title }) => {
    const selected = value === chosen ? markup` selected` : undefined;
    return markup`<option value="${value}"${selected}>${title}</option>`;
  });
  return markup`<label>${label}<select name="${name}" required>${options}</select></label>`;
}

function createField(label: string, name: string, fields: StatementFields): Markup {
  return markup`<label>${label}<input name="${name}" value="${fields[name] ?? ''}" autocomplete="off"></label>`;
}
