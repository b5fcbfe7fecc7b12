import type {
  AdvisoryQualifiers,
  AdvisoryRange,
  VulnerabilityRecord,
} from '../../core/advisory.ts';
import { defined } from '../../core/defined.ts';
import type { FeedStatement } from './contract.ts';

const CVE = /^CVE-\d{4}-\d{4,19}$/;
const DATE = /^\d{4}-\d{2}-\d{2}(?=$|[ T])/;

/** The package that a statement of a language ecosystem is about. */
export interface StatedPackage {
  /** Package type that the statement is stored under. */
  readonly ecosystem: string;
  readonly packageName: string;
  readonly ranges: readonly AdvisoryRange[];
  readonly qualifiers?: AdvisoryQualifiers;
}

/** Returns the statement that a record's vulnerability affects a package of a language. */
export function createPackageStatement(
  record: VulnerabilityRecord,
  { ecosystem, packageName, ranges, qualifiers }: StatedPackage,
): FeedStatement {
  return {
    statement: {
      vulnerability: record.id,
      provider: record.provider,
      status: record.status,
      aliases: record.aliases,
      cves: record.aliases.filter(isCveId),
      effect: 'affected',
      ecosystem,
      packageName,
      ranges: ranges.map((range) => withDate(range, record.publishedAt)),
      ...defined({ qualifiers }),
    },
  };
}

export function isCveId(id: string): boolean {
  return CVE.test(id);
}

/** Adds the date of the advisory to a fix without a date. */
function withDate(range: AdvisoryRange, publishedAt: string | undefined): AdvisoryRange {
  const { fix } = range;
  const date = parseDate(publishedAt ?? '');
  if (fix?.version === undefined || fix.available !== undefined || date === undefined) {
    return range;
  }
  return { ...range, fix: { ...fix, available: { date, kind: 'advisory' } } };
}

/** Returns the date at the beginning of a time; `undefined` if it has none. */
export function parseDate(text: string): string | undefined {
  return DATE.exec(text)?.[0];
}

/** Returns the start of the day of a time, RFC 3339; `undefined` if it has no date. */
export function toStartOfDay(time: string): string | undefined {
  const date = parseDate(time);
  return date === undefined ? undefined : `${date}T00:00:00Z`;
}
