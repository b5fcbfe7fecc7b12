import type { AdvisoryRange, Fix, Severity, VulnerabilityRecord } from '../../../core/advisory.ts';
import { Budget } from '../../../core/budget.ts';
import { type Bytes, readText } from '../../../core/bytes.ts';
import { defined } from '../../../core/defined.ts';
import type { Limits } from '../../../core/limits.ts';
import { toText } from '../../../core/to-text.ts';
import { parseToml } from '../../../syntax/text/toml.ts';
import type { FeedOutcome, FeedProvider, FeedStatement } from '../contract.ts';
import { readCvssVector } from '../cvss-severity.ts';
import {
  type FeedObject,
  leaveOut,
  leaveOutDocument,
  listObjects,
  selectTexts,
  toObject,
} from '../feed-value.ts';
import { createPackageStatement } from '../package-statement.ts';
import { readWhole } from '../read-whole.ts';

const SCHEME = 'hackage';
const ECOSYSTEM = 'hackage';
/** The header of an advisory, and the title of its text. */
const DOCUMENT = /^```toml\r?\n([\s\S]*?)\r?\n```(?:\s*#\s*([^\r\n]+))?/;
const ID = /^HSEC-\d{4}-\d{4}$/;
const PAGES = 'https://haskell.github.io/security-advisories/advisory/';
const FIRST = '0';

/**
 * One advisory of the Haskell Security Response Team: a header in TOML and a text in Markdown.
 * Components of the compiler are not packages, and are left out.
 */
export const haskellAdvisories: FeedProvider = {
  kind: 'feed',
  id: 'haskell-advisories',
  title: 'Haskell security advisories',
  spec: 'https://github.com/haskell/security-advisories#advisory-format',
  sources: [
    {
      url: 'https://github.com/haskell/security-advisories.git',
      form: 'git',
      documents: /^advisories\/published\/.*\/HSEC-[^/]+\.md$/,
    },
  ],
  license: { expression: 'CC0-1.0', attribution: 'Haskell Security Response Team' },
  version: 1,
  rules: {},
  recognize: ({ text }) => /^```toml\s[^`]*"HSEC-/.test(text),
  read: readWhole(readHaskellAdvisory),
};

function* readHaskellAdvisory(document: Bytes, limits: Limits): Generator<FeedOutcome> {
  const [, header = '', title = ''] = DOCUMENT.exec(readText(document)) ?? [];
  const root = parseToml(header, new Budget(limits));
  const advisory = toObject(root?.['advisory']);
  const id = toText(advisory?.['id']);
  if (root === undefined || advisory === undefined || !ID.test(id)) {
    yield leaveOutDocument('not an advisory', 'the document is not an advisory about Haskell');
    return;
  }
  const affected = listObjects(root['affected']);
  const record = createHaskellRecord(id, { advisory, root, affected, title: title.trim() });
  const statements: FeedStatement[] = [];
  if (affected.length === 0) {
    yield leaveOut('statement', 'no packages', `${id} names no package`);
  }
  for (const element of affected) {
    const packageName = toText(element['package']);
    const ranges = listObjects(element['versions']).flatMap(readRange);
    if (packageName === '') {
      yield { leftOut: 'statement', cause: 'component of the compiler' };
    } else if (ranges.length === 0) {
      const message = `${id} has no versions of ${packageName}`;
      yield leaveOut('statement', 'no versions', message);
    } else {
      statements.push(
        createPackageStatement(record, { ecosystem: ECOSYSTEM, packageName, ranges }),
      );
    }
  }
  yield { record, statements };
}

/** `introduced` and, if there is one, `fixed`. */
function readRange(versions: FeedObject): readonly AdvisoryRange[] {
  const introduced = toText(versions['introduced']);
  const fixed = toText(versions['fixed']);
  if (introduced === '') {
    return [];
  }
  const lower = introduced === FIRST ? [] : [`>= ${introduced}`];
  const fix: Fix =
    fixed === ''
      ? { state: 'not-fixed', references: [] }
      : { state: 'fixed', version: fixed, references: [] };
  const upper = fixed === '' ? [] : [`< ${fixed}`];
  return [{ scheme: SCHEME, constraint: [...lower, ...upper].join(', '), fix }];
}

interface Parts {
  readonly advisory: FeedObject;
  readonly root: FeedObject;
  readonly affected: readonly FeedObject[];
  readonly title: string;
}

function createHaskellRecord(
  id: string,
  { advisory, root, affected, title }: Parts,
): VulnerabilityRecord {
  const vectors = new Set(affected.map((element) => toText(element['cvss'])));
  const severities = [...vectors].flatMap((vector): readonly Severity[] =>
    readCvssVector(vector, 1),
  );
  const page = { url: `${PAGES}${id}.html`, tags: ['advisory'] };
  const others = listObjects(root['references'])
    .map(({ url }) => toText(url))
    .filter((url) => url !== '');
  const [publishedAt, modifiedAt] = ['date', 'modified'].map((member) =>
    readDate(advisory[member]),
  );
  return {
    id,
    provider: 'haskell',
    status: 'active',
    aliases: selectTexts(advisory['aliases']),
    assigners: [],
    description: title,
    references: [page, ...others.map((url) => ({ url, tags: [] }))],
    severities: severities.map((one, index) => ({ ...one, rank: index + 1 })),
    ...defined({ publishedAt, modifiedAt }),
  };
}

/** TOML has dates of its own. */
function readDate(value: unknown): string | undefined {
  return value instanceof Date && !Number.isNaN(value.getTime()) ? value.toISOString() : undefined;
}
