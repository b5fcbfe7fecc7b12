import { addToList } from '../../../core/add-to-list.ts';
import type {
  AdvisoryRange,
  FixState,
  Severity,
  VulnerabilityRecord,
} from '../../../core/advisory.ts';
import { findElements, type XmlElement } from '../../../syntax/xml/xml-tree.ts';
import type { FeedOutcome, FeedProvider, FeedStatement, FeedSystem } from '../contract.ts';
import { readCvssVector } from '../cvss-severity.ts';
import { toErratumSeverity } from '../erratum.ts';
import { leaveOut } from '../feed-value.ts';
import { findText, type OvalTest, readOval } from '../oval.ts';
import { isCveId } from '../package-statement.ts';
import { parseSuseFullName, SUSE_RULES } from '../suse-product.ts';

const SCHEME = 'rpm';
const PRODUCT = /^(.+) is installed$/;
const RELEASE_PACKAGE = /-release$/;
/** No build is equal to it: the package is not affected. Every build is greater: it is affected. */
const NO_BUILD = /^(?:0:)?0(?:-0)?$/;
/** SUSE's packages have no epoch. */
const NO_EPOCH = /^0:/;
const RATING_OF_NVD = / at NVD$/;
const SIGNATURE = 'signature_keyid';
/** `7.5/CVSS:3.1/AV:N/…` after the score. */
const SCORED_VECTOR = /^\d+(?:\.\d+)?\/(.+)$/;

type VulnerabilityFacts = Omit<VulnerabilityRecord, 'provider'>;

interface Claim {
  readonly system: FeedSystem;
  readonly provider: string;
  readonly packageName: string;
  /** The first build with the fix, or a state without one. */
  readonly version?: string;
  readonly state: Extract<FixState, 'fixed' | 'not-fixed' | 'not-affected'>;
}

/** Comparison with no build → state. */
const OPEN_STATES: ReadonlyMap<string, Claim['state']> = new Map([
  ['equals', 'not-affected'],
  ['greater than', 'not-fixed'],
] as const);

/** The first state that a package has decides. */
const PRECEDENCE = ['fixed', 'not-fixed', 'not-affected'] as const;

/**
 * SUSE's vulnerabilities in OVAL: fixed, affected and not affected packages of each product.
 * Definitions of notices are left out: their vulnerabilities have definitions of their own.
 */
export const suseOval: FeedProvider = {
  kind: 'feed',
  id: 'suse-oval',
  title: 'SUSE vulnerability data in OVAL',
  spec: 'https://www.suse.com/support/security/oval/',
  sources: [
    {
      url: 'https://ftp.suse.com/pub/projects/security/oval/',
      form: 'files',
      documents: /^(?:opensuse|suse)\.[a-z0-9.]+(?:-affected)?\.xml\.gz$/,
    },
  ],
  license: { expression: 'NONE', attribution: 'SUSE LLC' },
  version: 1,
  rules: { systemOverrides: SUSE_RULES },
  recognize: ({ text }) => /"oval:org\.opensuse\.security:def:/.test(text),
  read: readOval({ readFacts: readVulnerability, createItems }),
};

function readVulnerability(
  metadata: XmlElement,
  definitionClass: string,
): VulnerabilityFacts | string {
  const id = findText(metadata, 'title');
  if (definitionClass !== 'vulnerability') {
    return 'notice whose vulnerabilities have definitions of their own';
  }
  if (!isCveId(id)) {
    return 'definition without a CVE';
  }
  const word = toErratumSeverity(findText(metadata, 'severity'));
  const words: readonly Severity[] = word === '' ? [] : [{ scheme: 'CHMLN', value: word, rank: 1 }];
  const scores = Array.from(findElements(metadata, 'cve')).filter(
    ({ text }) => !RATING_OF_NVD.test(text),
  );
  const vectors = scores.flatMap(({ attributes }) => {
    const [, vector = ''] = SCORED_VECTOR.exec(attributes['cvss3'] ?? '') ?? [];
    return readCvssVector(vector, words.length + 1);
  });
  const [issued] = findElements(metadata, 'issued');
  const publishedAt = issued?.attributes['date'];
  return {
    id,
    status: 'active',
    aliases: [],
    assigners: [],
    description: findText(metadata, 'description'),
    references: [{ url: `https://www.suse.com/security/cve/${id}`, tags: ['advisory'] }],
    severities: [...words, ...vectors],
    ...(publishedAt === undefined ? {} : { publishedAt }),
  };
}

