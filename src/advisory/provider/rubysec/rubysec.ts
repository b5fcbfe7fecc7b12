import type { Severity, VulnerabilityRecord } from '../../../core/advisory.ts';
import { Budget } from '../../../core/budget.ts';
import { type Bytes, readText } from '../../../core/bytes.ts';
import { defined } from '../../../core/defined.ts';
import type { Limits } from '../../../core/limits.ts';
import { toText } from '../../../core/to-text.ts';
import { parseYaml } from '../../../syntax/text/yaml.ts';
import type { FeedOutcome, FeedProvider } from '../contract.ts';
import { hasPatterns } from '../document-head.ts';
import {
  type FeedObject,
  leaveOut,
  leaveOutDocument,
  selectTexts,
  toObject,
} from '../feed-value.ts';
import { createPackageStatement, parseDate } from '../package-statement.ts';
import { readWhole } from '../read-whole.ts';
import { type RequirementSyntax, readSafeRequirements } from '../safe-versions.ts';

const SCHEME = 'gem';
const SEGMENTS = /^(?:[0-9]+\.)*[0-9]+/;

/** Gem::Requirement of RubyGems: `~> 7.0.8` is `>= 7.0.8, < 7.1`. */
const REQUIREMENTS: RequirementSyntax = {
  scheme: SCHEME,
  term: /^(>=|<=|~>|>|<|=|)\s*([0-9][0-9A-Za-z.-]*)$/,
  raise(operator, version) {
    if (operator === '') {
      return undefined;
    }
    const parts = (SEGMENTS.exec(version)?.[0] ?? '').split('.');
    const kept = parts.length > 1 ? parts.slice(0, -1) : parts;
    return [...kept.slice(0, -1), BigInt(kept.at(-1) ?? '0') + 1n].join('.');
  },
};

/** CVSS base scores of version 3 and their ratings. CVSS v3.1 Specification, section 5. */
const RATINGS: readonly (readonly [least: number, word: string])[] = [
  [9, 'critical'],
  [7, 'high'],
  [4, 'medium'],
  [0.1, 'low'],
];

/**
 * One advisory of the Ruby Advisory Database. Its versions are those without the vulnerability; all
 * others are affected.
 */
export const rubysec: FeedProvider = {
  kind: 'feed',
  id: 'rubysec',
  title: 'Ruby Advisory Database',
  spec: 'https://github.com/rubysec/ruby-advisory-db#schema',
  sources: [
    {
      url: 'https://github.com/rubysec/ruby-advisory-db.git',
      form: 'git',
      documents: /^gems\/[^/]+\/[^/]+\.yml$/,
    },
  ],
  license: { expression: 'NONE', attribution: 'Ruby Advisory Database (public domain), OSVDB' },
  version: 1,
  rules: {},
  recognize: (head) => hasPatterns(head, /^(?:gem|engine):\s/m, /^(?:title|description):/m),
  read: readWhole(readAdvisory),
};

function* readAdvisory(document: Bytes, limits: Limits): Generator<FeedOutcome> {
  const advisory = toObject(parseYaml(readText(document), new Budget(limits)));
  if (advisory === undefined) {
    yield leaveOutDocument('malformed YAML', 'the document is not an advisory in YAML');
    return;
  }
  const packageName = toText(advisory['gem']);
  const record = createRecord(advisory);
  if (record === undefined || packageName === '') {
    const isInterpreter = toText(advisory['engine']) !== '';
    const cause = isInterpreter ? 'about an interpreter of Ruby' : 'no gem or no ID';
    yield leaveOut(
      'record',
      cause,
      `an advisory is left out: ${cause}: ${toText(advisory['title'])}`,
    );
    return;
  }
  const { ranges, unsupported } = readSafeRequirements(
    [
      ...selectTexts(advisory['patched_versions']).map((text) => ({ text, isFix: true })),
      ...selectTexts(advisory['unaffected_versions']).map((text) => ({ text, isFix: false })),
    ],
    REQUIREMENTS,
  );
  for (const text of unsupported) {
    const message = `${record.id} has an unsupported requirement: ${text}`;
    yield leaveOut('part', 'unsupported requirement', message);
  }
  const stated = { ecosystem: SCHEME, packageName, ranges };
  yield { record, statements: ranges.length === 0 ? [] : [createPackageStatement(record, stated)] };
}

/** The ID is that of GitHub, else the CVE, else the number in the former OSVDB. */
function createRecord(advisory: FeedObject): VulnerabilityRecord | undefined {
  const readId = (member: string, prefix: string): readonly string[] => {
    const text = toText(advisory[member]);
    return text === '' ? [] : [`${prefix}${text}`];
  };
  const [id, ...aliases] = [
    ...readId('ghsa', 'GHSA-'),
    ...readId('cve', 'CVE-'),
    ...readId('osvdb', 'OSVDB-'),
  ];
  if (id === undefined) {
    return undefined;
  }
  const publishedAt = parseDate(toText(advisory['date']));
  const related = selectTexts(toObject(advisory['related'])?.['url']);
  const urls = [toText(advisory['url']), ...related].filter((url) => url !== '');
  return {
    id,
    provider: 'rubysec',
    status: 'active',
    aliases,
    assigners: [],
    description: toText(advisory['title']),
    references: [...new Set(urls)].map((url) => ({ url, tags: [] })),
    severities: readSeverities(advisory),
    ...defined({ publishedAt }),
  };
}

/** The database has scores without vectors. */
function readSeverities(advisory: FeedObject): readonly Severity[] {
  const scores = ['cvss_v4', 'cvss_v3'].map((member) =>
    Number(toText(advisory[member]) || Number.NaN),
  );
  const score = scores.find((one) => one >= 0 && one <= 10);
  const word = RATINGS.find(([least]) => score !== undefined && score >= least)?.[1];
  return word === undefined ? [] : [{ scheme: 'CHML', value: word, rank: 1 }];
}
