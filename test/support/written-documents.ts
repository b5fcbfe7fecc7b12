import { present } from '../../src/foundation/core/assert.ts';
import { defined } from '../../src/foundation/core/defined.ts';
import type { FormatOptions } from '../../src/foundation/core/format.ts';
import { formats } from '../../src/report/output/formats.ts';
import { type ReportParts, SAMPLE_REPORT, writeReport } from './sample-report.ts';

/**
 * Formats in which an inventory can be written and read again, each in its oldest and newest
 * version.
 */
export const CARRIERS = [
  'json',
  'syft-json',
  'cyclonedx-json@1.4',
  'cyclonedx-json@1.6',
  'cyclonedx-json@1.7',
  'cyclonedx-xml@1.4',
  'cyclonedx-xml@1.7',
  'spdx-json@2.2',
  'spdx-json@2.3',
  'spdx-json@3.0',
  'spdx-tag-value@2.2',
  'spdx-tag-value@2.3',
  'github-json',
] as const;

export type Carrier = (typeof CARRIERS)[number];

/** Writes the report that has some of everything with all details, in a format. */
export function sampleDocument(carrier: Carrier, report: ReportParts = SAMPLE_REPORT): string {
  return writeCarrier(carrier, report, { isFull: true });
}

/** Writes a report in a format, by default without details that the format leaves out. */
export function writeCarrier(
  carrier: Carrier,
  report: ReportParts = SAMPLE_REPORT,
  options: Partial<FormatOptions> = {},
): string {
  const [id = '', version] = carrier.split('@');
  const format = present(
    formats.find((each) => each.id === id),
    'a format of this id',
  );
  return writeReport(format, report, { ...options, ...defined({ version }) });
}
