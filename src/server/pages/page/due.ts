import { present } from '../../../foundation/core/assert.ts';
import { compareText } from '../../../foundation/core/compare-text.ts';
import { defined } from '../../../foundation/core/defined.ts';
import { SEVERITIES } from '../../../foundation/core/finding.ts';
import { formatCount } from '../../../foundation/core/screen-text.ts';
import { type Markup, markup } from '../../../foundation/present/markup.ts';
import { toSentence } from '../../../report/format/page/reasons.ts';
import type { StoredDueDate } from '../../engine/judge-image.ts';
import { readProof } from '../../engine/verdicts.ts';
import {
  groupDueDates,
  type ImageDueDates,
  isInSpan,
  roundToMinute,
} from '../../query/due-dates.ts';
import type { Fleet } from '../../query/fleet.ts';
import type { FleetImage } from '../../query/fleet-image.ts';
import { createOwnerFilter, findOwnerName } from '../../query/owners.ts';
import { FINDING_KIND } from '../../store/match-kind.ts';
import { splitKeys } from '../../store/store.ts';
import { isOpenThen } from '../../store/store-view.ts';
import { formatAddress } from '../address.ts';
import { DUE_SPANS, type DueSpan } from '../due-buckets.ts';
import type { PageContent, PageContext } from '../page.ts';
import {
  createFilter,
  createLink,
  createPager,
  createSelect,
  createSeverities,
  createSeverity,
  createTable,
  createTime,
  formatAge,
  ROWS_EACH,
} from '../parts.ts';

const HIDDEN = ['image', 'owner', 'unowned'] as const;
const FILTERS = ['within', ...HIDDEN] as const;

/** Answers: which images have findings with due dates, and which are due first? */
export async function createDuePage(context: PageContext): Promise<PageContent> {
  const { fleet, get } = context;
  if (!hasClocks(fleet)) {
    return { heading: 'No due dates: the policy has no clock', body: describeClocks() };
  }
  if (get('image') !== '') {
    return await createImageDuePage(context);
  }
  const isOwned = createOwnerFilter(get);
  const all = (await groupDueDates(context, findSpan(get))).filter(({ image }) => isOwned(image));
  const [, id] = readKey(get('after'));
  const start = all.findIndex(({ image }) => image.id === id) + 1;
  const shown = all.slice(start, start + ROWS_EACH);
  const last = start + shown.length < all.length ? shown.at(-1) : undefined;
  const pager = createPager(
    start === 0 ? undefined : formatDue(get, {}),
    last && formatDue(get, { after: `${last.first}-${last.image.id}-0` }),
  );
  const dates = all.reduce((sum, { count }) => sum + count, 0);
  const title = `${formatDates(dates, get)}${all.length === 0 ? '' : `, in ${formatCount(all.length, 'image')}`}`;
  const owner = findOwnerName(get);
  return {
    heading: `${title}${owner === undefined ? '' : ` of ${owner}`}`,
    body: markup`${createForm(get)}${
      all.length === 0
        ? createNothing()
        : markup`<p class="dim">A finding has one due date for each clock of the policy and each image that contains it. The image with the earliest date comes first, and of several in the same hour the one with the worst findings.</p>${createDueImageTable(shown, Date.parse(context.now), get('within'))}${pager}`
    }`,
  };
}

type Get = PageContext['get'];

/** Whether the policy has rules: only they can have clocks. */
export function hasClocks({ policy }: Fleet): boolean {
  return policy?.rules !== undefined;
}

/** Explains how due dates come about. */
export function describeClocks(): Markup {
  return markup`<p>Due dates come from rules about clocks, such as <code>overdue-fedramp-rev5</code>, in the policy of the server: <code>plimsoll serve --policy FILE</code>.</p>`;
}

/** Lists images with the number of their due dates, which leads to these. */
export function createDueImageTable(
  groups: readonly ImageDueDates[],
  now: number,
  within = '',
): Markup {
  return createTable<ImageDueDates>(
    'Images with due dates',
    [
      {
        title: 'Image',
        cell: ({ image: { id, name, owner } }) =>
          markup`${createLink('image', { id }, name)}${owner === '' ? undefined : markup`<span class="row-note">${owner}</span>`}`,
      },
      { title: 'First due', cell: ({ first }) => describeDue(first, now) },
      {
        title: 'Due dates',
        isNumber: true,
        cell: ({ image: { id }, count }) =>
          createLink('due', { image: id, within }, formatCount(count, 'due date')),
      },
      { title: 'Findings', cell: ({ image: { counts } }) => createSeverities(counts) },
    ],
    groups,
  );
}

function findSpan(get: Get): DueSpan | undefined {
  return DUE_SPANS.find(({ id }) => id === get('within'));
}

function readKey(after: string): readonly number[] {
  return after === '' ? [] : [...after.matchAll(/(?:^-)?\d+/g)].map(([text]) => Number(text));
}

function formatDue(get: Get, more: Readonly<Record<string, string>>): string {
  const kept = Object.fromEntries(FILTERS.map((name) => [name, get(name)]));
  return formatAddress('due', { ...kept, ...more });
}

function formatDates(count: number, get: Get): string {
  const span = findSpan(get);
  return `${formatCount(count, 'due date')}${span === undefined ? '' : ` ${span.title}`}`;
}

function createNothing(): Markup {
  return markup`<p class="notice good">Nothing is due here. <a href="${formatAddress('due')}">Show all due dates</a></p>`;
}

