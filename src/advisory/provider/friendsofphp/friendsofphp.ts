import type { AdvisoryRange, Fix, VulnerabilityRecord } from '../../../core/advisory.ts';
import { Budget } from '../../../core/budget.ts';
import { type Bytes, readText } from '../../../core/bytes.ts';
import { compareText } from '../../../core/compare-text.ts';
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
import { createPackageStatement, isCveId } from '../package-statement.ts';
import { readWhole } from '../read-whole.ts';

const PROVIDER = 'friendsofphp';
const SCHEME = 'composer';
const REFERENCE = /^composer:\/\/([^/\s]+\/[^/\s]+)$/;
/** `=>` occurs for `>=`. */
const TERM = /^(>=|<=|=>|>|<|=|)\s*([0-9][^\s,|]*)$/;
const TIME = /^(\d{4})-(\d{1,2})-(\d{1,2})(?=$|[ T])/;
const FILE_NAME = /([^/\\]+)\.ya?ml$/;

/** One advisory about a Composer package: affected versions by branch. */
export const friendsofphp: FeedProvider = {
  kind: 'feed',
  id: 'friendsofphp',
  title: 'PHP Security Advisories Database',
  spec: 'https://github.com/FriendsOfPHP/security-advisories#contributing',
  sources: [
    {
      url: 'https://github.com/FriendsOfPHP/security-advisories.git',
      form: 'git',
      documents: /^[^/]+\/[^/]+\/[^/]+\.yaml$/,
    },
  ],
  license: { expression: 'Unlicense', attribution: 'FriendsOfPHP security advisories' },
  version: 1,
  rules: {},
  recognize: (head) => hasPatterns(head, /^reference:\s*['"]?composer:\/\//m),
  read: readWhole(readAdvisory),
};

function* readAdvisory(document: Bytes, limits: Limits, name: string): Generator<FeedOutcome> {
  const advisory = toObject(parseYaml(readText(document), new Budget(limits)));
  const [, packageName] = REFERENCE.exec(toText(advisory?.['reference'])) ?? [];
  if (advisory === undefined || packageName === undefined) {
    const message = 'the document is not an advisory about a Composer package';
    yield leaveOutDocument('not an advisory about a Composer package', message);
    return;
  }
  const branches = Object.values(toObject(advisory['branches']) ?? {}).map(toObject);
  const record = createRecord(advisory, createId(advisory, packageName, name), branches);
  const ranges: AdvisoryRange[] = [];
  for (const branch of branches) {
    const texts = selectTexts(branch?.['versions']);
    const range = parseVersions(texts, parseTime(toText(branch?.['time'])));
    if (range === undefined) {
      const stated = texts.join(', ');
      const message = `${record.id} has unsupported versions: ${stated}`;
      yield leaveOut('part', 'unsupported versions', message);
    } else {
      ranges.push(range);
    }
  }
  const stated = { ecosystem: 'php-composer', packageName, ranges };
  yield { record, statements: ranges.length === 0 ? [] : [createPackageStatement(record, stated)] };
}

/** An advisory without a CVE is named after its package and its file, which is its only name. */
function createId(advisory: FeedObject, packageName: string, name: string): string {
  const cve = toText(advisory['cve']);
  const [, file = ''] = FILE_NAME.exec(name) ?? [];
  return isCveId(cve) ? cve : `FOP-${packageName.replace('/', '-')}-${file}`;
}

function createRecord(
  advisory: FeedObject,
  id: string,
  branches: readonly (FeedObject | undefined)[],
): VulnerabilityRecord {
  const dates = branches.flatMap((branch) => parseTime(toText(branch?.['time'])) ?? []);
  const publishedAt = dates.toSorted(compareText)[0];
  const url = toText(advisory['link']);
  return {
    id,
    provider: PROVIDER,
    status: 'active',
    aliases: [],
    assigners: [],
    description: toText(advisory['title']),
    references: url === '' ? [] : [{ url, tags: [] }],
    severities: [],
    ...defined({ publishedAt }),
  };
}

/** Returns the date of a time such as `2017-11-1 19:02:00`; `undefined` if there is none. */
function parseTime(text: string): string | undefined {
  const [, year = '', month = '', day = ''] = TIME.exec(text) ?? [];
  return year === '' ? undefined : [year, month.padStart(2, '0'), day.padStart(2, '0')].join('-');
}

/**
 * Returns the range of versions that all terms apply to.
 *
 * @param date - when the fix of the branch was released; `undefined`: the branch was never fixed
 */
function parseVersions(
  texts: readonly string[],
  date: string | undefined,
): AdvisoryRange | undefined {
  const terms = texts.map((text) => TERM.exec(text.trim()));
  if (terms.length === 0 || terms.includes(null)) {
    return undefined;
  }
  const stated = terms.map((term) => ({
    operator: (term?.[1] ?? '').replace('=>', '>=') || '=',
    version: term?.[2] ?? '',
  }));
  const end = stated.find(({ operator }) => operator === '<')?.version;
  const fix: Fix =
    end === undefined || date === undefined
      ? { state: 'not-fixed', references: [] }
      : {
          state: 'fixed',
          version: end,
          available: { date, kind: 'advisory' },
          references: [],
        };
  const constraint = stated.map(({ operator, version }) => `${operator} ${version}`).join(', ');
  return { scheme: SCHEME, constraint, fix };
}
