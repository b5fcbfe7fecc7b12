import type { Clock } from '../clock-contract.ts';
import { CRA_SOURCE, countFromAwareness } from '../cra-reporting.ts';

/** The notification by the Cyber Resilience Act. */
export const cra14Notification: Clock = {
  id: 'cra-14-notification',
  title: 'CRA Article 14 (notification)',
  source: CRA_SOURCE,
  reads: ['shipped'],
  compute: countFromAwareness({ days: 3, done: 'notified' }),
};
