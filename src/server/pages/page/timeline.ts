import { clocks } from '../../../compliance/policy/clock/registry.generated.ts';
import { listFacts } from '../../../compliance/policy/expression/collect-facts.ts';
import { DAY_MS, HOUR_MS } from '../../../foundation/core/duration.ts';
import { formatCount, groupDigits } from '../../../foundation/core/screen-text.ts';
import { type Markup, markup } from '../../../foundation/present/markup.ts';
import { groupDueDates } from '../../query/due-dates.ts';
import {
  type Duration,
  listOpenCounts,
  measureDecisions,
  measureFixes,
} from '../../query/durations.ts';
import { type Gap, listUnrecorded, readRunningTimes } from '../../query/gaps.ts';
import { formatAddress } from '../address.ts';
import type { PageContent, PageContext } from '../page.ts';
import { createSection, createTable, createTime, formatAge } from '../parts.ts';
import { createStepPicture, type Step } from '../step-picture.ts';
import { createDueImageTable, describeClocks, hasClocks } from './due.ts';

const DAYS = 30;
const IMAGES_MAX = 5;
const GAPS_MAX = 5;
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
  const overdue = summarizeOverdue(context, time);
  const past = open.map(({ at, open: value }) => ({ at, value }));
  const span = { from: time - DAYS * DAY_MS, to: time };
  const unrecorded = listUnrecorded(await readRunningTimes(context.db, time), span);
  const trend = describeTrend(past, time, unrecorded);
  const answer = describeOverdue(overdue);
  return {
    heading: hasClocks(fleet) ? answer : trend,
    body: markup`${hasClocks(fleet) ? markup`<p class="lead">${trend}.</p>` : undefined}<div class="cards">${createDurationCard('Median time to decide', decided, 'decision')}${createDurationCard('Median time to fix', fixed, 'fixed finding')}</div>
${createSection('due', `Due dates that pass in the next ${DAYS} days, if nothing is done`, await createOverdue(context, overdue.steps, time))}
${createSection('open', `Distinct findings that were open in the last ${DAYS} days`, createOpen(past, span, unrecorded))}`,
  };
}

interface Overdue {
  /** The number of overdue due dates at the end of each hour with one, until the end. */
  readonly steps: readonly Step[];
  readonly images: number;
}

/** Counts the due dates that pass until the end of the picture. */
function summarizeOverdue({ fleet }: PageContext, now: number): Overdue {
  const end = now + DAYS * DAY_MS;
  const byHour = new Map<number, number>();
  let images = 0;
  for (const { due } of fleet.listVerdicts()) {
    const passing = due.filter((at) => at <= end);
    images += passing.length > 0 ? 1 : 0;
    for (const at of passing) {
      const hour = Math.min(end, Math.max(now, Math.ceil(at / HOUR_MS) * HOUR_MS));
      byHour.set(hour, (byHour.get(hour) ?? 0) + 1);
    }
  }
  let value = 0;
  const steps = [...byHour]
    .sort(([left], [right]) => left - right)
    .map(([at, count]) => {
      value += count;
      return { at, value };
    });
  return { steps, images };
}

function describeTrend(past: readonly Step[], time: number, unrecorded: readonly Gap[]): string {
  const last = past.at(-1)?.value ?? 0;
  const start = time - DAYS * DAY_MS;
  const isRecorded = unrecorded.every(({ from }) => from > start);
  const before = isRecorded ? past.findLast(({ at }) => at <= start)?.value : undefined;
  const then =
    before === undefined
      ? `nothing is known from ${DAYS} days ago`
      : `${groupDigits(before)} were open ${DAYS} days ago`;
  return `${formatCount(last, 'distinct finding')} open now, ${then}`;
}

function describeOverdue({ steps, images }: Overdue): string {
  const end = steps.at(-1);
  return end === undefined
    ? `Nothing becomes overdue in ${DAYS} days`
    : `If nothing is done, ${formatCount(end.value, 'due date')} in ${formatCount(images, 'image')} ${end.value === 1 ? 'is' : 'are'} overdue in ${DAYS} days`;
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

async function createOverdue(
  context: PageContext,
  overdue: readonly Step[],
  now: number,
): Promise<Markup> {
  if (!hasClocks(context.fleet)) {
    return describeClocks();
  }
  const to = now + DAYS * DAY_MS;
  const [step] = overdue;
  const title = `Overdue due dates until ${new Date(to).toISOString().slice(0, 10)}`;
  const start = step !== undefined && step.at <= now ? step.value : 0;
  const steps = [{ at: now - 1, value: start }, ...overdue];
  const first = (await groupDueDates(context, undefined)).slice(0, IMAGES_MAX);
  const images =
    first.length === 0
      ? undefined
      : markup`<h3>Images with the earliest due dates</h3>${createDueImageTable(first, now)}`;
  return markup`${describeDueDates(context)}${createStepPicture({ title, steps, from: now, to, isExpected: true })}${createStepTable('Overdue due dates', overdue)}${images}<p><a href="${formatAddress('due')}">All images with due dates</a></p>`;
}

function createOpen(past: readonly Step[], span: Gap, unrecorded: readonly Gap[]): Markup {
  const [first] = past;
  if (first !== undefined && span.to - first.at < DAY_MS) {
    return markup`<p>The store has counted findings since ${createTime(first.at)}. A chart follows when it has a day of counts.</p>${createStepTable('Open findings', past.slice(-ROWS_MAX))}`;
  }
  const title = `Open distinct findings since ${new Date(span.from).toISOString().slice(0, 10)}`;
  return markup`${createStepPicture({ title, steps: past, ...span, isExpected: false, unrecorded })}${describeUnrecorded(unrecorded)}${createStepTable('Open findings', past.slice(-ROWS_MAX))}`;
}

/** States the times that are hatched, the last ones first. */
function describeUnrecorded(unrecorded: readonly Gap[]): Markup | undefined {
  const lines = unrecorded
    .toReversed()
    .slice(0, GAPS_MAX)
    .map(
      ({ from, to }) =>
        markup`<li>${createTime(from)} to ${createTime(to)} (${formatAge(from, to)})</li>`,
    );
  const more = unrecorded.length - lines.length;
  const rest = more > 0 ? markup`<li>and ${formatCount(more, 'more time')}</li>` : undefined;
  return lines.length === 0
    ? undefined
    : markup`<p>Hatched: no record states that a server ran, so changes in this time may have been noticed after it.</p><ul>${lines}${rest}</ul>`;
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
