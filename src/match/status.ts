import type { Advisory } from '../core/advisory.ts';

/** Whether the source itself has taken the statement back. */
export function isWithdrawn(advisory: Advisory): boolean {
  return advisory.status === 'rejected';
}
