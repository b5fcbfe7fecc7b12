import { DAY_MS } from '../../foundation/core/duration.ts';

/** The last end: a check counts the days of thousands of facts to one time. */
let lastEnd = { text: '', time: Number.NaN };

/** Counts the days from a date to another one; negative if it is earlier. */
export function countDays(from: string, to: string): number {
  if (lastEnd.text !== to) {
    lastEnd = { text: to, time: Date.parse(to) };
  }
  return (lastEnd.time - Date.parse(from)) / DAY_MS;
}

/** Returns the time some days after another one, RFC 3339. */
export function addDays(date: string, days: number): string {
  return new Date(Date.parse(date) + Math.round(days * DAY_MS)).toISOString();
}

/** Returns the same day of a later month, or its last day if it is shorter. */
export function addMonths(date: string, months: number): string {
  const start = new Date(date);
  const month = start.getUTCMonth() + months;
  const last = new Date(Date.UTC(start.getUTCFullYear(), month + 1, 0)).getUTCDate();
  const day = Math.min(start.getUTCDate(), last);
  const moved = new Date(start);
  moved.setUTCMonth(month, day);
  return moved.toISOString();
}
