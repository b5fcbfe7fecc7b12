import { defined } from '../../../foundation/core/defined.ts';
import { DAY_MS } from '../../../foundation/core/duration.ts';
import { formatCount } from '../../../foundation/core/screen-text.ts';
import { type Markup, markup } from '../../../foundation/present/markup.ts';
import { groupChanges, readChanges } from '../../query/change-groups.ts';
import { type RunningTimes, readRunningTimes } from '../../query/gaps.ts';
import type { RevisionChange } from '../../query/revisions.ts';
import { formatAddress } from '../address.ts';
import { CAUSE_TITLES, createChangeGroup, describeEffect } from '../change-lines.ts';
import type { PageContent, PageContext } from '../page.ts';
import { createFilter, createPager, createSelect, ROWS_EACH } from '../parts.ts';
import { createRunningMarks, describeRunning, type RunningMark } from '../running-text.ts';

/** Maximum number of changes on a page: equal ones share a line. */
const CHANGES_READ = 200;
/** The others are folded. */
const EFFECTS_SHOWN_MAX = 3;
const DATE_CHARS = '2026-01-31'.length;

/** Answers: what changed, and why? */
export async function createChangesPage(context: PageContext): Promise<PageContent> {
  const { db, get, at } = context;
  const now = Date.parse(context.now);
  const kind = get('kind');
  const before = Number(get('before'));
  const since = get('since');
  const from = Number.isNaN(Date.parse(since)) ? undefined : Date.parse(since);
  const rows = await readChanges(
    db,
    { kind, before, ...defined({ at, since: from }) },
    { lines: ROWS_EACH, most: CHANGES_READ + 1 },
  );
  const times = await readRunningTimes(db, before === 0 ? now : (rows[0]?.at ?? 0));
  const gaps = times.gaps.filter(({ to }) => from === undefined || to > from);
  const { lines, shown } = createLines(rows, { ...times, gaps });
  const last = shown.at(-1);
  const pager = createPager(
    before === 0 ? undefined : formatAddress('changes', { kind, since }),
    rows.length > shown.length && last !== undefined
      ? formatAddress('changes', { kind, since, before: last.id })
      : undefined,
  );
  const yesterday = new Date(now - DAY_MS).toISOString().slice(0, DATE_CHARS);
  const form = createFilter(formatAddress('changes'), [
    createSelect('Cause', 'kind', {
      choices: [
        { value: '', title: 'any' },
        ...Object.entries(CAUSE_TITLES).map(([value, title]) => ({ value, title })),
      ],
      chosen: kind,
    }),
    markup`<label>Since<input type="date" name="since" value="${since.slice(0, DATE_CHARS)}"></label>`,
  ]);
  const list =
    shown.length === 0
      ? createNothing(kind === '' ? since : kind, before)
      : markup`<ol class="events">${lines}</ol>${pager}`;
  return {
    heading:
      from === undefined
        ? createHeading(shown, before)
        : `${rows.length > shown.length ? 'More than ' : ''}${formatCount(shown.length, 'change')} since ${since}`,
    body: markup`${form}<p><a href="${formatAddress('changes', { since: yesterday })}">Since yesterday</a>. Each entry is a cause with its effects; equal ones share a line. <a href="${formatAddress('atom')}">Atom feed</a></p>${before === 0 ? markup`<p>${describeRunning(times, now)}</p>` : undefined}${list}`,
  };
}

interface ShownLines {
  readonly lines: readonly Markup[];
  readonly shown: readonly RevisionChange[];
}

/** Shows changes, equal ones in one line, and between them the times in which no server ran. */
function createLines(rows: readonly RevisionChange[], times: RunningTimes): ShownLines {
  const read = rows.slice(0, CHANGES_READ);
  const marks = createRunningMarks(times, read);
  // Changes before and after a mark stay apart.
  const runs = [...Map.groupBy(read, ({ at }) => countMarks(marks, at))];
  const groups = runs.flatMap(([passed, some]) =>
    groupChanges(some).map((changes) => ({ passed, changes })),
  );
  const lines: Markup[] = [];
  const shown: RevisionChange[] = [];
  let passed = 0;
  for (const group of groups.slice(0, ROWS_EACH)) {
    lines.push(...marks.slice(passed, group.passed).map(({ line }) => line));
    const line = createChangeGroup(group.changes, createDetails);
    lines.push(...(line === undefined ? [] : [line]));
    shown.push(...group.changes);
    passed = group.passed;
  }
  const next = rows[shown.length]?.at;
  const rest = next === undefined ? marks.length : countMarks(marks, next);
  return { lines: [...lines, ...marks.slice(passed, rest).map(({ line }) => line)], shown };
}

/** Returns how many marks, which are listed from the last one on, are after a time. */
function countMarks(marks: readonly RunningMark[], at: number): number {
  const index = marks.findIndex(({ to }) => to < at);
  return index === -1 ? marks.length : index;
}

function createHeading(shown: readonly RevisionChange[], before: number): string {
  const [newest] = shown;
  if (newest === undefined) {
    return before === 0 ? 'Nothing has changed yet' : `Nothing changed before revision ${before}`;
  }
  if (before > 0) {
    return `Changes before revision ${before}`;
  }
  const { kind, image, opened, closed, causes } = newest;
  if (kind === 'data') {
    return `Last change: new advisories opened ${formatCount(opened, 'match', 'matches')} and closed ${closed}`;
  }
  return kind === 'image'
    ? `Last change: ${image?.name ?? 'an image'} was added`
    : `Last change: ${causes[0]?.summary ?? CAUSE_TITLES[kind].toLowerCase()}`;
}

function createNothing(kind: string, before: number): Markup {
  return kind === '' && before === 0
    ? markup`<p>The store is empty: send an image with <code>plimsoll push IMAGE.tar</code>.</p>`
    : markup`<p class="notice">No change matches this filter. <a href="${formatAddress('changes')}">Show all changes</a></p>`;
}

function createDetails({ kind, effects, effectsTotal }: RevisionChange): Markup | undefined {
  if (kind !== 'data') {
    return undefined;
  }
  if (effectsTotal === 0) {
    return markup`<p class="dim">No finding changed.</p>`;
  }
  const lines = effects.map((effect) => markup`<li>${describeEffect(effect)}</li>`);
  const folded = lines.slice(EFFECTS_SHOWN_MAX);
  const unread = effectsTotal - effects.length;
  const end =
    unread > 0 ? markup`<li class="dim">and ${formatCount(unread, 'more effect')}</li>` : undefined;
  const more = effectsTotal - EFFECTS_SHOWN_MAX;
  const rest =
    more > 0
      ? markup`<details><summary>${formatCount(more, 'more effect')}</summary><ul>${folded}${end}</ul></details>`
      : undefined;
  return markup`<ul>${lines.slice(0, EFFECTS_SHOWN_MAX)}</ul>${rest}`;
}
