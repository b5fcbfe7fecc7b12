import type { Clock } from '../clock-contract.ts';
import { CRA_SOURCE, computeFinalReport } from '../cra-reporting.ts';

/** The final report by the Cyber Resilience Act. */
export const cra14Report: Clock = {
  id: 'cra-14-report',
  title: 'CRA Article 14 (final report)',
  source: CRA_SOURCE,
  reads: ['shipped'],
  compute: computeFinalReport,
};
