import type { AdvisoryRange, Fix, VulnerabilityRecord } from '../../../core/advisory.ts';
import { defined } from '../../../core/defined.ts';
import { toText } from '../../../core/to-text.ts';
import { findSchemeByName } from '../../../version/scheme-by-name.ts';
import type { FeedOutcome, FeedProvider } from '../contract.ts';
import { readCvssVector } from '../cvss-severity.ts';
import { hasMembers } from '../document-head.ts';
import {
  type FeedObject,
  leaveOut,
  leaveOutDocument,
  selectTexts,
  toObject,
} from '../feed-value.ts';
import { createPackageStatement, isCveId, parseDate } from '../package-statement.ts';
import { createJsonParser, readWhole } from '../read-whole.ts';
import { compareVersions } from '../safe-versions.ts';

const PROVIDER = 'nodejs-security-wg';
const SCHEME = 'npm';
const TERM = /(>=|<=|>|<|=|)\s*v?([0-9][0-9A-Za-z.+-]*)/y;
/** `2.0.x` and `2.x`. */
const WILDCARD = /^(\d+)(?:\.(\d+))?\.x(?:\.x)?$/;
/** Every version: `99.999.99999`, `*`. */
const EVERY_VERSION = /^(?:\*|<=?\s*9{2,}(?:\.9{3,})+|>=\s*0(?:\.0)*)$/;
/** The lowest version of a requirement. */
const FIRST_FIXED = /^(?:>=|\^|~|=|)\s*v?([0-9][0-9A-Za-z.+-]*)/;
const RANGE_END = /(<=?|=) ([^ ,]+)$/;

/** One advisory of the Node.js security working group about an npm package, until 2019. */
export const nodejsSecurityWg: FeedProvider = {
  kind: 'feed',
  id: 'nodejs-security-wg',
  title: 'Node.js Security Working Group',
  spec: 'https://github.com/nodejs/security-wg/tree/main/vuln',
  sources: [
    {
      url: 'https://github.com/nodejs/security-wg.git',
      form: 'git',
      documents: /^vuln\/npm\/\d+\.json$/,
    },
  ],
  license: { expression: 'MIT', attribution: 'Node.js Security Working Group' },
  version: 1,
  rules: {},
  recognize: (head) =>
    hasMembers(head, 'vulnerable_versions', 'patched_versions') ||
    hasMembers(head, 'vulnerable', 'patched'),
  read: readWhole(createJsonParser(readAdvisory)),
};

function* readAdvisory(value: unknown): Generator<FeedOutcome> {
  const advisory = toObject(value);
  const number = advisory?.['id'];
  const packageName = toText(advisory?.['module_name']).trim();
  if (advisory === undefined || !Number.isSafeInteger(number) || packageName === '') {
    const message = 'the document is not an advisory about an npm package';
    yield leaveOutDocument('not an advisory about an npm package', message);
    return;
  }
  const record = createRecord(`NSWG-ECO-${Number(number)}`, advisory);
  const fixes = parseFixes(toText(advisory['patched_versions']));
  const ranges: AdvisoryRange[] = [];
  for (const text of toText(advisory['vulnerable_versions']).split('||')) {
    const constraint = parseAlternative(text.trim());
    if (constraint === undefined) {
      const message = `${record.id} has unsupported versions: ${text.trim()}`;
      yield leaveOut('part', 'unsupported versions', message);
    } else {
      ranges.push(createRange(constraint, fixes));
    }
  }
  const stated = { ecosystem: 'npm', packageName, ranges };
  yield { record, statements: ranges.length === 0 ? [] : [createPackageStatement(record, stated)] };
}

function createRecord(id: string, advisory: FeedObject): VulnerabilityRecord {
  const publishedAt = parseDate(toText(advisory['publish_date']));
  const modifiedAt = parseDate(toText(advisory['updated_at']));
  const number = id.slice(id.lastIndexOf('-') + 1);
  return {
    id,
    provider: PROVIDER,
    status: 'active',
    aliases: selectTexts(advisory['cves']).filter(isCveId),
    assigners: [],
    description: toText(advisory['title']),
    references: [
      {
        url: `https://github.com/nodejs/security-wg/blob/main/vuln/npm/${number}.json`,
        tags: ['advisory'],
      },
    ],
    severities: readCvssVector(toText(advisory['cvss_vector']), 1),
    ...defined({ publishedAt, modifiedAt }),
  };
}

/** Returns the lowest version of each alternative. */
function parseFixes(patched: string): readonly string[] {
  return patched
    .split('||')
    .flatMap((text) => FIRST_FIXED.exec(text.trim())?.[1] ?? [])
    .map((version) => version.replace(/\.x\b/g, '.0'))
    .filter((version) => findSchemeByName(SCHEME)?.parse(version) !== undefined);
}

function createRange(constraint: string, fixes: readonly string[]): AdvisoryRange {
  const version = findFix(constraint, fixes);
  const fix: Fix =
    version === undefined
      ? { state: 'not-fixed', references: [] }
      : { state: 'fixed', version, references: [] };
  return { scheme: SCHEME, constraint, fix };
}

/** Returns the lowest fixed version that is not below the end of the range. */
function findFix(constraint: string, fixes: readonly string[]): string | undefined {
  const [, operator, end = ''] = RANGE_END.exec(constraint) ?? [];
  const later = fixes.filter((version) => {
    const order = compareVersions(version, end, SCHEME);
    return order > 0 || (order === 0 && operator === '<');
  });
  return later.toSorted((left, right) => compareVersions(left, right, SCHEME))[0];
}

function parseAlternative(text: string): string | undefined {
  if (EVERY_VERSION.test(text)) {
    return '';
  }
  const wildcard = WILDCARD.exec(text);
  if (wildcard !== null) {
    const [, major = '', minor] = wildcard;
    return minor === undefined
      ? `>= ${major}.0.0, < ${Number(major) + 1}.0.0`
      : `>= ${major}.${minor}.0, < ${major}.${Number(minor) + 1}.0`;
  }
  const terms: string[] = [];
  let at = 0;
  while (at < text.length) {
    TERM.lastIndex = at;
    const [term, operator = '', version = ''] = TERM.exec(text) ?? [];
    if (term === undefined) {
      return undefined;
    }
    terms.push(`${operator === '' ? '=' : operator} ${version}`);
    at += term.length;
    at += /^[\s,]*/.exec(text.slice(at))?.[0].length ?? 0;
  }
  return terms.length === 0 ? undefined : terms.join(', ');
}
