import { type Markup, markup } from '../../foundation/present/markup.ts';
import { type Gap, PAUSE_MS_MIN, type RunningTimes } from '../query/gaps.ts';
import { createTime, formatAge } from './parts.ts';

/** A line between changes about the time before a time. */
export interface RunningMark {
  /** Milliseconds since 1970. */
  readonly to: number;
  readonly line: Markup;
}

/** States since when a server has run without a break, and which time no record covers. */
export function describeRunning({ gaps: [last], recorded }: RunningTimes, now: number): Markup {
  if (recorded === undefined) {
    return markup`No record states when a server ran, so times without a running server are not marked.`;
  }
  const since = last?.to ?? recorded.from;
  const earlier =
    last === undefined
      ? undefined
      : markup` Before, none ran for ${formatAge(last.from, last.to)}, since ${createTime(last.from)}.`;
  const note = markup`${earlier} Breaks of less than two minutes do not count.`;
  return now - recorded.to > PAUSE_MS_MIN
    ? markup`A server ran from ${createTime(since)} to ${createTime(recorded.to)}. <b>No record states that one has run since.</b>${note}`
    : markup`The server has run without a break since ${createTime(since)}.${note}`;
}

/** Creates the marks between changes, which are listed from the last one on. */
export function createRunningMarks(
  { gaps, recorded }: RunningTimes,
  changes: readonly { readonly at: number }[],
): readonly RunningMark[] {
  const marks = gaps.map((gap): RunningMark => ({ to: gap.to, line: createGapLine(gap) }));
  // The first changes of a store can be a moment older than the first record.
  const start = (recorded?.from ?? 0) - PAUSE_MS_MIN;
  const older = changes.find(({ at }) => at < start);
  return recorded === undefined || older === undefined
    ? marks
    : [...marks, { to: start, line: createUnrecordedLine(recorded.from, older.at) }];
}

function createGapLine({ from, to }: Gap): Markup {
  return markup`<li class="gap">${createTime(from)}<span class="flag">Not running</span>No server ran for ${formatAge(from, to)}, until ${createTime(to)}. Changes in this time were noticed after it.</li>`;
}

function createUnrecordedLine(first: number, change: number): Markup {
  return markup`<li class="gap">${createTime(first)}<span class="flag">No record</span>No record states whether a server ran before this time. The last change before it, of ${createTime(change)}, is ${formatAge(change, first)} older.</li>`;
}