function* createItems(
  facts: VulnerabilityFacts,
  alternatives: readonly (readonly OvalTest[])[],
): Generator<FeedOutcome> {
  const byPackage = new Map<string, Claim[]>();
  for (const tests of alternatives) {
    const claim = readClaim(tests);
    if (typeof claim === 'string') {
      yield leaveOut('statement', `about ${claim}`, `${facts.id} is about ${claim}`);
    } else {
      addToList(byPackage, JSON.stringify([claim.system, claim.packageName]), claim);
    }
  }
  const byProvider = new Map<string, FeedStatement[]>();
  for (const claims of byPackage.values()) {
    const kind = PRECEDENCE.find((state) => claims.some((one) => one.state === state));
    const known = new Set<string>();
    for (const claim of claims) {
      const text = JSON.stringify(claim);
      if (claim.state !== kind) {
        yield { leftOut: 'statement', cause: `superseded by the state "${kind}"` };
      } else if (known.has(text)) {
        yield { leftOut: 'statement', cause: 'repeated for another product of the release' };
      } else {
        known.add(text);
        addToList(byProvider, claim.provider, createClaimStatement(claim, facts));
      }
    }
  }
  for (const [provider, statements] of byProvider) {
    yield { record: { ...facts, provider }, statements };
  }
  if (byProvider.size === 0) {
    yield { record: { ...facts, provider: 'sles' }, statements: [] };
  }
}

/** Returns the subject in words if the tests are not about one package of a release. */
function readClaim(tests: readonly OvalTest[]): Claim | string {
  const products = tests.filter(isProduct);
  // A package of another builder has no statements.
  const packages = tests.filter((one) => !isProduct(one) && !one.state.has(SIGNATURE));
  const [product] = products;
  const [found] = packages;
  const [, name = ''] = PRODUCT.exec(product?.comment ?? '') ?? [];
  const release = parseSuseFullName(name);
  if (products.length !== 1 || release === undefined) {
    return 'a product outside of the distribution';
  }
  if (found === undefined || packages.length > 1 || found.packageName === '') {
    return 'a condition on several packages, such as a live patch';
  }
  const { packageName, state } = found;
  const bound = state.get('evr') ?? state.get('version');
  const open = NO_BUILD.test(bound?.value ?? '')
    ? OPEN_STATES.get(bound?.operation ?? '')
    : undefined;
  if (open !== undefined) {
    return { ...release, packageName, state: open };
  }
  return bound?.operation === 'less than' && found.check !== 'none satisfy'
    ? { ...release, packageName, state: 'fixed', version: bound.value.replace(NO_EPOCH, '') }
    : 'a package without a fixed build';
}

function isProduct({ packageName, comment }: OvalTest): boolean {
  const [, name = ''] = PRODUCT.exec(comment) ?? [];
  return (
    name !== '' && (RELEASE_PACKAGE.test(packageName) || parseSuseFullName(name) !== undefined)
  );
}

function createClaimStatement(claim: Claim, { id, status }: VulnerabilityFacts): FeedStatement {
  const { system, provider, packageName, version, state } = claim;
  const range: AdvisoryRange = {
    scheme: SCHEME,
    constraint: version === undefined ? '' : `< ${version}`,
    fix: { state, ...(version === undefined ? {} : { version }), references: [] },
  };
  return {
    system,
    statement: {
      vulnerability: id,
      provider,
      status,
      aliases: [],
      cves: [],
      effect: state === 'not-affected' ? 'unaffected' : 'affected',
      ecosystem: SCHEME,
      packageName,
      ranges: [range],
    },
  };
}
