import { toText } from '../../../core/to-text.ts';
import { findSchemeByName } from '../../../version/scheme-by-name.ts';
import { toObject } from '../feed-value.ts';

/** A version at which a package becomes or stops being affected. */
export interface OsvEvent {
  readonly kind: 'introduced' | 'fixed' | 'lastAffected';
  readonly version: string;
}

const KINDS = [
  ['introduced', 'introduced'],
  ['fixed', 'fixed'],
  ['last_affected', 'lastAffected'],
] as const;
const FROM_THE_BEGINNING = '0';

/** Returns the event of an element; empty for other kinds, such as `limit`. */
export function readEvent(value: unknown): readonly OsvEvent[] {
  const event = toObject(value);
  return KINDS.flatMap(([member, kind]) => {
    const version = toText(event?.[member]);
    return version === '' ? [] : [{ kind, version }];
  });
}

/**
 * Returns events in an order in which each `introduced` comes before the event that closes its
 * interval. Documents need not have it; events that are such pairs already keep their order,
 * because intervals of pairs may overlap. All events keep it if a version cannot be ordered. OSV
 * schema, "Evaluation".
 */
export function sortEvents(events: readonly OsvEvent[], scheme: string): readonly OsvEvent[] {
  const found = findSchemeByName(scheme);
  const parsed = events.map((event) => ({
    event,
    version: event.version === FROM_THE_BEGINNING ? undefined : found?.parse(event.version),
  }));
  const isOrdered = parsed.every(
    ({ event, version }) => version !== undefined || event.version === FROM_THE_BEGINNING,
  );
  if (found === undefined || !isOrdered) {
    return events;
  }
  const compare = (left: ParsedEvent, right: ParsedEvent): number =>
    left.version === undefined || right.version === undefined
      ? Number(left.version !== undefined) - Number(right.version !== undefined)
      : found.compare(left.version, right.version);
  return isPaired(parsed, compare) ? events : parsed.toSorted(compare).map(({ event }) => event);
}

/** An event with its version; `undefined` for the beginning, before every version. */
interface ParsedEvent {
  readonly event: OsvEvent;
  readonly version: unknown;
}

function isPaired(
  events: readonly ParsedEvent[],
  compare: (left: ParsedEvent, right: ParsedEvent) => number,
): boolean {
  return events.every((one, index) => {
    const before = events[index - 1];
    const isStart = one.event.kind === 'introduced';
    return index % 2 === 0 || before === undefined
      ? isStart
      : !isStart && compare(before, one) <= 0;
  });
}
