import type { AdvisoryRange, VulnerabilityRecord } from '../../core/advisory.ts';
import { Budget } from '../../core/budget.ts';
import { type Bytes, readText } from '../../core/bytes.ts';
import type { Limits } from '../../core/limits.ts';
import { toText } from '../../core/to-text.ts';
import { parseYaml } from '../../syntax/text/yaml.ts';
import type { FeedOutcome, FeedProvider, FeedSystem } from './contract.ts';
import {
  type FeedObject,
  leaveOut,
  leaveOutDocument,
  parseJsonDocument,
  selectTexts,
  toList,
  toObject,
} from './feed-value.ts';
import { readWhole } from './read-whole.ts';

const ECOSYSTEM = 'apk';
const SCHEME = 'apk';

/** Entries are typed by hand: `CVE_2019-2426`, `CVE 2018-16859` and `CVE-2017-8073.patch` occur. */
const CVE = /\bCVE[-_ ](\d{4}-\d{4,19})(?!\d)/g;
/** IDs of other trackers: `XSA-155`, `GHSA-…`, `wnpa-sec-2017-18`, `GNUTLS-SA-2020-06-03`. */
const OTHER_ID = /^[A-Za-z][A-Za-z0-9]{1,15}-[A-Za-z0-9-]{0,63}$/;
const HAS_DIGIT = /\d/;
const NEVER_AFFECTED = '0';
const NO_FIX = 'None';
/** Beginning of a document in YAML: a comment, the start of the document, or its first member. */
const YAML_START = /^\s*(?:---|#|[a-z]+:)/;

/** One publisher of documents in the form of Alpine's security database. */
export interface SecdbPublisher {
  /** Name of the provider in vulnerability databases. */
  readonly provider: string;
  /** Address of the page about an ID, up to the ID; absent if there is none. */
  readonly tracker?: string;
  /** Returns `undefined` if the document is not about a release of this publisher. */
  readonly findSystem: (repository: FeedObject) => FeedSystem | undefined;
}

/**
 * Creates the reader of the fixes of one repository, in JSON or YAML: package → version → IDs fixed
 * in it. Only one publisher lists unfixed vulnerabilities. The version `0` means that no version was
 * ever affected.
 */
export function readSecdb(publisher: SecdbPublisher): FeedProvider['read'] {
  return readWhole((document, limits) => readRepository(document, limits, publisher));
}

function* readRepository(
  document: Bytes,
  limits: Limits,
  publisher: SecdbPublisher,
): Generator<FeedOutcome> {
  const parsed = parseRepository(document, limits);
  if ('problem' in parsed) {
    yield parsed;
    return;
  }
  const repository = toObject(parsed.value);
  const system = repository === undefined ? undefined : publisher.findSystem(repository);
  if (repository === undefined || system === undefined) {
    const message = 'the document does not name a release of this distribution';
    yield leaveOutDocument('no known release', message);
    return;
  }
  for (const [index, entry] of toList(repository['packages']).entries()) {
    const details = toObject(toObject(entry)?.['pkg']);
    const name = toText(details?.['name']);
    const fixes = toObject(details?.['secfixes']);
    if (name === '' || fixes === undefined) {
      const message = `package ${index + 1} in the list has no name or no fixes`;
      yield leaveOut('record', 'package without a name or fixes', message);
    } else {
      yield* readSecurityFixes(name, fixes, { system, publisher });
    }
  }
}

function parseRepository(document: Bytes, limits: Limits): ReturnType<typeof parseJsonDocument> {
  const text = readText(document);
  if (!YAML_START.test(text)) {
    return parseJsonDocument(document);
  }
  const value = parseYaml(text, new Budget(limits));
  return value === undefined
    ? leaveOutDocument('malformed YAML', 'the document is not valid YAML')
    : { value };
}

interface Repository {
  readonly system: FeedSystem;
  readonly publisher: SecdbPublisher;
}

interface Issue {
  readonly id: string;
  readonly aliases: readonly string[];
}

/**
 * Yields one statement per ID: further fixes after an incomplete one become ranges of the same
 * statement.
 */
function* readSecurityFixes(
  packageName: string,
  fixes: FeedObject,
  { system, publisher }: Repository,
): Generator<FeedOutcome> {
  const ranges = new Map<string, Map<string, AdvisoryRange>>();
  const aliases = new Map<string, readonly string[]>();
  for (const [version, ids] of Object.entries(fixes)) {
    for (const entry of selectTexts(ids)) {
      const issues = parseIssues(entry);
      if (issues.length === 0) {
        const message = `${packageName} ${version} has an entry without a supported id: ${entry}`;
        yield leaveOut('record', 'entry without a supported id', message);
      }
      for (const issue of issues) {
        const ofId = ranges.get(issue.id) ?? new Map<string, AdvisoryRange>();
        ranges.set(issue.id, ofId.set(version, toRange(version)));
        aliases.set(issue.id, issue.aliases);
      }
    }
  }
  for (const [id, ofId] of ranges) {
    const record = createSecdbRecord(id, aliases.get(id) ?? [], publisher);
    const { provider, status } = record;
    const about = { vulnerability: id, provider, status, aliases: record.aliases, cves: [] };
    const statement = {
      ...about,
      effect: 'affected',
      ecosystem: ECOSYSTEM,
      packageName,
      ranges: [...ofId.values()],
    } as const;
    yield { record, statements: [{ system, statement }] };
  }
}

/**
 * An entry is an ID, which further IDs and remarks may follow: `CVE-2015-8550 XSA-155`,
 * `CVE-2017-2616 (+ fix)`.
 */
function parseIssues(entry: string): readonly Issue[] {
  const cves = Array.from(entry.matchAll(CVE), ([, number]) => `CVE-${number}`);
  const others = entry
    .replace(CVE, ' ')
    .split(/[\s,()]+/)
    .filter((word) => OTHER_ID.test(word) && HAS_DIGIT.test(word));
  if (cves.length > 0) {
    return cves.map((id) => ({ id, aliases: cves.length === 1 ? others : [] }));
  }
  const [id, ...aliases] = others;
  return id === undefined ? [] : [{ id, aliases }];
}

/**
 * "Never affected" becomes an empty range, as in vulnerability databases for this system. `None`
 * instead of a version means that there is no fix yet.
 */
function toRange(version: string): AdvisoryRange {
  if (version === NO_FIX) {
    return { scheme: SCHEME, constraint: '', fix: { state: 'not-fixed', references: [] } };
  }
  const fix =
    version === NEVER_AFFECTED
      ? ({ state: 'not-affected', references: [] } as const)
      : ({ state: 'fixed', version, references: [] } as const);
  return { scheme: SCHEME, constraint: `< ${version}`, fix };
}

function createSecdbRecord(
  id: string,
  aliases: readonly string[],
  { provider, tracker }: SecdbPublisher,
): VulnerabilityRecord {
  return {
    id,
    provider,
    status: 'active',
    aliases,
    assigners: [],
    description: '',
    references: tracker === undefined ? [] : [{ url: `${tracker}${id}`, tags: [] }],
    severities: [],
  };
}
