import type { AdvisoryRange, VulnerabilityRecord } from '../../../core/advisory.ts';
import { toText } from '../../../core/to-text.ts';
import type { FeedOutcome, FeedProvider, FeedStatement, FeedSystem } from '../contract.ts';
import { hasMembers } from '../document-head.ts';
import { createFeedSystem } from '../feed-system.ts';
import {
  type FeedObject,
  leaveOut,
  leaveOutDocument,
  listRecords,
  selectTexts,
  toObject,
} from '../feed-value.ts';
import { createJsonParser, readWhole } from '../read-whole.ts';

const PROVIDER = 'rootio';
const ID = /^(?:CVE-\d{4}-\d{4,19}|GHSA(?:-[0-9a-z]{4}){3})$/;
const RELEASE = /^v?(\d{1,4})(?:\.(\d{1,4}))?$/;
/** `<2.19.5-r00071`, and several bounds that are joined by commas. */
const BOUND = /^(<=?|>=?|=)\s*([^\s,<>=|]{1,256})$/;

interface RebuiltSystem {
  readonly ecosystem: string;
  readonly scheme: string;
}

/** Distributions whose packages Root.io rebuilds, by the name in the feed and in os-release. */
const SYSTEMS: ReadonlyMap<string, RebuiltSystem> = new Map([
  ['alpine', { ecosystem: 'apk', scheme: 'apk' }],
  ['debian', { ecosystem: 'deb', scheme: 'dpkg' }],
  ['ubuntu', { ecosystem: 'deb', scheme: 'dpkg' }],
]);

/**
 * The fixes in packages that Root.io rebuilds. They only apply to the rebuilds, whose other
 * vulnerabilities are those of the original packages.
 */
export const rootioFeed: FeedProvider = {
  kind: 'feed',
  id: 'rootio-feed',
  title: 'Root.io patch feed',
  spec: 'https://api.root.io/external/cve_feed',
  sources: [{ url: 'https://api.root.io/external/cve_feed', form: 'document' }],
  license: { expression: 'NONE', attribution: 'Root.io' },
  marks: ['never-shipped'],
  version: 1,
  rules: {},
  recognize: (head) => hasMembers(head, 'distroversion', 'cves', 'vulnerable_ranges'),
  read: readWhole(createJsonParser(readFeed)),
};

function* readFeed(value: unknown): Generator<FeedOutcome> {
  const systems = toObject(value);
  if (systems === undefined) {
    yield leaveOutDocument('not a feed', 'the document is not an object of distributions');
    return;
  }
  for (const [name, releases] of Object.entries(systems)) {
    for (const release of listRecords(releases)) {
      const version = toText(release['distroversion']);
      const [, majorVersion, minorVersion = ''] = RELEASE.exec(version) ?? [];
      const rebuilt = SYSTEMS.get(name);
      if (rebuilt === undefined || majorVersion === undefined) {
        const message = `the feed has packages of the unknown release ${name} ${version}`;
        yield leaveOut('record', 'unknown release', message);
      } else {
        const system = createFeedSystem({ name, releaseId: name, majorVersion, minorVersion });
        for (const entry of listRecords(release['packages'])) {
          yield* readRebuiltPackage(toObject(entry['pkg']) ?? {}, system, rebuilt);
        }
      }
    }
  }
}

function* readRebuiltPackage(
  details: FeedObject,
  system: FeedSystem,
  rebuilt: RebuiltSystem,
): Generator<FeedOutcome> {
  const packageName = toText(details['name']);
  const issues = toObject(details['cves']);
  if (issues === undefined) {
    const message = `the package "${packageName}" has no list of vulnerabilities`;
    yield leaveOut('record', 'package without vulnerabilities', message);
    return;
  }
  for (const [id, issue] of Object.entries(issues)) {
    const statements = readIssue(id, toObject(issue) ?? {}, { packageName, system, rebuilt });
    if (packageName === '' || !ID.test(id) || statements.length === 0) {
      const message = `${packageName} has a malformed entry: ${id}`;
      yield leaveOut('record', 'malformed entry', message);
    } else {
      yield { record: createRebuildRecord(id), statements };
    }
  }
}

interface Subject {
  readonly packageName: string;
  readonly system: FeedSystem;
  readonly rebuilt: RebuiltSystem;
}

/** Returns which rebuilds are affected, and which are not. */
function readIssue(
  id: string,
  issue: FeedObject,
  { packageName, system, rebuilt }: Subject,
): readonly FeedStatement[] {
  const { ecosystem, scheme } = rebuilt;
  const [version] = selectTexts(issue['fixed_versions']);
  const vulnerable = selectTexts(issue['vulnerable_ranges']).map(readConstraint);
  if (vulnerable.includes(undefined)) {
    return [];
  }
  const fix =
    version === undefined
      ? ({ state: 'not-fixed', references: [] } as const)
      : ({ state: 'fixed', version, references: [] } as const);
  const affected = vulnerable.map(
    (constraint): AdvisoryRange => ({
      scheme,
      constraint: constraint ?? '',
      fix,
    }),
  );
  const unaffected = selectTexts(issue['fixed_versions']).map(
    (fixed): AdvisoryRange => ({
      scheme,
      constraint: `>= ${fixed}`,
    }),
  );
  const createRebuildStatement = (
    effect: 'affected' | 'unaffected',
    ranges: readonly AdvisoryRange[],
  ): FeedStatement => ({
    system,
    statement: {
      vulnerability: id,
      provider: PROVIDER,
      status: 'active',
      aliases: [],
      cves: [],
      effect,
      ecosystem,
      packageName,
      ranges,
      qualifiers: { rootIo: true },
    },
  });
  return [
    ...(affected.length === 0 ? [] : [createRebuildStatement('affected', affected)]),
    ...(unaffected.length === 0 ? [] : [createRebuildStatement('unaffected', unaffected)]),
  ];
}

function readConstraint(text: string): string | undefined {
  const bounds = text.split(',').map((bound) => BOUND.exec(bound.trim()));
  return bounds.includes(null)
    ? undefined
    : bounds.map((bound) => `${bound?.[1]} ${bound?.[2]}`).join(', ');
}

function createRebuildRecord(id: string): VulnerabilityRecord {
  return {
    id,
    provider: PROVIDER,
    status: 'active',
    aliases: [],
    assigners: [],
    description: '',
    references: [],
    severities: [],
  };
}
