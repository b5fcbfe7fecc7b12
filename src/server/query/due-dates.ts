import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../foundation/core/duration.ts';
import { DUE_SPANS, type DueSpan } from '../pages/due-buckets.ts';
import type { PageContext } from '../pages/page.ts';
import type { Fleet } from './fleet.ts';
import type { FleetImage } from './fleet-image.ts';

/** The due dates of one image in a span. */
export interface ImageDueDates {
  readonly image: FleetImage;
  readonly count: number;
  /** The earliest, in milliseconds since 1970. */
  readonly first: number;
}

/** How many due dates there are, and in how many images. */
export interface DueCount {
  readonly dates: number;
  readonly images: number;
  /** The earliest, in milliseconds since 1970; infinite if there are none. */
  readonly first: number;
}

/** Returns how many of the sorted times are before a time. */
function countEarlier(times: readonly number[], time: number): number {
  let [low, high] = [0, times.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((times[middle] ?? 0) < time) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

/** Returns the first time of a span, and the first time after it. */
function toTimes({ from, before }: DueSpan, now: number): readonly [number, number] {
  return [now + from * DAY_MS, now + before * DAY_MS];
}

/** Returns the places of the first due date of a span, and of the first one after it. */
function findPlaces(
  times: readonly number[],
  span: DueSpan,
  now: number,
): readonly [number, number] {
  const [start, end] = toTimes(span, now);
  return [countEarlier(times, start), countEarlier(times, end)];
}

/** Whether a time is in a span. */
export function isInSpan(at: number, span: DueSpan, now: number): boolean {
  const [start, end] = toTimes(span, now);
  return at >= start && at < end;
}

/** Spans start at full minutes: a number and the rows behind it are then about the same time. */
export function roundToMinute(now: string): number {
  return Math.floor(Date.parse(now) / MINUTE_MS) * MINUTE_MS;
}

/** Counts the due dates of each span, by its ID. */
export function countDueDates({
  fleet,
  now,
}: Pick<PageContext, 'fleet' | 'now'>): ReadonlyMap<string, DueCount> {
  const minute = roundToMinute(now);
  const verdicts = fleet.listVerdicts().filter(({ due }) => due.length > 0);
  return new Map(
    DUE_SPANS.map((span) => {
      let [dates, images, first] = [0, 0, Infinity];
      for (const { due } of verdicts) {
        const [start, end] = findPlaces(due, span, minute);
        dates += end - start;
        images += end > start ? 1 : 0;
        first = end > start ? Math.min(first, due[start] ?? first) : first;
      }
      return [span.id, { dates, images, first }];
    }),
  );
}

/** Counts the overdue due dates of each image that has any. */
export function countOverdue(fleet: Fleet, now: number): ReadonlyMap<number, number> {
  return new Map(
    fleet
      .listVerdicts()
      .filter(({ due: [first = now] }) => first < now)
      .map(({ image, due }) => [image, countEarlier(due, now)] as const),
  );
}

/**
 * Groups the due dates of a span, or all, by image. The earliest date comes first, and of several
 * in the same hour the image with the worst findings.
 */
export async function groupDueDates(
  { fleet, now }: Pick<PageContext, 'fleet' | 'now'>,
  span: DueSpan | undefined,
): Promise<readonly ImageDueDates[]> {
  const minute = roundToMinute(now);
  return await fleet.remember(`due ${span?.id} ${span === undefined ? '' : minute}`, () =>
    Promise.resolve(listGroups(fleet, span, minute)),
  );
}

function listGroups(
  fleet: Fleet,
  span: DueSpan | undefined,
  now: number,
): readonly ImageDueDates[] {
  const groups: ImageDueDates[] = [];
  for (const image of fleet.sortImages('severity')) {
    const { due = [] } = fleet.findVerdict(image.id) ?? {};
    const [start, end] = span === undefined ? [0, due.length] : findPlaces(due, span, now);
    const first = due[start];
    if (first !== undefined && end > start) {
      groups.push({ image, count: end - start, first });
    }
  }
  const toHour = ({ first }: ImageDueDates): number => Math.floor(first / HOUR_MS);
  return groups.sort((left, right) => toHour(left) - toHour(right));
}
