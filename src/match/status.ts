import type { Advisory } from '../core/advisory.ts';

/** Returns whether the source itself withdrew the statement. */
export function isWithdrawn(advisory: Advisory): boolean {
  return advisory.status === 'rejected';
}
