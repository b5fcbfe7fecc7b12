import { DAY_MS } from '../../../foundation/core/duration.ts';
import { formatCount, groupDigits } from '../../../foundation/core/screen-text.ts';
import { type Markup, markup } from '../../../foundation/present/markup.ts';
import { listCurrentDecisions } from '../../engine/decisions.ts';
import { selectOwnDecisions } from '../../engine/own-decisions.ts';
import { countFindings, type DistinctFinding } from '../../query/distinct-findings.ts';
import type { DecisionTable } from '../../store/decision-tables.ts';
import { formatAddress } from '../address.ts';
import { describeLeast } from '../gate-filter.ts';
import { getFormStatus, type PageContent, type PageContext } from '../page.ts';
import {
  capitalize,
  createFilter,
  createLink,
  createScope,
  createSection,
  createSelect,
  createTable,
  createTime,
  SEVERITY_CHOICES,
  shortenName,
} from '../parts.ts';
import {
  createDocumentReview,
  createDocumentSection,
  createDraftSections,
  createSuggestionSection,
  readDrafts,
} from '../review-drafts.ts';
import { createFindingTable, readFindingRows } from './findings.ts';

const SOON_MS = 14 * DAY_MS;
const DECISIONS_MAX = 200;

/** Answers: which findings need a decision, and which decisions are in force? */
export async function createReviewPage(context: PageContext): Promise<PageContent> {
  const { db, fleet, get, now } = context;
  if (fleet.size === 0) {
    return {
      heading: 'Nothing waits for a decision: no images yet',
      body: markup`<p>Send an image: <code>plimsoll push IMAGE.tar</code>.</p>`,
    };
  }
  if (get('document') !== '') {
    return await createDocumentReview(context);
  }
  const unfixed = await readUnfixed(context);
  const inForce = await listCurrentDecisions(db, Date.parse(now), context.at);
  const decisions = await selectOwnDecisions(db, inForce);
  const returned = fleet.listReviews();
  const soon = decisions.filter(
    ({ expires }) => expires !== null && expires < Date.parse(now) + SOON_MS,
  );
  const { reviewed: drafts, documents } = await readDrafts(context);
  const stated = documents.reduce((sum, one) => sum + one.drafts.length, 0);
  const [own, others] = [true, false].map(
    (isOwn) => drafts.filter((one) => one.isOwn === isOwn).length,
  );
  const suggested = await createSuggestionSection(context);
  const waiting = [
    ...(others === 0 ? [] : [`${formatCount(others ?? 0, 'draft')} of others`]),
    ...(own === 0 ? [] : [`${formatCount(own ?? 0, 'draft')} of mine`]),
    ...(stated === 0
      ? []
      : [
          `${formatCount(stated, 'statement')} of ${formatCount(documents.length, 'VEX document')}`,
        ]),
    ...(suggested.count === 0
      ? []
      : [formatCount(suggested.count, 'proposal by plimsoll', 'proposals by plimsoll')]),
    ...(returned.length === 0
      ? []
      : [`${formatCount(returned.length, 'decision')} whose evidence changed`]),
    ...(soon.length === 0
      ? []
      : [formatCount(soon.length, 'decision expires soon', 'decisions expire soon')]),
    ...describeUnfixed(unfixed),
  ];
  const answer =
    waiting.length === 0 ? 'Nothing waits for a decision' : `To review: ${waiting.join(', ')}`;
  const problem = context.form?.problem;
  return {
    ...getFormStatus(context.form),
    heading: problem === undefined ? answer : `Nothing was decided: ${problem}`,
    body: markup`${createDraftSections(context, drafts)}
${createDocumentSection(documents)}
${createReturned(context, returned)}
${suggested.section}
${soon.length === 0 ? undefined : createSection('soon', 'Expire within 14 days', createDecisionTable('Decisions that expire soon', soon))}
${describeQuiet(returned.length, soon.length)}
${createSection('findings', 'Findings without a fix', createUnfixed(context, unfixed))}
${createSection('decisions', 'Decisions in force', createDecisions(decisions))}`,
  };
}

/** States that no decision came back or expires: a missing section could mean anything. */
function describeQuiet(returned: number, soon: number): Markup | undefined {
  const parts = [
    ...(returned === 0 ? ['no decision came back because its evidence changed'] : []),
    ...(soon === 0 ? ['none expires within 14 days'] : []),
  ];
  return parts.length === 0
    ? undefined
    : markup`<p class="dim">${capitalize(parts.join(', and '))}.</p>`;
}

type Returned = ReturnType<PageContext['fleet']['listReviews']>;

const RETURNED_MAX = 100;

