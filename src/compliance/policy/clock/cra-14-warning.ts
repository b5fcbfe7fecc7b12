import type { Clock } from '../clock-contract.ts';
import { CRA_SOURCE, countFromAwareness } from '../cra-reporting.ts';

/** The early warning by the Cyber Resilience Act. */
export const cra14Warning: Clock = {
  id: 'cra-14-warning',
  title: 'CRA Article 14 (early warning)',
  source: CRA_SOURCE,
  reads: ['shipped'],
  compute: countFromAwareness({ days: 1, done: 'warned' }),
};
