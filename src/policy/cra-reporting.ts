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
    const { awareness, exploitedSince, firstSeen } = input.times;
    // Nobody confirmed a time: the first sight of the exploitation is proposed.
    const start = awareness ?? exploitedSince ?? firstSeen;
    if (start === undefined) {
      return createUnseenDate(input);
    }
    const missing = [...listMissing(input), ...(awareness === undefined ? ['awareness'] : [])];
    const event = awareness === undefined ? 'the exploitation was first seen' : 'awareness';
    // The obligation may not exist, or begin later.
    const possible = missing.length === 0 ? [days] : [days, undefined];
    return createDueRange({ start, days: possible, event, missing });
  };
}

/** Days of the final report after a measure is available. Article 14 (2) (c). */
const REPORT_DAYS = 14;

/** Computes the date of the final report, which counts from a measure, not from awareness. */
export function computeFinalReport(input: ClockInput): DueDate {
  const ended = describeEnd(input, 'reported');
  if (ended !== undefined) {
    return ended;
  }
  const { measure } = input.times;
  const released = findReleaseDate(input);
  const start = measure ?? released;
  if (start === undefined) {
    return { kind: 'no-date', basis: 'no measure is available' };
  }
  const missing = [...listMissing(input), ...(measure === undefined ? ['measure'] : [])];
  const event = measure === undefined ? 'the release of the fix' : 'a measure was available';
  const possible = missing.length === 0 ? [REPORT_DAYS] : [REPORT_DAYS, undefined];
  return createDueRange({ start, days: possible, event, missing });
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
