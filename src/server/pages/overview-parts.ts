import { DAY_MS } from '../../foundation/core/duration.ts';
import { formatCount, groupDigits } from '../../foundation/core/screen-text.ts';
import { type Markup, markup } from '../../foundation/present/markup.ts';
import { type DueCount, roundToMinute } from '../query/due-dates.ts';
import { findPastRevision, listWorsened } from '../query/escalations.ts';
import { type OwnerSummary, summarizeOwners } from '../query/owners.ts';
import { formatAddress } from './address.ts';
import { DUE_SPANS } from './due-buckets.ts';
import { describeClocks, formatDistance, hasClocks } from './page/due.ts';
import type { PageContext } from './page.ts';
import { createLink, createSection, createTable, createTime, formatAge } from './parts.ts';

/** Shows how many due dates there are, when, and in how many images. */
export function createDueCard(
  { fleet, now }: PageContext,
  counts: ReadonlyMap<string, DueCount>,
): Markup {
  if (!hasClocks(fleet)) {
    return markup`<section class="card"><h2>Due</h2><p class="big">No due dates</p>${describeClocks()}</section>`;
  }
  const lines = DUE_SPANS.map(({ id, title }) => {
    const { dates = 0, images = 0, first = 0 } = counts.get(id) ?? {};
    const number =
      dates === 0
        ? markup`<b>none</b>`
        : markup`<b>${createLink('due', { within: id }, formatCount(dates, 'due date'))}</b> in ${formatCount(images, 'image')}, the first ${formatDistance(first, Date.parse(now))}`;
    const state = id === 'overdue' && dates > 0 ? markup` class="v v-fail"` : undefined;
    return markup`<li><span${state}>${title}</span>: ${number}</li>`;
  });
  const isOverdue = (counts.get('overdue')?.dates ?? 0) > 0;
  return markup`<section class="card ${isOverdue ? 'v-fail' : ''}"><h2>Due</h2><ul>${lines}</ul></section>`;
}

/** Shows the images whose verdict became worse since the last visit, or since yesterday. */
export async function createEscalatedCard(context: PageContext): Promise<Markup> {
  const { fleet, get, now, visited } = context;
  const time = Date.parse(now);
  const chosen = get('since') === '' ? Number.NaN : Date.parse(get('since'));
  const since = Number.isNaN(chosen) ? (visited ?? time - DAY_MS) : chosen;
  const place =
    Number.isNaN(chosen) && visited !== undefined
      ? markup`your last visit, ${formatAge(since, time)} ago`
      : createTime(since);
  const content =
    fleet.policy === undefined
      ? markup`<p>Unknown: without a policy, earlier verdicts are not kept. Set one: <code>plimsoll serve --fail-on high</code>.</p>`
      : await describeWorsened(context, await findPastRevision(context, since));
  return markup`<section class="card"><h2>Escalated</h2><p class="dim">since ${place}</p>${content}</section>`;
}

async function describeWorsened(context: PageContext, revision: number): Promise<Markup> {
  const { fleet } = context;
  const images = await fleet.remember(
    `worse ${revision}`,
    async () => await listWorsened(context, fleet, revision),
  );
  const count = [...images].filter((id) => fleet.get(id) !== undefined).length;
  const changes = markup`<p><a href="${formatAddress('changes')}">What changed</a></p>`;
  return count === 0
    ? markup`<p class="big">None</p><p>No verdict became worse.</p>${changes}`
    : markup`<p class="big">${createLink('images', { worse: revision }, formatCount(count, 'image'))}</p><p>Their verdict became worse.</p>${changes}`;
}

const OWNERS_MAX = 50;

/** Shows the owners of images, those with the lowest coverage first. */
export async function createOwnerSection({
  fleet,
  get,
  now,
}: PageContext): Promise<Markup | undefined> {
  const gate = get('gate');
  const time = roundToMinute(now);
  const all = await fleet.remember(`owners ${gate} ${time}`, () =>
    Promise.resolve(summarizeOwners(fleet, gate, time)),
  );
  if (all.every(({ owner }) => owner === '')) {
    return createSection(
      'owners',
      'Teams',
      markup`<p>No image states its owner. Set the label <code>owner</code> or <code>team</code>: <code>LABEL com.example.team=payments</code>.</p>`,
    );
  }
  const more = all.length - OWNERS_MAX;
  const table = createTable<OwnerSummary>(
    'Teams',
    [
      {
        title: 'Team',
        cell: (one) => createLink('images', selectOwner(one), one.owner || 'no owner stated'),
      },
      { title: 'Coverage', isNumber: true, cell: describeCoverage },
      {
        title: 'Overdue',
        isNumber: true,
        cell: (one) =>
          one.overdue === 0
            ? '0'
            : createLink(
                'due',
                { ...selectOwner(one), within: 'overdue' },
                groupDigits(one.overdue),
              ),
      },
      {
        title: 'Must not ship',
        isNumber: true,
        cell: (one) =>
          one.failing === 0
            ? '0'
            : createLink(
                'images',
                { ...selectOwner(one), verdict: 'fail', gate },
                groupDigits(one.failing),
              ),
      },
      {
        title: 'Images',
        isNumber: true,
        cell: (one) => createLink('images', selectOwner(one), groupDigits(one.images)),
      },
    ],
    all.slice(0, OWNERS_MAX),
  );
  const rest = more > 0 ? markup`<p>And ${formatCount(more, 'more team')}.</p>` : undefined;
  return createSection('owners', 'Teams', markup`${table}${rest}`);
}

function selectOwner({ owner }: OwnerSummary): Readonly<Record<string, string>> {
  return owner === '' ? { unowned: 'yes' } : { owner };
}

function describeCoverage(one: OwnerSummary): Markup {
  const { images, covered } = one;
  const share = Math.floor((covered / images) * 100);
  const missing = images - covered;
  return missing === 0
    ? markup`100 %`
    : markup`${share} % <span class="row-note">${createLink('images', { ...selectOwner(one), covered: 'no' }, formatCount(missing, 'image'))} not evaluated completely</span>`;
}
