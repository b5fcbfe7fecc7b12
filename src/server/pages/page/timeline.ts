import { DAY_MS } from '../../../core/duration.ts';
import { formatCount, groupDigits } from '../../../core/screen-text.ts';
import { clocks } from '../../../policy/clock/registry.generated.ts';
import { listFacts } from '../../../policy/expression/collect-facts.ts';
import { type Markup, markup } from '../../../present/markup.ts';
import { formatAddress } from '../address.ts';
import type { PageContent, PageContext } from '../page.ts';
import { createSection, createTable, createTime, formatAge } from '../parts.ts';
import {
  type Duration,
  listOpenCounts,
  measureDecisions,
  measureFixes,
} from '../query/durations.ts';
import { createStepPicture, type Step } from '../step-picture.ts';
import { describeClocks, hasClocks } from './due.ts';

const DAYS = 30;
const ROWS_MAX = 60;

/** Answers: are findings decreasing, and which due dates pass if nothing is done? */
export async function createTimelinePage(context: PageContext): Promise<PageContent> {
  const { fleet, now } = context;
  if (fleet.size === 0) {
    return {
      heading: 'Nothing was evaluated: no images yet',
      body: markup`<p>Send an image: <code>plimsoll push IMAGE.tar</code>.</p>`,
    };
  }
  const time = Date.parse(now);
  const { open, decided, fixed } = await fleet.remember('timeline', async () => ({
    open: await listOpenCounts(context),
    decided: await measureDecisions(context),
    fixed: await measureFixes(context, fleet),
  }));
  const overdue = listOverdue(context, time);
  const past = open.map(({ at, open: value }) => ({ at, value }));
  const trend = describeTrend(past, time);
  const answer = describeOverdue(overdue);
  return {
    heading: hasClocks(fleet) ? answer : trend,
    body: markup`${hasClocks(fleet) ? markup`<p class="lead">${trend}.</p>` : undefined}<div class="cards">${createDurationCard('Median time to decide', decided, 'decision')}${createDurationCard('Median time to fix', fixed, 'fixed finding')}</div>
${createSection('due', `Due dates that pass in the next ${DAYS} days, if nothing is done`, createOverdue(context, overdue, time))}
${createSection('open', `Distinct findings that were open in the last ${DAYS} days`, createOpen(past, time))}`,
  };
}

/** Returns the number of overdue findings at each time until the end of the picture. */
function listOverdue({ fleet }: PageContext, now: number): readonly Step[] {
  const byTime = new Map<number, number>();
  let count = 0;
  for (const { at } of fleet.listDueDates()) {
    count += 1;
    if (at <= now + DAYS * DAY_MS) {
      byTime.set(Math.max(at, now), count);
    }
  }
  return [...byTime].map(([at, value]) => ({ at, value }));
}

function describeTrend(past: readonly Step[], time: number): string {
  const last = past.at(-1)?.value ?? 0;
  const before = past.findLast(({ at }) => at <= time - DAYS * DAY_MS)?.value;
  const then =
    before === undefined
      ? `nothing is known from ${DAYS} days ago`
      : `${groupDigits(before)} were open ${DAYS} days ago`;
  return `${formatCount(last, 'distinct finding')} open now, ${then}`;
}

function describeOverdue(overdue: readonly Step[]): string {
  const end = overdue.at(-1);
  return end === undefined
    ? `Nothing becomes overdue in ${DAYS} days`
    : `If nothing is done, ${formatCount(end.value, 'due date is', 'due dates are')} overdue in ${DAYS} days`;
}

/** Explains why there are more due dates than findings. */
function describeDueDates({ fleet }: PageContext): Markup {
  const conditions = (fleet.policy?.rules ?? []).flatMap(({ rules }) =>
    rules.flatMap((rule) => rule.conditions),
  );
  const facts = new Set(conditions.flatMap(({ expression }) => listFacts(expression)));
  const read = clocks.filter(({ id }) => facts.has(`overdue-${id}`));
  const names = read.map(({ title }) => title).join(', ');
  const list = read.length === 0 ? undefined : markup` Its clocks: ${names}.`;
  return markup`<p>Rules of the policy set the dates. A finding has one for each clock and each image that contains it, so there can be more due dates than distinct findings.${list}</p>`;
}

function createOverdue(context: PageContext, overdue: readonly Step[], now: number): Markup {
  if (!hasClocks(context.fleet)) {
    return describeClocks();
  }
  const to = now + DAYS * DAY_MS;
  const [first] = overdue;
  const title = `Overdue due dates until ${new Date(to).toISOString().slice(0, 10)}`;
  const start = first !== undefined && first.at <= now ? first.value : 0;
  const steps = [{ at: now - 1, value: start }, ...overdue];
  return markup`${describeDueDates(context)}${createStepPicture({ title, steps, from: now, to, isExpected: true })}${createStepTable('Overdue due dates', overdue)}<p><a href="${formatAddress('due')}">All due dates</a></p>`;
}

function createOpen(past: readonly Step[], now: number): Markup {
  const from = now - DAYS * DAY_MS;
  const [first] = past;
  if (first !== undefined && now - first.at < DAY_MS) {
    return markup`<p>The store has counted findings since ${createTime(first.at)}. A chart follows when it has a day of counts.</p>${createStepTable('Open findings', past.slice(-ROWS_MAX))}`;
  }
  const title = `Open distinct findings since ${new Date(from).toISOString().slice(0, 10)}`;
  return markup`${createStepPicture({ title, steps: past, from, to: now, isExpected: false })}${createStepTable('Open findings', past.slice(-ROWS_MAX))}`;
}

function createStepTable(label: string, steps: readonly Step[]): Markup {
  const table = createTable<Step>(
    label,
    [
      { title: 'From', cell: ({ at }) => createTime(at) },
      { title: label, isNumber: true, cell: ({ value }) => value },
    ],
    steps.slice(0, ROWS_MAX),
  );
  return steps.length === 0
    ? markup`<p>None.</p>`
    : markup`<details><summary>The numbers</summary>${table}</details>`;
}

function createDurationCard(title: string, duration: Duration | undefined, word: string): Markup {
  return markup`<section class="card"><h2>${title}</h2>${
    duration === undefined
      ? markup`<p class="big">Unknown</p><p>There is no ${word} yet.</p>`
      : markup`<p class="big">${formatAge(0, duration.median)}</p><p>${formatCount(duration.cases, word)}.</p>`
  }</section>`;
}
