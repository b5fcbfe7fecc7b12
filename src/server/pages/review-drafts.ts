import { formatCount } from '../../foundation/core/screen-text.ts';
import { type Markup, markup } from '../../foundation/present/markup.ts';
import {
  type DecisionEffects,
  findDecisionEffects,
  type NearMiss,
} from '../engine/decision-effects.ts';
import { type DraftView, isOwnDraft, listOpenDrafts } from '../engine/drafts.ts';
import type { VexSource } from '../engine/vex-statements.ts';
import { listSuggestions, SEARCHED_MAX, type Suggestion } from '../query/suggestions.ts';
import { formatAddress } from './address.ts';
import { createFormToken } from './forms.ts';
import { getFormStatus, hasRole, type PageContent, type PageContext } from './page.ts';
import {
  createLink,
  createPager,
  createSection,
  createTable,
  createTime,
  shortenName,
} from './parts.ts';

const DRAFTS_MAX = 100;

/** A draft with everything that a reviewer needs. */
export interface ReviewedDraft {
  readonly draft: DraftView;
  readonly effects: DecisionEffects;
  readonly isOwn: boolean;
}

/** A VEX document with drafts that wait. */
export interface WaitingDocument {
  readonly source: VexSource;
  /** In the order of their IDs. */
  readonly drafts: readonly DraftView[];
}

export interface WaitingDrafts {
  /** Drafts of people. */
  readonly reviewed: readonly ReviewedDraft[];
  readonly documents: readonly WaitingDocument[];
}

/** Reads the drafts that wait; those of a past state are not known. */
export async function readDrafts(context: PageContext): Promise<WaitingDrafts> {
  const { db, at } = context;
  const drafts = at === undefined ? await listOpenDrafts(db) : [];
  const written = drafts.filter(({ source }) => source === undefined);
  const byDocument = Map.groupBy(
    drafts.filter(({ source }) => source !== undefined),
    ({ source }) => source?.document,
  );
  const documents = [...byDocument.values()].flatMap((some) => {
    const source = some[0]?.source;
    return source === undefined ? [] : [{ source, drafts: some }];
  });
  return { reviewed: await reviewDrafts(context, written.slice(0, DRAFTS_MAX)), documents };
}

async function reviewDrafts(
  context: PageContext,
  drafts: readonly DraftView[],
): Promise<readonly ReviewedDraft[]> {
  const { caller } = context;
  const reviewed: ReviewedDraft[] = [];
  for (const draft of drafts) {
    reviewed.push({
      draft,
      effects: await findDecisionEffects(context, draft.request),
      isOwn: caller !== undefined && isOwnDraft(draft, caller),
    });
  }
  return reviewed;
}

/** Shows one line for each VEX document, however many statements it has. */
export function createDocumentSection(documents: readonly WaitingDocument[]): Markup | undefined {
  if (documents.length === 0) {
    return undefined;
  }
  const table = createTable<WaitingDocument>(
    'VEX documents',
    [
      {
        title: 'Document',
        cell: ({ source: { document, id } }) =>
          createLink('review', { document }, id === '' ? document : id),
      },
      { title: 'Stated by', cell: ({ source: { author } }) => shortenName(author) },
      { title: 'Waiting', isNumber: true, cell: ({ drafts }) => drafts.length },
      {
        title: 'Sent by',
        cell({ drafts: [first] }) {
          return first === undefined
            ? ''
            : markup`${shortenName(first.request.author)}<span class="row-note">${createTime(Date.parse(first.at))}</span>`;
        },
      },
    ],
    documents,
  );
  return createSection(
    'documents',
    'VEX documents that were sent',
    markup`<p>Their statements decide nothing before an approver agrees.</p>${table}`,
  );
}

/** Answers: which statements of one VEX document wait, and may they count? */
export async function createDocumentReview(context: PageContext): Promise<PageContent> {
  const wanted = context.get('document');
  const { documents } = await readDrafts(context);
  const found = documents.find(({ source }) => source.document === wanted);
  const all = markup`<p>See <a href="${formatAddress('review')}">everything that waits</a>.</p>`;
  if (found === undefined) {
    return { heading: 'No statement of this VEX document waits', body: all };
  }
  const { source, drafts } = found;
  const after = Number(context.get('after') || 0);
  const rest = drafts.filter(({ id }) => id > after);
  const shown = rest.slice(0, DRAFTS_MAX);
  const last = rest.length > shown.length ? shown.at(-1)?.id : undefined;
  const next = last === undefined ? undefined : { document: wanted, after: last };
  const first = after === 0 ? undefined : formatAddress('review', { document: wanted });
  const problem = context.form?.problem;
  const count = formatCount(drafts.length, 'statement waits', 'statements wait');
  return {
    ...getFormStatus(context.form),
    heading: problem === undefined ? `${count} for an answer` : `Nothing was decided: ${problem}`,
    body: markup`<p>Stated by ${shortenName(source.author)} in the VEX document ${shortenName(source.id)}.<span class="row-note">SHA-256 <code>${source.document}</code></span></p>
${createDraftSections(context, await reviewDrafts(context, shown), wanted)}
${createPager(first, next && formatAddress('review', next))}${all}`,
  };
}