function createReturned({ fleet }: PageContext, returned: Returned): Markup | undefined {
  const lines = returned.slice(0, RETURNED_MAX).map(({ image, review }) => {
    const { decision, vulnerability, differences } = review;
    const name = fleet.get(image)?.name ?? String(image);
    return markup`<li>Decision ${decision} about ${createLink('exposure', { vulnerability }, vulnerability)} does not apply to ${createLink('image', { id: image }, name)}: ${differences.map(shortenName).join('; ')}.</li>`;
  });
  const more = returned.length - lines.length;
  const rest =
    more > 0 ? markup`<li class="dim">and ${formatCount(more, 'more', 'more')}</li>` : undefined;
  return lines.length === 0
    ? undefined
    : createSection('returned', 'Evidence changed', markup`<ul>${lines}${rest}</ul>`);
}

/** Findings that no update removes. */
interface Unfixed {
  readonly filter: { readonly least: string; readonly fix: 'none' };
  /** The first ones, in the order of the list. */
  readonly held: readonly DistinctFinding[];
  /** Number of findings that were read, in packages that no image contains now. */
  readonly left: number;
  /** Number of all findings, including those in no image. */
  readonly total: number;
  /** Whether some were not read. */
  readonly hasMore: boolean;
}

async function readUnfixed(context: PageContext): Promise<Unfixed> {
  const filter = { least: context.get('least'), fix: 'none' } as const;
  return await context.fleet.rememberRevision(`unfixed ${filter.least}`, async () => {
    const total = await countFindings(context, filter);
    const { shown, hasMore } = await readFindingRows(context, filter, '');
    const held = shown.filter(({ images }) => images > 0);
    return { filter, held, left: shown.length - held.length, total, hasMore };
  });
}

/** States how many findings wait: an upper limit if some were not read. */
function describeUnfixed({ held, total, hasMore }: Unfixed): readonly string[] {
  const count = hasMore ? total : held.length;
  return count === 0
    ? []
    : [`${hasMore ? 'up to ' : ''}${formatCount(count, 'finding')} without a fix`];
}

function createUnfixed({ get, revision }: PageContext, unfixed: Unfixed): Markup {
  const { filter, held, left, total, hasMore } = unfixed;
  const form = createFilter(formatAddress('review'), [
    createSelect('Findings', 'least', {
      choices: SEVERITY_CHOICES.map(({ value }) => ({ value, title: describeLeast(value) })),
      chosen: get('least'),
    }),
  ]);
  if (total === 0) {
    return markup`${form}<p class="notice good">All findings ${describeLeast(filter.least)} have a fix, at revision ${revision?.id ?? 0}.</p>`;
  }
  const all = markup`<a href="${formatAddress('findings', filter)}">${formatCount(total, 'finding')}</a>`;
  const others =
    left === 0
      ? undefined
      : markup`, of which ${hasMore ? 'at least ' : ''}${groupDigits(left)} ${left === 1 ? 'is' : 'are'} not listed, because no image contains the package now`;
  const table = held.length === 0 ? undefined : createFindingTable(held);
  return markup`${form}<p>No version fixes ${total === 1 ? 'it' : 'them'}, so a person decides. Counted before decisions: ${all}${others}.</p>${table}`;
}

function createDecisions(decisions: readonly DecisionTable[]): Markup {
  const shown = decisions.toReversed().slice(0, DECISIONS_MAX);
  const more = decisions.length - shown.length;
  const rest = more > 0 ? markup`<p>And ${formatCount(more, 'older decision')}.</p>` : undefined;
  return decisions.length === 0
    ? markup`<p>None. Decisions are statements about a vulnerability of a package, with an author. Justifications that plimsoll derives from evidence are on the page of each image, under “Suppressed”.</p>`
    : markup`${createDecisionTable('Decisions', shown)}${rest}`;
}

function createDecisionTable(label: string, rows: readonly DecisionTable[]): Markup {
  return createTable<DecisionTable>(
    label,
    [
      {
        title: 'Vulnerability',
        cell: ({ vulnerability }) => createLink('exposure', { vulnerability }, vulnerability),
      },
      {
        title: 'Package',
        cell: ({ package: name, versions }) =>
          markup`${shortenName(name === '' ? 'every package' : name)} <span class="row-note">${shortenName(versions)}</span>`,
      },
      { title: 'Images', cell: createScope },
      {
        title: 'Statement',
        cell: ({ status, justification, statement }) =>
          markup`${status.replaceAll('_', ' ')} <span class="row-note">${shortenName([justification.replaceAll('_', ' '), statement].filter((text) => text !== '').join(': '))}</span>`,
      },
      {
        title: 'By',
        cell: ({ author, at }) =>
          markup`${shortenName(author)} <span class="row-note">${createTime(at)}</span>`,
      },
      {
        title: 'Until',
        cell: ({ expires }) => (expires === null ? 'no end' : createTime(expires)),
      },
    ],
    rows,
  );
}
