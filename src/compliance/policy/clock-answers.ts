import { compareText } from '../../foundation/core/compare-text.ts';
import type { ClockInput, DueDate } from './clock-contract.ts';
import { addDays } from './dates.ts';
import type { DeclaredName } from './declared-fact.ts';
import { findDeclaredFact } from './declared-facts.ts';

/** Returns whether a fact is declared as true; `undefined` if it is not declared. */
export function readDeclaredFlag(name: DeclaredName, input: ClockInput): boolean | undefined {
  const fact = findDeclaredFact(name, input, input.scope);
  return fact.isKnown ? fact.value === true : undefined;
}

/** Returns the declared word; `undefined` if it is not declared. */
export function readDeclaredWord(name: DeclaredName, input: ClockInput): string | undefined {
  const fact = findDeclaredFact(name, input, input.scope);
  return fact.isKnown ? String(fact.value) : undefined;
}

/** Returns whether the finding is in the catalog; `undefined` without a catalog. */
export function readExploited({ finding, hasCatalog }: ClockInput): boolean | undefined {
  const isListed = finding.matches.some(({ exploited }) => exploited.length > 0);
  return isListed || (hasCatalog ? false : undefined);
}

/** Returns when a fix was released first, RFC 3339; `undefined` if no date is known. */
export function findReleaseDate({ finding }: ClockInput): string | undefined {
  const [released] = finding.matches
    .flatMap(({ fixes }) => fixes)
    .flatMap(({ available }) => available?.date ?? [])
    .toSorted(compareText);
  return released;
}

/** Creates the answer for a finding whose start is not known. */
export function createUnseenDate({ finding }: ClockInput): DueDate {
  const reason = `it is not known when ${finding.id} was first seen: add --ledger FILE`;
  return { kind: 'unknown', reason };
}

/** The days that the known facts leave possible; `undefined` stands for no date. */
export interface PossibleDays {
  readonly start: string;
  readonly days: readonly (number | undefined)[];
  /** From which event the days count: `it was first seen`. */
  readonly event: string;
  readonly missing: readonly string[];
}

/** Creates the range of dates that remain possible; the earliest counts. */
export function createDueRange({ start, days, event, missing }: PossibleDays): DueDate {
  const known = [...new Set(days.filter((one) => one !== undefined))].toSorted(
    (left, right) => left - right,
  );
  const [first = 0] = known;
  const last = known.at(-1) ?? 0;
  const isAlwaysDue = !days.includes(undefined);
  return {
    kind: 'due',
    earliest: addDays(start, first),
    ...(isAlwaysDue ? { latest: addDays(start, last) } : {}),
    basis: `${describeDays(known)} after ${event}`,
    missing,
  };
}

/** Of more days than this, only the first and the last are named. */
const LISTED_MAX = 3;

function describeDays(days: readonly number[]): string {
  return days.length <= LISTED_MAX
    ? days.map(formatDays).join(' or ')
    : `between ${formatDays(days[0] ?? 0)} and ${formatDays(days.at(-1) ?? 0)}`;
}

function formatDays(days: number): string {
  return days < 1 ? `${days * 24} hours` : `${days} day${days === 1 ? '' : 's'}`;
}