/** Shows the drafts of others with a form that answers many with one reason, and one's own. */
export function createDraftSections(
  context: PageContext,
  drafts: readonly ReviewedDraft[],
  document = '',
): Markup | undefined {
  const [own, others] = [true, false].map((isOwn) => drafts.filter((one) => one.isOwn === isOwn));
  const { caller, formToken, form } = context;
  const isAnswered = ({ draft }: ReviewedDraft): boolean =>
    formToken !== undefined && hasRole(caller, 'approver', draft.request.project);
  const canAnswer = others?.some(isAnswered) === true;
  const reason = form?.fields['reason'] ?? '';
  const table =
    others === undefined || others.length === 0
      ? undefined
      : createDraftTable('Drafts of others', others, isAnswered);
  const answer = markup`<form action="/drafts/answer" method="post">${createFormToken(formToken)}<input type="hidden" name="document" value="${document}">${table}
<div class="decide"><label>One reason for all selected<textarea name="reason" rows="2" maxlength="2000">${reason}</textarea></label>
<p><button name="answer" value="approve">Approve selected</button> <button name="answer" value="reject">Reject selected</button> <select-count></select-count></p></div></form>`;
  const waiting =
    table === undefined
      ? undefined
      : createSection(
          'drafts',
          `${formatCount(others?.length ?? 0, 'draft')} of others`,
          canAnswer ? answer : markup`${table}<p class="dim">An approver must answer them.</p>`,
        );
  const mine =
    own === undefined || own.length === 0
      ? undefined
      : createSection(
          'mine',
          `${formatCount(own.length, 'draft')} of mine`,
          markup`${createDraftTable('My drafts', own, () => false)}<p class="dim">Another person must approve them.</p>`,
        );
  return markup`${waiting}${mine}`;
}

function createDraftTable(
  label: string,
  drafts: readonly ReviewedDraft[],
  canSelect: (draft: ReviewedDraft) => boolean,
): Markup {
  return createTable<ReviewedDraft>(
    label,
    [
      {
        title: 'Draft',
        cell(reviewed) {
          const { draft, effects } = reviewed;
          const { id, request } = draft;
          const { project = '' } = request;
          const name = `${request.vulnerability}: ${request.package}`;
          const box = canSelect(reviewed)
            ? markup`<input type="checkbox" name="draft" value="${id}:${effects.findings}" aria-label="Select draft ${id}"> `
            : undefined;
          const place =
            project === ''
              ? undefined
              : markup`<span class="row-note">only in project ${project}</span>`;
          return markup`${box}${createLink('draft', { id }, name)}${place}`;
        },
      },
      {
        title: 'Covers',
        cell: ({ draft, effects: { findings, images, misses } }) =>
          markup`${formatCount(findings, 'finding')} in ${formatCount(images.size, 'image')}${describeMisses(draft.id, misses)}`,
      },
      {
        title: 'Statement',
        cell({ draft: { request } }) {
          const { status, justification = '', statement = '' } = request;
          const why = [justification.replaceAll('_', ' '), statement].filter(Boolean).join(': ');
          return markup`${status.replaceAll('_', ' ')}<span class="row-note">${shortenName(why)}</span>`;
        },
      },
      {
        title: 'Evidence',
        cell: ({ draft: { request, source } }) =>
          source === undefined
            ? formatCount(request.evidence?.length ?? 0, 'file')
            : `statement ${source.statement} of ${shortenName(source.author)}`,
      },
      {
        title: 'By',
        cell: ({ draft: { request, at } }) =>
          markup`${shortenName(request.author)}<span class="row-note">${createTime(Date.parse(at))}</span>`,
      },
    ],
    drafts,
  );
}

/** Names the first package version that a draft does not cover, and the condition that differs. */
function describeMisses(draft: number, misses: readonly NearMiss[]): Markup | undefined {
  const [first] = misses;
  if (first === undefined) {
    return undefined;
  }
  const { name, version, reason } = first;
  const more = misses.length - 1;
  const link =
    more === 0
      ? undefined
      : markup`; and <a href="${formatAddress('draft', { id: draft })}#misses">${formatCount(more, 'other package version')}</a>`;
  return markup`<span class="row-note">not ${shortenName(name)} ${shortenName(version)}, which has the same vulnerability: ${shortenName(reason)}${link}</span>`;
}

const SUGGESTIONS_MAX = 50;

/** Shows the decisions that plimsoll proposes. A person who agrees makes a draft of them. */
export async function createSuggestionSection(
  context: PageContext,
): Promise<{ readonly count: number; readonly section: Markup | undefined }> {
  const { db, fleet } = context;
  const all = await fleet.remember('suggestions', async () => await listSuggestions(db, fleet));
  if (all.length === 0) {
    return { count: 0, section: undefined };
  }
  const table = createTable<Suggestion>(
    'Proposed by plimsoll',
    [
      {
        title: 'Vulnerability',
        cell: ({ vulnerability }) => createLink('exposure', { vulnerability }, vulnerability),
      },
      { title: 'Package', cell: ({ package: name }) => shortenName(name) },
      {
        title: 'Proposal',
        cell: ({ status, reason }) =>
          markup`${status.replaceAll('_', ' ')}<span class="row-note">${shortenName(reason)}</span>`,
      },
      { title: 'Images', isNumber: true, cell: ({ images }) => images.length },
      {
        title: 'Next',
        cell: ({ images, vulnerability, package: name }) =>
          createLink('decide', { image: images[0] ?? 0, vulnerability, package: name }, 'Draft'),
      },
    ],
    all.slice(0, SUGGESTIONS_MAX),
  );
  const more = all.length - SUGGESTIONS_MAX;
  const rest = more > 0 ? markup`<p>And ${formatCount(more, 'more')}.</p>` : undefined;
  const scope =
    fleet.size > SEARCHED_MAX ? ` Searched in the ${SEARCHED_MAX} most severe images.` : '';
  return {
    count: all.length,
    section: createSection(
      'suggested',
      'Proposed by plimsoll',
      markup`<p>Derived from the contents of images; a person must confirm them.${scope}</p>${table}${rest}`,
    ),
  };
}
