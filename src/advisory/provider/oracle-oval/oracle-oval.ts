import type { Severity } from '../../../core/advisory.ts';
import { findElements, type XmlElement } from '../../../syntax/xml/xml-tree.ts';
import type { FeedOutcome, FeedProvider } from '../contract.ts';
import { readCvssVector } from '../cvss-severity.ts';
import { createErratumItems, type FixedBuild, toErratumSeverity } from '../erratum.ts';
import { createFeedSystem } from '../feed-system.ts';
import { leaveOut } from '../feed-value.ts';
import { findText, listReferences, type OvalTest, readOval } from '../oval.ts';
import { findBuildModule } from '../rpm-module.ts';

const PROVIDER = 'oracle';
/** Owns the version of the release, and the architecture. */
const RELEASE_PACKAGE = 'oraclelinux-release';
const ERRATUM = /^ELSA-\d{4}-\d{4,6}$/;
/** `ELSA-2007-0057:  Moderate: bind security update  (MODERATE)` */
const TITLE = /^ELSA-\d{4}-\d+: *(.*?) *(?:\([A-Z/]+\))?$/;
const VERSION_PATTERN = /^\^(\d{1,2})$/;
const MODULE_COMMENT = /^Module ([^\s:]+:\S+) is enabled$/;
/** `7.8/AV:N/AC:L/Au:N/C:N/I:N/A:C` after the score. */
const SCORED_VECTOR = /^\d+(?:\.\d+)?\/(.+)$/;
/**
 * Builds with live patches and certified builds, which are alternatives to the usual ones with a
 * higher epoch.
 */
const SEPARATE_BUILD = /\.ksplice\d|_fips/;
const EPOCH = /^(\d+):/;
const FIRST_SEPARATE_EPOCH = 2;

/** An erratum without its builds. */
interface ErratumFacts {
  readonly id: string;
  readonly page: string;
  readonly title: string;
  readonly severity: string;
  readonly publishedAt: string;
  readonly vulnerabilities: readonly {
    readonly id: string;
    readonly severities: readonly Severity[];
  }[];
}

/** Errata of Oracle Linux: fixed builds for each release, architecture and module. */
export const oracleOval: FeedProvider = {
  kind: 'feed',
  id: 'oracle-oval',
  title: 'Oracle Linux security data in OVAL',
  spec: 'https://linux.oracle.com/security/oval/',
  sources: [
    {
      url: 'https://linux.oracle.com/security/oval/com.oracle.elsa-all.xml.bz2',
      form: 'document',
    },
  ],
  license: { expression: 'NONE', attribution: 'Oracle Linux' },
  version: 1,
  rules: {},
  recognize: ({ text }) => /"oval:com\.oracle\.elsa:def:/.test(text),
  read: readOval({ readFacts: readErratumFacts, createItems }),
};

function readErratumFacts(metadata: XmlElement, definitionClass: string): ErratumFacts | string {
  const [id = ''] = listReferences(metadata, 'elsa');
  if (definitionClass !== 'patch' || !ERRATUM.test(id)) {
    return 'definition that is not an erratum';
  }
  const [, title = ''] = TITLE.exec(findText(metadata, 'title')) ?? [];
  const [issued] = findElements(metadata, 'issued');
  const scores = new Map(
    Array.from(findElements(metadata, 'cve'), ({ text, attributes }) => [
      text,
      readScores(attributes['cvss3'] ?? '', attributes['cvss2'] ?? ''),
    ]),
  );
  return {
    id,
    page: `https://linux.oracle.com/errata/${id}.html`,
    title,
    severity: toErratumSeverity(findText(metadata, 'severity')),
    publishedAt: issued?.attributes['date'] ?? '',
    vulnerabilities: listReferences(metadata, 'CVE').map((cve) => ({
      id: cve,
      severities: scores.get(cve) ?? [],
    })),
  };
}

function readScores(cvss3: string, cvss2: string): readonly Severity[] {
  const [, vector3 = ''] = SCORED_VECTOR.exec(cvss3) ?? [];
  const [, vector2] = SCORED_VECTOR.exec(cvss2) ?? [];
  const found = readCvssVector(vector3, 1);
  return vector2 === undefined
    ? found
    : [
        ...found,
        { scheme: 'CVSS', value: { vector: vector2, version: '2.0' }, rank: found.length + 1 },
      ];
}

function* createItems(
  facts: ErratumFacts,
  alternatives: readonly (readonly OvalTest[])[],
): Generator<FeedOutcome> {
  const builds: FixedBuild[] = [];
  for (const tests of alternatives) {
    const build = readBuild(tests, facts);
    if (typeof build === 'string') {
      yield leaveOut('statement', build, `${facts.id} has a ${build}`);
    } else {
      builds.push(build);
    }
  }
  const { id, page, title, severity, publishedAt, vulnerabilities } = facts;
  yield* createErratumItems({
    id,
    provider: PROVIDER,
    ecosystem: 'rpm',
    scheme: 'rpm',
    page,
    title,
    severity,
    ...(publishedAt === '' ? {} : { publishedAt }),
    vulnerabilities,
    builds,
  });
}

/** Returns the cause if the tests do not state a fixed build of a release. */
function readBuild(tests: readonly OvalTest[], { title }: ErratumFacts): FixedBuild | string {
  const release = tests.filter(({ packageName }) => packageName === RELEASE_PACKAGE);
  const [majorVersion] = release.flatMap(
    ({ state }) => VERSION_PATTERN.exec(state.get('version')?.value ?? '')?.[1] ?? [],
  );
  const [architecture] = release.flatMap(({ state }) => state.get('arch')?.value ?? []);
  const packages = tests.filter(({ state }) => state.has('evr'));
  const [build] = packages;
  const bound = build?.state.get('evr');
  if (majorVersion === undefined) {
    return 'build without a release';
  }
  if (bound?.operation !== 'less than' || packages.length > 1 || build?.packageName === '') {
    return 'condition that is not a fixed build';
  }
  const version = bound.value;
  const epoch = Number(EPOCH.exec(version)?.[1] ?? 0);
  const isSeparate = SEPARATE_BUILD.test(version);
  if (isSeparate && epoch < FIRST_SEPARATE_EPOCH) {
    return 'build of Ksplice or FIPS whose epoch is that of the usual builds';
  }
  const stated = tests.flatMap(({ comment }) => MODULE_COMMENT.exec(comment)?.[1] ?? [])[0];
  const module = findBuildModule({
    majorVersion,
    versions: [version],
    title,
    ...(stated === undefined ? {} : { stated }),
  });
  return {
    system: createFeedSystem({ name: 'oraclelinux', releaseId: 'ol', majorVersion }),
    packageName: build?.packageName ?? '',
    version,
    ...(isSeparate ? { since: `${epoch}:0` } : {}),
    ...(module === undefined ? {} : { module }),
    ...(architecture === undefined ? {} : { architecture }),
  };
}
