import type { Context, Hono } from 'hono';
import { defined } from '../../foundation/core/defined.ts';
import { type ErrorCode, UserError } from '../../foundation/core/error.ts';
import { SEVERITIES } from '../../foundation/core/finding.ts';
import type { StatementEdit } from '../engine/change-statements.ts';
import type { CallEngine } from '../engine/engine-methods.ts';
import {
  type AppEnvironment,
  type Caller,
  findDecidedProjects,
  listCallerProjects,
} from '../http/caller.ts';
import { chooseProject, DECISIONS, STATEMENTS } from '../http/choose-project.ts';
import { checkSubscription } from '../notify/subscription.ts';
import { toStoredText } from '../store/stored-text.ts';
import { formatAddress, hasAddress } from './address.ts';
import { readDecisionFields } from './decision-form.ts';
import type { PageForm } from './page.ts';
import { readStatementFields } from './statement-form.ts';

export interface FormSetting {
  readonly call: CallEngine;
  /** Milliseconds since 1970. */
  readonly getTime: () => number;
  /** Shows a page again with everything that was entered, and a problem. */
  readonly showAgain: (
    context: Context<AppEnvironment>,
    path: string,
    form: PageForm,
  ) => Promise<Response>;
}

type Fields = Readonly<Record<string, readonly string[]>>;
type FlatFields = Readonly<Record<string, string>>;

/** Errors that are the sender's, with the status of the page that shows the form again. */
const SENDERS: ReadonlyMap<ErrorCode, 400 | 404> = new Map([
  ['E_DECISION', 400],
  ['E_DECISION_UNKNOWN', 404],
  ['E_FORBIDDEN', 400],
  ['E_IMAGE_UNKNOWN', 404],
  ['E_STATEMENT', 400],
  ['E_STATEMENT_UNKNOWN', 404],
  ['E_USAGE', 400],
]);

/** Adds the forms of pages. The guard has checked roles, origin and form token before. */
export function addForms(app: Hono<AppEnvironment>, setting: FormSetting): void {
  const { call, getTime } = setting;
  app.post('/decide', async (context) => {
    const fields = await readFields(context);
    const back = formatAddress('decide');
    return await runForm(context, setting, { fields, back }, async () => {
      const caller = context.get('caller');
      const entered = readDecisionFields(flattenFields(fields));
      const project = chooseProject(caller, entered.project, DECISIONS);
      const request = { ...entered, project, author: '' };
      const replaced = readId(fields['draft']?.[0]) || undefined;
      const { principal: person } = caller;
      const now = new Date(getTime()).toISOString();
      const projects = listCallerProjects(caller);
      const edited = listCallerProjects({ projects: findDecidedProjects(caller) });
      const draft = { request, person, ...defined({ replaced, projects, edited }) };
      return formatAddress('draft', { id: await call('addDraft', { draft, now }) });
    });
  });
  app.post('/drafts/answer', async (context) => {
    const fields = await readFields(context);
    const drafts = (fields['draft'] ?? []).map(readSeenDraft);
    const [first] = drafts;
    const isDraftPage = fields['page']?.[0] === 'draft' && first !== undefined;
    const document = fields['document']?.[0] ?? '';
    const review = hasAddress('review', { document }) ? { document } : {};
    const back = isDraftPage
      ? formatAddress('draft', { id: first.id })
      : formatAddress('review', review);
    return await runForm(context, setting, { fields, back }, async () => {
      const caller = context.get('caller');
      const { principal: person } = caller;
      const projects = listCallerProjects(caller);
      const isApproved = fields['answer']?.[0] === 'approve';
      const reason = fields['reason']?.[0] ?? '';
      const now = new Date(getTime()).toISOString();
      const answer = { drafts, isApproved, reason, person, projects };
      await call('answerDrafts', { answer, now });
      return back;
    });
  });
  addStatementForms(app, setting);
  addSettingForms(app, setting);
}

