import type { Kysely } from 'kysely';
import { defined } from '../../../core/defined.ts';
import { SEVERITIES } from '../../../core/finding.ts';
import { formatCount } from '../../../core/screen-text.ts';
import { type Markup, markup } from '../../../present/markup.ts';
import type { StoredDueDate } from '../../engine/judge-image.ts';
import { isOpenThen } from '../../engine/open-then.ts';
import { readProof } from '../../engine/verdicts.ts';
import { FINDING_KIND } from '../../store/match-kind.ts';
import { splitKeys } from '../../store/store.ts';
import type { Tables } from '../../store/tables.ts';
import { formatAddress } from '../address.ts';
import { DUE_SPANS, isInSpan } from '../due-buckets.ts';
import type { PageContent, PageContext } from '../page.ts';
import {
  createFilter,
  createLink,
  createPager,
  createSelect,
  createSeverity,
  createTable,
  createTime,
  formatAge,
  ROWS_EACH,
} from '../parts.ts';
import type { Fleet, FleetDueDate } from '../query/fleet.ts';
import { createOwnerFilter, findOwnerName } from '../query/owners.ts';

const FILTERS = ['within', 'owner', 'unowned'] as const;

/** Answers: which findings must be remediated by when? */
export async function createDuePage(context: PageContext): Promise<PageContent> {
  const { fleet, get, db } = context;
  const now = Date.parse(context.now);
  if (!hasClocks(fleet)) {
    return { heading: 'No due dates: the policy has no clock', body: describeClocks() };
  }
  const all = listDue(context);
  const [time, image, index] = readKey(get('after'));
  const start = all.findIndex(
    (one) => one.at === time && one.image === image && one.index === index,
  );
  const rows = all.slice(start + 1, start + 1 + ROWS_EACH);
  const last = rows.at(-1);
  const hasMore = start + 1 + rows.length < all.length;
  const dates = await readEntries(db, fleet, rows);
  const severities = await readSeverities(context, dates);
  const entries = dates.map((one) => ({
    ...one,
    ...defined({ severity: severities.get(one.vulnerability) }),
  }));
  const pager = createPager(
    start < 0 ? undefined : formatDue(get, {}),
    hasMore && last !== undefined
      ? formatDue(get, { after: `${last.at}-${last.image}-${last.index}` })
      : undefined,
  );
  const list =
    all.length === 0
      ? markup`<p class="notice good">Nothing is due here. <a href="${formatAddress('due')}">Show all due dates</a></p>`
      : markup`${createDueTable(fleet, entries, now)}${pager}`;
  return { heading: createDueHeading(all.length, get), body: markup`${createForm(get)}${list}` };
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

/** Lists the due dates that a filter selects. */
function listDue({ fleet, get, now }: PageContext): readonly FleetDueDate[] {
  const span = DUE_SPANS.find(({ id }) => id === get('within'));
  const time = Date.parse(now);
  const isOwned = createOwnerFilter(get);
  return fleet.listDueDates().filter((one) => {
    const image = fleet.get(one.image);
    return (
      image !== undefined && (span === undefined || isInSpan(one, span, time)) && isOwned(image)
    );
  });
}

function readKey(after: string): readonly number[] {
  return after === '' ? [] : [...after.matchAll(/(?:^-)?\d+/g)].map(([text]) => Number(text));
}

function formatDue(get: Get, more: Readonly<Record<string, string>>): string {
  const kept = Object.fromEntries(FILTERS.map((name) => [name, get(name)]));
  return formatAddress('due', { ...kept, ...more });
}

function createDueHeading(count: number, get: Get): string {
  const span = DUE_SPANS.find(({ id }) => id === get('within'));
  const owner = findOwnerName(get);
  const title = formatCount(count, 'due date');
  return `${title}${span === undefined ? '' : ` ${span.title}`}${owner === undefined ? '' : ` of ${owner}`}`;
}

function createForm(get: Get): Markup {
  const hidden = (['owner', 'unowned'] as const)
    .filter((name) => get(name) !== '')
    .map((name) => markup`<input type="hidden" name="${name}" value="${get(name)}">`);
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
  readonly image: number;
  /** The highest of the vulnerability in any package; absent if no package has it any more. */
  readonly severity?: string;
}

/** Reads the highest severity of each vulnerability, by its ID. */
async function readSeverities(
  { db, at }: PageContext,
  rows: readonly DueRow[],
): Promise<ReadonlyMap<string, string>> {
  const severities = new Map<string, string>();
  for (const some of splitKeys(new Set(rows.map(({ vulnerability }) => vulnerability)))) {
    const found = await db
      .selectFrom('match')
      .select(({ fn }) => ['vulnerability', fn.max('severity').as('severity')])
      .where('vulnerability', 'in', some)
      .where('kind', '=', FINDING_KIND)
      .where(isOpenThen(at))
      .groupBy('vulnerability')
      .execute();
    for (const { vulnerability, severity } of found) {
      severities.set(vulnerability, SEVERITIES[severity] ?? 'unknown');
    }
  }
  return severities;
}

/** Reads the titles of due dates from the proofs of their verdicts. */
async function readEntries(
  db: Kysely<Tables>,
  fleet: Fleet,
  rows: readonly FleetDueDate[],
): Promise<readonly DueRow[]> {
  const proofs = new Map<number, readonly StoredDueDate[]>();
  for (const some of splitKeys(new Set(rows.map(({ image }) => image)))) {
    const found = await db
      .selectFrom('verdict')
      .select(['image', 'revision', 'proof'])
      .where('image', 'in', some)
      .execute();
    for (const { image, revision, proof } of found) {
      if (fleet.findVerdict(image)?.revision === revision) {
        const { due = [] } = readProof(proof);
        proofs.set(
          image,
          due.toSorted((left, right) => left.at - right.at),
        );
      }
    }
  }
  return rows.flatMap(({ image, index }) => {
    const entry = proofs.get(image)?.[index];
    return entry === undefined ? [] : [{ ...entry, image }];
  });
}

/** Dates of a clock often have the same basis: a row states it if the row above has another. */
function createDueTable(fleet: Fleet, all: readonly DueRow[], now: number): Markup {
  const rows = all.map(({ basis, ...row }, index): DueRow => {
    return basis === undefined || basis === all[index - 1]?.basis ? row : { ...row, basis };
  });
  const isCut = rows.some(({ basis }, index) => basis !== all[index]?.basis);
  const lead = isCut
    ? markup`<p class="dim">A finding has one due date for each clock and each image. An explanation also applies to the rows below it; if facts are missing, the shortest time counts.</p>`
    : undefined;
  const table = createTable<DueRow>(
    'Due dates',
    [
      { title: 'Due', cell: ({ at }) => describeDue(at, now) },
      {
        title: 'Finding',
        cell({ image, vulnerability, title, basis }) {
          const link =
            vulnerability === ''
              ? title
              : createLink('finding', { id: image, vulnerability }, title);
          const note =
            basis === undefined ? undefined : markup` <span class="row-note">${basis}</span>`;
          return markup`${link}${note}`;
        },
      },
      {
        title: 'Severity',
        cell: ({ severity }) => (severity === undefined ? undefined : createSeverity(severity)),
      },
      {
        title: 'Image',
        cell: ({ image }) =>
          createLink('image', { id: image }, fleet.get(image)?.name ?? String(image)),
      },
      { title: 'Owner', cell: ({ image }) => fleet.get(image)?.owner || 'none stated' },
    ],
    rows,
  );
  return markup`${lead}${table}`;
}

function describeDue(at: number, now: number): Markup {
  const distance = at < now ? `overdue for ${formatAge(at, now)}` : `in ${formatAge(now, at)}`;
  const mark = at < now ? markup`<span class="v v-fail">${distance}</span>` : markup`${distance}`;
  return markup`${mark} <span class="row-note">${createTime(at)}</span>`;
}
