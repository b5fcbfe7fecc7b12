import type { VexStatement } from '../../core/decision.ts';

/**
 * When a statement was made, in milliseconds since 1970. One without a time that can be read is
 * older than every other: 0.
 */
export function instantOf({ timestamp }: VexStatement): number {
  const instant = timestamp === undefined ? Number.NaN : Date.parse(timestamp);
  return Number.isNaN(instant) ? 0 : instant;
}