function addStatementForms(app: Hono<AppEnvironment>, setting: FormSetting): void {
  const { call, getTime } = setting;
  const addForm = (path: string, toEdit: (fields: FlatFields, caller: Caller) => StatementEdit) =>
    app.post(path, async (context) => {
      const fields = await readFields(context);
      const { key = '' } = flattenFields(fields);
      const back = formatAddress('control');
      return await runForm(context, setting, { fields, back }, async () => {
        const edit = toEdit(flattenFields(fields), context.get('caller'));
        await call('changeStatements', { edit, now: new Date(getTime()).toISOString() });
        return hasAddress('control', { key }) ? formatAddress('control', { key }) : back;
      });
    });
  addForm('/compliance/statements', (fields, caller) => {
    const { project: wanted = '', ...entered } = readStatementFields(fields, caller.principal.name);
    const project = chooseProject(caller, wanted === '' ? undefined : wanted, STATEMENTS);
    return { added: { ...entered, project } };
  });
  addForm('/compliance/withdraw', ({ id = '' }, caller) => {
    const { name: author } = caller.principal;
    return { withdrawn: { id: readId(id), author, projects: listCallerProjects(caller) } };
  });
}

function addSettingForms(app: Hono<AppEnvironment>, setting: FormSetting): void {
  const { call, showAgain } = setting;
  const back = formatAddress('settings');
  app.post('/settings/subscriptions', async (context) => {
    const fields = await readFields(context);
    const { name = '', url = '', severity = '', ...more } = flattenFields(fields);
    const { channel = 'webhook', secret: given = '', project = '' } = more;
    let secret = '';
    const answer = await runForm(context, setting, { fields, back }, async () => {
      const lowest = SEVERITIES.find((one) => one === severity);
      const request = checkSubscription({
        name: name.trim(),
        channel,
        url: url.trim(),
        ...(given === '' ? {} : { secret: given }),
        filter: defined({
          severity: lowest,
          project: project === '' ? undefined : project,
          reachable: more['reachable'] === 'yes' ? true : undefined,
        }),
        options: more['digest'] === 'yes' ? { digest: true } : {},
      });
      ({ secret } = await call('addSubscription', request));
      return back;
    });
    const note = `The secret of ${name}, which is not shown again: ${secret}`;
    return secret === '' ? answer : await showAgain(context, back, { fields: {}, note });
  });
  app.post('/settings/replay', async (context) => {
    const fields = await readFields(context);
    return await runForm(context, setting, { fields, back }, async () => {
      await call('replayDelivery', readId(fields['id']?.[0]));
      return back;
    });
  });
  app.post('/watched/check', async (context) => {
    const fields = await readFields(context);
    const watched = formatAddress('watched');
    return await runForm(context, setting, { fields, back: watched }, async () => {
      await call('requestRegistryCheck', toStoredText(fields['name']?.[0] ?? ''));
      return watched;
    });
  });
  app.post('/health/retry', async (context) => {
    const fields = await readFields(context);
    const health = formatAddress('health');
    return await runForm(context, setting, { fields, back: health }, async () => {
      await call('retryJob', readId(fields['id']?.[0]));
      return health;
    });
  });
}

interface SentForm {
  readonly fields: Fields;
  /** Address of the page with the form. */
  readonly back: string;
}

/** Runs the work of a form, which returns the address of the next page. */
async function runForm(
  context: Context<AppEnvironment>,
  { showAgain }: FormSetting,
  { fields, back }: SentForm,
  work: () => Promise<string>,
): Promise<Response> {
  try {
    return context.redirect(await work(), 303);
  } catch (error) {
    const status = error instanceof UserError ? SENDERS.get(error.code) : undefined;
    if (!(error instanceof UserError) || status === undefined) {
      throw error;
    }
    const { message, hint } = error;
    const problem = hint === undefined ? message : `${message}; ${hint}`;
    return await showAgain(context, back, { fields: flattenFields(fields), problem, status });
  }
}

async function readFields(context: Context): Promise<Fields> {
  const body = await context.req.parseBody({ all: true });
  return Object.fromEntries(
    Object.entries(body).map(([name, value]) => [
      name,
      (Array.isArray(value) ? value : [value]).filter((one) => typeof one === 'string'),
    ]),
  );
}

function flattenFields(fields: Fields): FlatFields {
  return Object.fromEntries(
    Object.entries(fields).map(([name, values]) => [name, values.join(' ')]),
  );
}

/** Returns an ID; 0, which nothing has, for everything else. */
function readId(text = ''): number {
  return /^[1-9]\d{0,8}$/.test(text) ? Number(text) : 0;
}

/** A draft, and the number of findings that its preview showed. */
function readSeenDraft(value: string): { readonly id: number; readonly findings: number } {
  const [, id, findings] = /^(\d{1,9}):(\d{1,9})$/.exec(value) ?? [];
  return { id: Number(id ?? 0), findings: Number(findings ?? -1) };
}
