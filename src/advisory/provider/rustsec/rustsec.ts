import type { AdvisoryQualifiers, VulnerabilityRecord } from '../../../core/advisory.ts';
import { Budget } from '../../../core/budget.ts';
import { type Bytes, readText } from '../../../core/bytes.ts';
import { defined } from '../../../core/defined.ts';
import type { Limits } from '../../../core/limits.ts';
import { toText } from '../../../core/to-text.ts';
import { parseToml } from '../../../syntax/text/toml.ts';
import type { FeedOutcome, FeedProvider } from '../contract.ts';
import { readCvssVector } from '../cvss-severity.ts';
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

const SCHEME = 'rust';
/** The header of an advisory, and the title of its text. */
const DOCUMENT = /^```toml\r?\n([\s\S]*?)\r?\n```(?:\s*#\s*([^\r\n]+))?/;
const ID = /^RUSTSEC-\d{4}-\d{4}$/;
/** Classes of informational advisories without a vulnerability; `unsound` is one. */
const NOTICES: ReadonlySet<string> = new Set(['notice', 'unmaintained']);
const NUMBERS = /^(\d+)(?:\.(\d+))?(?:\.(\d+))?/;

/** A version with one or two numbers, which a requirement can have but a crate cannot. */
const SHORT_VERSION = /(?<=>=|<=|>|<)(\s*\d+(?:\.\d+)?)(?=\s*(?:,|$))/g;

function completeVersion(text: string): string {
  return text.includes('.') ? `${text}.0` : `${text}.0.0`;
}

/** Requirements of Cargo: `^0.2.3`, also without `^`, is `>= 0.2.3, < 0.3.0`. */
const REQUIREMENTS: RequirementSyntax = {
  scheme: SCHEME,
  term: /^(>=|<=|>|<|=|\^|~|)\s*([0-9][0-9A-Za-z.+-]*)$/,
  raise(operator, version) {
    const [, ...parts] = NUMBERS.exec(version) ?? [];
    const numbers = parts.filter((part) => part !== undefined).map(BigInt);
    const firstNonZero = numbers.findIndex((number) => number > 0n);
    const caret = firstNonZero === -1 ? numbers.length - 1 : firstNonZero;
    const at = operator === '~' ? Math.min(1, numbers.length - 1) : caret;
    const raised = [0n, 0n, 0n].map((zero, index) => {
      const number = numbers[index] ?? zero;
      return index < at ? number : index === at ? number + 1n : zero;
    });
    return numbers.length === 0 ? undefined : raised.join('.');
  },
};

/**
 * One advisory of RustSec: a header in TOML and a text in Markdown. Its versions are those without
 * the vulnerability; all others are affected. Functions are left out, because functions inlined by
 * the compiler leave no name in a program.
 */
export const rustsec: FeedProvider = {
  kind: 'feed',
  id: 'rustsec',
  title: 'RustSec Advisory Database',
  spec: 'https://github.com/rustsec/advisory-db#advisory-format',
  sources: [
    {
      url: 'https://github.com/rustsec/advisory-db.git',
      form: 'git',
      documents: /^crates\/[^/]+\/RUSTSEC-[^/]+\.md$/,
    },
  ],
  license: { expression: 'CC0-1.0', attribution: 'RustSec Advisory Database' },
  version: 1,
  rules: {},
  recognize: (head) =>
    hasPatterns(head, /^```toml\s+\[advisory\]\s/, /^id\s*=\s*"(?:RUSTSEC|CVE)-/m),
  read: readWhole(readAdvisory),
};

function* readAdvisory(document: Bytes, limits: Limits): Generator<FeedOutcome> {
  const [, header = '', title = ''] = DOCUMENT.exec(readText(document)) ?? [];
  const root = parseToml(header, new Budget(limits));
  const advisory = toObject(root?.['advisory']);
  const id = toText(advisory?.['id']);
  const packageName = toText(advisory?.['package']);
  if (root === undefined || advisory === undefined || !ID.test(id) || packageName === '') {
    yield leaveOutDocument('not an advisory', 'the document is not an advisory of RustSec');
    return;
  }
  const record = createRecord(id, advisory, title.trim());
  if (NOTICES.has(toText(advisory['informational']).trim())) {
    yield { leftOut: 'statement', cause: 'notice without a vulnerability' };
    yield { record, statements: [] };
    return;
  }
  const versions = toObject(root['versions']);
  const requirements = ['patched', 'unaffected'].flatMap((member) =>
    selectTexts(versions?.[member]).map((stated) => {
      const text = stated.replaceAll(SHORT_VERSION, completeVersion);
      return { text, isFix: member === 'patched' };
    }),
  );
  const { ranges, unsupported } = readSafeRequirements(requirements, REQUIREMENTS);
  for (const text of unsupported) {
    const message = `${id} has an unsupported requirement: ${text}`;
    yield leaveOut('part', 'unsupported requirement', message);
  }
  const qualifiers = readPlatforms(toObject(root['affected']));
  const stated = {
    ecosystem: 'rust-crate',
    packageName,
    ranges,
    ...defined({ qualifiers }),
  };
  yield { record, statements: ranges.length === 0 ? [] : [createPackageStatement(record, stated)] };
}

function createRecord(id: string, advisory: FeedObject, title: string): VulnerabilityRecord {
  const publishedAt = parseDate(toText(advisory['date']));
  const withdrawnAt = parseDate(toText(advisory['withdrawn']));
  const urls = [toText(advisory['url']), ...selectTexts(advisory['references'])];
  const page = { url: `https://rustsec.org/advisories/${id}.html`, tags: ['advisory'] };
  return {
    id,
    provider: 'rustsec',
    status: withdrawnAt === undefined ? 'active' : 'rejected',
    aliases: selectTexts(advisory['aliases']),
    assigners: [],
    description: title,
    references: [page, ...urls.filter((url) => url !== '').map((url) => ({ url, tags: [] }))],
    severities: readCvssVector(toText(advisory['cvss']), 1),
    ...defined({ publishedAt, withdrawnAt }),
  };
}

function readPlatforms(affected: FeedObject | undefined): AdvisoryQualifiers | undefined {
  const systems = selectTexts(affected?.['os']);
  const architectures = selectTexts(affected?.['arch']);
  return systems.length + architectures.length === 0
    ? undefined
    : { platforms: { systems, architectures } };
}