function createForm(get: Get): Markup {
  const hidden = HIDDEN.filter((name) => get(name) !== '').map(
    (name) => markup`<input type="hidden" name="${name}" value="${get(name)}">`,
  );
  return createFilter(formatAddress('due'), [
    createSelect('Due', 'within', {
      choices: [
        { value: '', title: 'at any time' },
        ...DUE_SPANS.map(({ id, title }) => ({ value: id, title })),
      ],
      chosen: get('within'),
    }),
    ...hidden,
  ]);
}

interface DueRow extends StoredDueDate {
  /** Its place among the due dates of the image. */
  readonly index: number;
  /** The highest severity of the vulnerability in any package; absent if none has it now. */
  readonly rank?: number;
}

async function createImageDuePage(context: PageContext): Promise<PageContent> {
  const { fleet, get } = context;
  const now = Date.parse(context.now);
  const image = fleet.get(Number(get('image')));
  if (image === undefined || !createOwnerFilter(get)(image)) {
    return {
      heading: `The store has no image ${get('image')} with due dates`,
      status: 404,
      body: createNothing(),
    };
  }
  const all = await readImageDueDates(context, image);
  const [, , index] = readKey(get('after'));
  const start = all.findIndex((one) => one.index === index) + 1;
  const rows = all.slice(start, start + ROWS_EACH);
  const last = start + rows.length < all.length ? rows.at(-1) : undefined;
  const pager = createPager(
    start === 0 ? undefined : formatDue(get, {}),
    last && formatDue(get, { after: `${last.at}-${image.id}-${last.index}` }),
  );
  return {
    heading: `${formatDates(all.length, get)} of ${image.name}`,
    body: markup`${createForm(get)}<p>${createLink('image', { id: image.id }, image.name)} lists the updates that clear its findings. <a href="${formatAddress('due', { within: get('within') })}">Due dates of all images</a></p>${
      all.length === 0 ? createNothing() : markup`${createDueList(image, rows, now)}${pager}`
    }`,
  };
}

/** Reads the due dates of an image from the proof of its verdict: by date, the worst first. */
async function readImageDueDates(
  context: PageContext,
  { id }: FleetImage,
): Promise<readonly DueRow[]> {
  const { db, fleet, get } = context;
  const row = await db
    .selectFrom('verdict')
    .select('proof')
    .where('image', '=', id)
    .where('revision', '=', fleet.findVerdict(id)?.revision ?? 0)
    .executeTakeFirst();
  const { due = [] } = row === undefined ? {} : readProof(row.proof);
  const span = findSpan(get);
  const now = roundToMinute(context.now);
  const entries = due
    .map((one, index) => ({ ...one, index }))
    .filter(({ at }) => span === undefined || isInSpan(at, span, now));
  const ranks = await readRanks(context, entries);
  return entries
    .map((one): DueRow => ({ ...one, ...defined({ rank: ranks.get(one.vulnerability) }) }))
    .sort(compareRows);
}

/** Dates with the same explanation stay together. */
function compareRows(left: DueRow, right: DueRow): number {
  return (
    left.at - right.at ||
    compareText(left.basis ?? '', right.basis ?? '') ||
    (right.rank ?? -1) - (left.rank ?? -1) ||
    left.index - right.index
  );
}

/** Reads the highest severity of each vulnerability, by its ID. */
async function readRanks(
  { db, at }: PageContext,
  rows: readonly StoredDueDate[],
): Promise<ReadonlyMap<string, number>> {
  const ranks = new Map<string, number>();
  for (const some of splitKeys(new Set(rows.map(({ vulnerability }) => vulnerability)))) {
    const found = await db
      .selectFrom('match')
      .select(({ fn }) => ['vulnerability', fn.max('severity').as('severity')])
      .where('vulnerability', 'in', some)
      .where('kind', '=', FINDING_KIND)
      .where(isOpenThen(at))
      .groupBy('vulnerability')
      .execute();
    found.forEach(({ vulnerability, severity }) => ranks.set(vulnerability, severity));
  }
  return ranks;
}

/** Shows due dates below the time and the explanation that they share. */
function createDueList({ id }: FleetImage, rows: readonly DueRow[], now: number): Markup {
  const groups = Map.groupBy(rows, ({ at, basis = '' }) => `${at} ${basis}`);
  const sections = [...groups.values()].map((some) => {
    const { at, basis } = present(some[0], 'a group has a row');
    const why = basis === undefined ? undefined : markup`<p class="dim">${toSentence(basis)}</p>`;
    const lines = some.map((row) => markup`<li>${createDueLine(id, row)}</li>`);
    return markup`<section><h2>${describeDue(at, now)}</h2>${why}<ul class="plain">${lines}</ul></section>`;
  });
  return markup`${sections}`;
}

function createDueLine(image: number, { vulnerability, title, rank }: DueRow): Markup {
  const severity =
    rank === undefined ? undefined : markup`${createSeverity(SEVERITIES[rank] ?? 'unknown')} `;
  const link =
    vulnerability === '' ? title : createLink('finding', { id: image, vulnerability }, title);
  return markup`${severity}${link}`;
}

/** Formats how far a due date is: `in 11 hours`, `overdue for 2 days`. */
export function formatDistance(at: number, now: number): string {
  return at < now ? `overdue for ${formatAge(at, now)}` : `in ${formatAge(now, at)}`;
}

function describeDue(at: number, now: number): Markup {
  const distance = formatDistance(at, now);
  const mark = at < now ? markup`<span class="v v-fail">${distance}</span>` : markup`${distance}`;
  return markup`${mark} <span class="row-note">${createTime(at)}</span>`;
}
