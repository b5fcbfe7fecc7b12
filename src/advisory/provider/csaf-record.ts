import type {
  AdvisoryRange,
  Fix,
  FixReference,
  FixState,
  Severity,
  VulnerabilityRecord,
  Weakness,
} from '../../core/advisory.ts';
import { defined } from '../../core/defined.ts';
import { toText } from '../../core/to-text.ts';
import type { CsafDocument } from './csaf-document.ts';
import type { ProductFacts } from './csaf-facts.ts';
import { readCvssVector } from './cvss-severity.ts';
import { type FeedObject, listObjects, toObject } from './feed-value.ts';

const SCHEME = 'rpm';
const REJECTED = /^(?:\*\* ?REJECT ?\*\*|Rejected reason:)/i;
const CWE = /^CWE-\d{1,5}$/;
/** CVSS 2 vectors have no prefix. */
const CVSS_2 = /^AV:[LAN]\/AC:[HML]\/Au:/;
const DESCRIPTION_TITLE = /^(?:CVE|vulnerability) description$/i;
/** Category of a remediation: the publisher will not fix the product. */
const NO_FIX_PLANNED = 'no_fix_planned';

/** The erratum that contains a fix. */
export interface CsafErratum {
  readonly id: string;
  readonly url: string;
  /** YYYY-MM-DD */
  readonly date: string | undefined;
}

interface RecordFacts {
  readonly id: string;
  readonly provider: string;
  /** The vendor's page about the vulnerability. */
  readonly page: string;
  /** A severity word, or an empty string. */
  readonly severity: string;
  readonly vectors: readonly string[];
}

export function createCsafRecord(
  { id, provider, page, severity, vectors }: RecordFacts,
  vulnerability: FeedObject,
  document: CsafDocument,
): VulnerabilityRecord {
  const words: readonly Severity[] =
    severity === '' ? [] : [{ scheme: 'CHMLN', value: severity, rank: 1 }];
  const description = findDescription(vulnerability);
  const title = toText(vulnerability['title']);
  const urls = listObjects(vulnerability['references'])
    .map((one) => toText(one['url']))
    .filter((url) => url !== '' && url !== page);
  return {
    id,
    provider,
    status: [title, description].some((text) => REJECTED.test(text)) ? 'rejected' : 'active',
    aliases: [],
    assigners: [],
    description: description === '' ? title : description,
    references: [
      { url: page, tags: ['advisory'] },
      ...Array.from(new Set(urls), (url) => ({ url, tags: [] })),
    ],
    severities: [...words, ...vectors.flatMap((one) => readVector(one, words.length + 1))],
    ...defined({
      publishedAt: toText(vulnerability['release_date']) || document.publishedAt,
      modifiedAt: document.modifiedAt,
    }),
  };
}

function readVector(vector: string, rank: number): readonly Severity[] {
  return CVSS_2.test(vector)
    ? [{ scheme: 'CVSS', value: { vector, version: '2.0' }, rank }]
    : readCvssVector(vector, rank);
}

function findDescription(vulnerability: FeedObject): string {
  const notes = listObjects(vulnerability['notes']);
  const found =
    notes.find((note) => note['category'] === 'description') ??
    notes.find((note) => DESCRIPTION_TITLE.test(toText(note['title'])));
  return toText(found?.['text']);
}

export function listCsafWeaknesses(
  cve: string,
  source: string,
  vulnerability: FeedObject,
): readonly Weakness[] {
  // CSAF 2.1 has a list.
  return [toObject(vulnerability['cwe']), ...listObjects(vulnerability['cwes'])]
    .map((one) => toText(one?.['id']))
    .filter((cwe) => CWE.test(cwe))
    .map((cwe) => ({ cve, cwe, source, kind: 'Primary' }));
}

/** `isBase`: the fix is only available with extended support. */
export function createFixedRange(
  version: string,
  erratum: CsafErratum | undefined,
  isBase: boolean,
): AdvisoryRange {
  const constraint = `< ${version}`;
  if (isBase) {
    return { scheme: SCHEME, constraint, fix: { state: 'wont-fix', references: [] } };
  }
  const references: readonly FixReference[] =
    erratum === undefined ? [] : [{ url: erratum.url, id: erratum.id, tags: ['advisory'] }];
  const fix: Fix = {
    state: 'fixed',
    version,
    references,
    ...(erratum?.date === undefined ? {} : { available: { date: erratum.date, kind: 'advisory' } }),
  };
  return { scheme: SCHEME, constraint, fix };
}

/** Returns the range of a package that is affected, or still under investigation. */
export function createOpenRange(
  isUndecided: boolean,
  { remediations }: ProductFacts,
  isBase: boolean,
): AdvisoryRange {
  const isNeverFixed = isBase || remediations.some((one) => one['category'] === NO_FIX_PLANNED);
  const open: FixState = isNeverFixed ? 'wont-fix' : 'not-fixed';
  const state = isUndecided ? 'unknown' : open;
  return { scheme: SCHEME, constraint: '', fix: { state, references: [] } };
}

/** A build that is not affected stands for itself and later builds. */
export function createUnaffectedRange(
  version: string,
  url: string,
  { flags }: ProductFacts,
): AdvisoryRange {
  const references = flags.length === 0 ? [] : [{ url, tags: flags }];
  const constraint = version === '' ? '' : `>= ${version}`;
  return { scheme: SCHEME, constraint, fix: { state: 'not-affected', references } };
}
