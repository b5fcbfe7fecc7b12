import { addToList } from '../../../core/add-to-list.ts';
import type { AdvisoryRange, Fix, VulnerabilityRecord, Weakness } from '../../../core/advisory.ts';
import { toText } from '../../../core/to-text.ts';
import type { FeedItem, FeedOutcome, FeedProvider } from '../contract.ts';
import { hasMembers } from '../document-head.ts';
import {
  type FeedObject,
  leaveOut,
  leaveOutDocument,
  selectTexts,
  toList,
  toObject,
} from '../feed-value.ts';
import { createPackageStatement, isCveId } from '../package-statement.ts';
import { createJsonParser, readWhole } from '../read-whole.ts';

const PROVIDER = 'retirejs';
const SCHEME = 'npm';
const SEVERITIES: ReadonlySet<string> = new Set(['low', 'medium', 'high', 'critical']);
const GITHUB_ID = /^GHSA(?:-[0-9a-z]{4}){3}$/;
/** No start, or one before every release: `0`, `0.0.0`. */
const FROM_START = /^(?:0(?:\.0)*)?$/;
/** End of a range without a fix, such as `999.999.999` and `1.999`. */
const NO_FIX = /(?:^|\.)9{3,}(?:\.|$)/;
/** Entries of the repository that show its format or test it. */
const SAMPLES: ReadonlySet<string> = new Set(['retire-example', 'dont check']);

/** One vulnerability of a package: every range that the repository lists with the same IDs. */
interface Issue {
  readonly packageName: string;
  readonly ids: readonly string[];
  readonly facts: readonly FeedObject[];
}

/**
 * A repository of Retire.js: JavaScript libraries and npm packages with their vulnerable versions.
 */
export const retirejs: FeedProvider = {
  kind: 'feed',
  id: 'retirejs',
  title: 'Retire.js repository',
  spec: 'https://github.com/RetireJS/retire.js/tree/master/repository',
  sources: ['jsrepository', 'npmrepository'].map((name) => ({
    url: `https://raw.githubusercontent.com/RetireJS/retire.js/master/repository/${name}.json`,
    form: 'document',
  })),
  license: { expression: 'Apache-2.0', attribution: 'Retire.js' },
  version: 1,
  rules: {},
  recognize: (head) => hasMembers(head, 'vulnerabilities', 'below', 'identifiers'),
  read: readWhole(createJsonParser(readRepository)),
};

function* readRepository(value: unknown): Generator<FeedOutcome> {
  const libraries = toObject(value);
  if (libraries === undefined) {
    const message = 'the document is not an object of libraries';
    yield leaveOutDocument('not an object of libraries', message);
    return;
  }
  for (const [library, entry] of Object.entries(libraries)) {
    const details = toObject(entry);
    if (details === undefined) {
      yield leaveOut(
        'record',
        'library without content',
        `the library ${library} is not an object`,
      );
    } else if (!SAMPLES.has(library)) {
      yield* readLibrary(library, details);
    }
  }
}

function* readLibrary(library: string, details: FeedObject): Generator<FeedOutcome> {
  const packageName = toText(details['npmname']) || library;
  const byId = new Map<string, { ids: readonly string[]; facts: FeedObject[] }>();
  const known = new Map<string, FeedObject[]>();
  for (const [index, value] of toList(details['vulnerabilities']).entries()) {
    const fact = toObject(value);
    if (fact === undefined || readRange(fact) === undefined) {
      const message = `${library} has an entry without a version: ${index + 1}`;
      yield leaveOut('statement', 'no version', message);
      continue;
    }
    const ids = listIds(packageName, index, fact);
    const [id = ''] = ids;
    addToList(known, id, fact);
    byId.set(id, { ids, facts: known.get(id) ?? [] });
  }
  for (const { ids, facts } of byId.values()) {
    yield createItem({ packageName, ids, facts });
  }
}

/** The ID is that of GitHub, else the first CVE; an entry without either is named by its place. */
function listIds(packageName: string, index: number, fact: FeedObject): readonly string[] {
  const identifiers = toObject(fact['identifiers']);
  const github = [toText(identifiers?.['githubID'])].filter((id) => GITHUB_ID.test(id));
  const cves = selectTexts(identifiers?.['CVE']).filter(isCveId);
  const ids = [...github, ...cves];
  return ids.length > 0 ? ids : [`RETIREJS-${packageName}-${index}`];
}

function createItem({ packageName, ids, facts }: Issue): FeedItem {
  const [id = '', ...aliases] = ids;
  const [first] = facts;
  const word = toText(first?.['severity']);
  const urls = facts.flatMap((fact) => selectTexts(fact['info']));
  const record: VulnerabilityRecord = {
    id,
    provider: PROVIDER,
    status: 'active',
    aliases,
    assigners: [],
    description: toText(toObject(first?.['identifiers'])?.['summary']),
    references: [...new Set(urls)].map((url) => ({ url, tags: [] })),
    severities: SEVERITIES.has(word) ? [{ scheme: 'CHML', value: word, rank: 1 }] : [],
  };
  const ranges = facts.flatMap((fact) => readRange(fact) ?? []);
  const stated = { ecosystem: 'npm', packageName, ranges };
  return {
    record,
    statements: [createPackageStatement(record, stated)],
    weaknesses: listWeaknesses(ids, first),
  };
}

function listWeaknesses(ids: readonly string[], fact: FeedObject | undefined): readonly Weakness[] {
  const cwes = selectTexts(fact?.['cwe']);
  return ids
    .filter(isCveId)
    .flatMap((cve) => cwes.map((cwe) => ({ cve, cwe, source: PROVIDER, kind: 'Primary' })));
}

/** Every entry has the end of its range. */
function readRange(fact: FeedObject): AdvisoryRange | undefined {
  const start = toText(fact['atOrAbove']).trim();
  const end = toText(fact['below']).trim();
  if (end === '') {
    return undefined;
  }
  const terms = [...(FROM_START.test(start) ? [] : [`>= ${start}`]), `< ${end}`];
  const fix: Fix = NO_FIX.test(end)
    ? { state: 'not-fixed', references: [] }
    : { state: 'fixed', version: end, references: [] };
  return { scheme: SCHEME, constraint: terms.join(', '), fix };
}
