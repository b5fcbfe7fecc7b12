import { dropVersion } from '../../../compliance/policy/package-identity.ts';
import type { Decision } from '../../../foundation/core/decision.ts';
import { UserError } from '../../../foundation/core/error.ts';
import { formatCount } from '../../../foundation/core/screen-text.ts';
import { type Markup, markup } from '../../../foundation/present/markup.ts';
import { listFindingEntries } from '../../../report/format/page/entry.ts';
import { findDecisionEffects } from '../../engine/decision-effects.ts';
import { findDraft } from '../../engine/drafts.ts';
import { readImageReport } from '../../query/image-report.ts';
import { formatAddress } from '../address.ts';
import {
  createDecisionForm,
  type DecisionFields,
  readDecisionFields,
  toDecisionFields,
} from '../decision-form.ts';
import { createRiskFacts, listMissingLimits, readDecisionRisk } from '../decision-risk.ts';
import { listWaitingDrafts } from '../finding-decisions.ts';
import { getFormStatus, listDraftProjects, type PageContent, type PageContext } from '../page.ts';
import { createLink, createNotice, shortenName } from '../parts.ts';

/** Answers: which statement about a finding should another person approve? */
export async function createDecidePage(context: PageContext): Promise<PageContent> {
  const { form, get, at, caller } = context;
  if (at !== undefined) {
    return { heading: 'The past cannot be decided', body: markup`<p>Show the present first.</p>` };
  }
  const own = listDraftProjects(caller);
  if (caller?.projects !== undefined && own.length === 0) {
    return {
      heading: 'Only a developer or a triager writes drafts',
      body: markup`<p>You are neither in ${formatProjects(caller.projects)}.</p><p>See <a href="${formatAddress('review')}">everything that waits for a decision</a>.</p>`,
    };
  }
  const fields = limitFields(form?.fields ?? (await readFields(context)), own);
  const problem = form?.problem;
  const vulnerability = fields['vulnerability'] ?? '';
  const heading =
    problem === undefined
      ? `Decide about ${vulnerability === '' ? 'a vulnerability' : vulnerability}`
      : `The decision is not saved: ${problem}`;
  return {
    heading,
    ...getFormStatus(form),
    body: markup`${await createSource(context)}${await createDraftWarning(context, vulnerability, form?.fields['draft'] ?? get('draft'))}${await createReminder(context, fields)}${createDecisionForm(context, fields, form?.fields['draft'] ?? get('draft'))}`,
  };
}

/** A caller with roles in projects only decides for one of these. */
function limitFields(fields: DecisionFields, own: 'all' | readonly string[]): DecisionFields {
  const { project = '' } = fields;
  return own === 'all' || own.includes(project) ? fields : { ...fields, project: own[0] ?? '' };
}

const DRAFTS_MAX = 10;

/** Warns about drafts that exist for the vulnerability, to avoid a second one. */
async function createDraftWarning(
  context: PageContext,
  vulnerability: string,
  edited: string,
): Promise<Markup | undefined> {
  const drafts = await listWaitingDrafts(context, [vulnerability.toLowerCase()]);
  const others = drafts.filter(({ id }) => String(id) !== edited);
  const lines = others
    .slice(0, DRAFTS_MAX)
    .map(
      ({ id, request }) =>
        markup` ${createLink('draft', { id }, `Draft ${id}`)} about ${shortenName(request.package)} by ${shortenName(request.author)}.`,
    );
  const more = others.length - lines.length;
  const rest = more > 0 ? ` And ${formatCount(more, 'more')}.` : '';
  return lines.length === 0
    ? undefined
    : createNotice(
        markup`<b>${formatCount(others.length, 'draft waits', 'drafts wait')} for approval already:</b>${lines}${rest} Edit that one instead of writing a second.`,
      );
}

function formatProjects(projects: readonly string[]): string {
  return `${projects.length === 1 ? 'the project' : 'the projects'} ${projects.join(', ')}`;
}

/** Shows the findings that the fields cover now, and the limits that they lack. */
async function createReminder(
  context: PageContext,
  fields: DecisionFields,
): Promise<Markup | undefined> {
  // The status changes neither the findings nor the limits.
  const request = readRequest({ ...fields, status: fields['status'] || 'under_investigation' });
  if (request === undefined) {
    return undefined;
  }
  const effects = await findDecisionEffects(context, request);
  const risk = await readDecisionRisk(context, request.vulnerability, effects);
  const missing = listMissingLimits(request);
  const notice =
    missing.length === 0
      ? undefined
      : createNotice(
          `As it stands: ${missing.join(', ')}. Limit it if the reason applies to fewer findings.`,
        );
  return markup`${createRiskFacts(risk, effects)}${notice}`;
}

/** Returns `undefined` for fields that are not valid yet. */
function readRequest(fields: DecisionFields): ReturnType<typeof readDecisionFields> | undefined {
  try {
    return readDecisionFields(fields);
  } catch (error) {
    if (error instanceof UserError) {
      return undefined;
    }
    throw error;
  }
}

/** Reads the draft that is edited, or proposes a decision about a finding. */
async function readFields(context: PageContext): Promise<DecisionFields> {
  const { db, get } = context;
  const draft = get('draft') === '' ? undefined : await findDraft(db, Number(get('draft')));
  if (draft !== undefined) {
    return toDecisionFields(draft.request);
  }
  const vulnerability = get('vulnerability');
  const found = get('image') === '' ? undefined : await readImageReport(context, get('image'), '');
  const entry =
    found === undefined
      ? undefined
      : listFindingEntries(found.report).find(
          ({ finding, package: item }) =>
            finding.id === vulnerability &&
            (get('package') === '' || item.key === get('package') || item.purl === get('package')),
        );
  const purl = entry?.package.purl ?? get('package');
  const suggestion = entry?.decisions.find(({ effect }) => effect === 'suggestion');
  return {
    vulnerability,
    project: await findProject(context),
    package: purl.startsWith('pkg:') ? dropVersion(purl) : '',
    // A preset must not dismiss a finding that has a fix.
    status: entry !== undefined && entry.finding.fixVersions.length > 0 ? '' : 'not_affected',
    ...(suggestion === undefined ? {} : describeSuggestion(suggestion)),
  };
}

/** A caller with roles in projects decides for the project of the image. */
async function findProject({ db, get, caller }: PageContext): Promise<string> {
  if (listDraftProjects(caller) === 'all') {
    return '';
  }
  const row = await db
    .selectFrom('image')
    .select('project')
    .where('id', '=', Number(get('image')) || 0)
    .executeTakeFirst();
  return row?.project ?? '';
}

function describeSuggestion(suggestion: Decision): DecisionFields {
  const { status, justification = '', reason, evidence } = suggestion;
  const files = (evidence?.inputs ?? []).flatMap((input) =>
    input.kind === 'file' ? [`${input.sha256} ${input.path}`] : [],
  );
  return { status, justification, statement: reason, evidence: files.join('\n') };
}

async function createSource({ get, fleet }: PageContext): Promise<Markup | undefined> {
  const image = fleet.get(Number(get('image')));
  const vulnerability = get('vulnerability');
  return image === undefined || vulnerability === ''
    ? undefined
    : markup`<p>From ${createLink('finding', { id: image.id, vulnerability }, 'the finding')} in ${createLink('image', { id: image.id }, image.name)}.</p>`;
}
