import {
  createDueRange,
  createUnseenDate,
  findReleaseDate,
  readDeclaredFlag,
  readExploited,
} from './clock-answers.ts';
import type { Clock, ClockInput, DueDate } from './clock-contract.ts';

/** The source of all clocks of the article. */
export const CRA_SOURCE =
  'Regulation (EU) 2024/2847, Article 14 (read in third-party copies): in force since 11 September 2026 for actively exploited vulnerabilities of products on the market';

/** Nothing was due before the article applied. */
const IN_FORCE: ClockStart = { date: '2026-09-11T00:00:00.000Z', event: 'the article applied' };

/** A time from which days count, and what happened then. */
interface ClockStart {
  readonly date: string;
  readonly event: string;
}

interface AwarenessStep {
  /** Days after people became aware. */
  readonly days: number;
  /** The time in the ledger that ends the clock. */
  readonly done: 'warned' | 'notified';
}

/** Creates the computation of a date that counts from awareness. */
export function countFromAwareness({ days, done }: AwarenessStep): Clock['compute'] {
  return (input) => {
    const ended = describeEnd(input, done);
    if (ended !== undefined) {
      return ended;
    }
    const start = findAwareness(input);
    if (start === undefined) {
      return createUnseenDate(input);
    }
    const isConfirmed = input.times.awareness !== undefined;
    const missing = [...listMissing(input), ...(isConfirmed ? [] : ['awareness'])];
    // The obligation may not exist, or begin later.
    const possible = missing.length === 0 ? [days] : [days, undefined];
    const { date, event } = findLatest([start, IN_FORCE]);
    return createDueRange({ start: date, days: possible, event, missing });
  };
}

/** Days of the final report after a measure is available. Article 14 (2) (c). */
const REPORT_DAYS = 14;

/**
 * Computes the date of the final report, which counts from a measure. It is not due before anyone
 * can be aware of the exploitation, so that an old fix does not make it overdue at once.
 */
export function computeFinalReport(input: ClockInput): DueDate {
  const ended = describeEnd(input, 'reported');
  if (ended !== undefined) {
    return ended;
  }
  const { measure } = input.times;
  const released = findReleaseDate(input);
  const date = measure ?? released;
  if (date === undefined) {
    return { kind: 'no-date', basis: 'no measure is available' };
  }
  const missing = [...listMissing(input), ...(measure === undefined ? ['measure'] : [])];
  const available = measure === undefined ? 'the release of the fix' : 'a measure was available';
  const possible = missing.length === 0 ? [REPORT_DAYS] : [REPORT_DAYS, undefined];
  const aware = findAwareness(input);
  const start = findLatest([
    { date, event: available },
    ...(aware === undefined ? [] : [aware]),
    IN_FORCE,
  ]);
  return createDueRange({ start: start.date, days: possible, event: start.event, missing });
}

/** Without a confirmed time, the first sight of the exploitation or of the finding is proposed. */
function findAwareness({ times }: ClockInput): ClockStart | undefined {
  const { awareness, exploitedSince, firstSeen } = times;
  const starts: readonly (readonly [string | undefined, string])[] = [
    [awareness, 'awareness'],
    [exploitedSince, 'the exploitation was first seen'],
    [firstSeen, 'the finding was first seen'],
  ];
  const [first] = starts.flatMap(([date, event]) => (date === undefined ? [] : [{ date, event }]));
  return first;
}

function findLatest(starts: readonly [ClockStart, ...ClockStart[]]): ClockStart {
  return starts.reduce((last, one) => (Date.parse(one.date) > Date.parse(last.date) ? one : last));
}

/** Returns why no report is due, or is due no longer; `undefined` if one may be due. */
function describeEnd(input: ClockInput, done: keyof ClockInput['times']): DueDate | undefined {
  const ended = input.times[done];
  if (ended !== undefined) {
    return { kind: 'no-date', basis: `${done} on ${ended}` };
  }
  if (readDeclaredFlag('shipped', input) === false) {
    return { kind: 'no-date', basis: 'the product is not on the market' };
  }
  const { awareness, exploitedSince } = input.times;
  const isSeen = awareness !== undefined || exploitedSince !== undefined;
  return !isSeen && readExploited(input) === false
    ? { kind: 'no-date', basis: 'it is not known to be exploited' }
    : undefined;
}

function listMissing(input: ClockInput): readonly string[] {
  const isExploited = input.times.awareness !== undefined || readExploited(input) === true;
  return [
    ...(readDeclaredFlag('shipped', input) === undefined ? ['shipped'] : []),
    ...(isExploited ? [] : ['in KEV']),
  ];
}
