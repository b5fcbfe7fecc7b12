import type { VexStatement } from '../../core/decision.ts';

/**
 * Returns the time of a statement in milliseconds since 1970. A statement without a valid time is
 * older than all others: 0.
 */
export function parseStatementTime({ timestamp }: VexStatement): number {
  const instant = timestamp === undefined ? Number.NaN : Date.parse(timestamp);
  return Number.isNaN(instant) ? 0 : instant;
}
