import type { AdvisoryRange, Fix, VulnerabilityRecord } from '../../../core/advisory.ts';
import { compareText } from '../../../core/compare-text.ts';
import type { XmlElement } from '../../../syntax/xml/xml-tree.ts';
import type { FeedOutcome, FeedProvider, FeedSystem } from '../contract.ts';
import { createFeedSystem } from '../feed-system.ts';
import { leaveOut } from '../feed-value.ts';
import { findText, listReferences, type OvalTest, readOval } from '../oval.ts';
import { isCveId, parseDate } from '../package-statement.ts';

const PROVIDER = 'mariner';
const SCHEME = 'rpm';
/** The release at the end of each version: `0:2.6.7-3.azl3`, `0:6.04-9.cm1`. */
const DISTRIBUTION = /\.(azl|cm)(\d{1,3})$/;
const SYSTEMS: ReadonlyMap<string, string> = new Map([
  ['azl', 'azurelinux'],
  ['cm', 'mariner'],
]);
/** A bound can contain white space by mistake, but it must be one version. */
const ONE_VERSION = /^[^\s,|<>=]+$/;
const SIGNS: ReadonlyMap<string, string> = new Map([
  ['less than', '<'],
  ['less than or equal', '<='],
  ['greater than', '>'],
  ['greater than or equal', '>='],
  ['equals', '='],
]);
const SEVERITIES: ReadonlySet<string> = new Set(['low', 'medium', 'high', 'critical']);
/** "This CVE either no longer is or was never applicable." */
const NEVER_APPLICABLE = 'Not Applicable';

interface VulnerabilityFacts {
  readonly record: VulnerabilityRecord;
  readonly advisoryDate: string;
}

/** Vulnerabilities of Azure Linux and CBL-Mariner: affected versions of each package. */
export const azurelinuxOval: FeedProvider = {
  kind: 'feed',
  id: 'azurelinux-oval',
  title: 'Azure Linux vulnerability data in OVAL',
  spec: 'https://github.com/microsoft/AzureLinuxVulnerabilityData',
  sources: [
    {
      url: 'https://github.com/microsoft/AzureLinuxVulnerabilityData.git',
      form: 'git',
      documents: /^(?:azurelinux|cbl-mariner)-\d+\.\d+-oval\.xml$/,
    },
  ],
  license: { expression: 'MIT', attribution: 'Microsoft Corporation' },
  version: 1,
  rules: {},
  recognize: ({ text }) => /"oval:com\.microsoft\.(?:azurelinux|cbl-mariner):def:/.test(text),
  read: readOval({ readFacts: readVulnerabilityFacts, createItems }),
};

function readVulnerabilityFacts(metadata: XmlElement): VulnerabilityFacts | string {
  const [id = ''] = listReferences(metadata, 'CVE');
  if (!isCveId(id)) {
    return 'definition without a CVE';
  }
  if (findText(metadata, 'patchable') === NEVER_APPLICABLE) {
    return 'CVE that does not apply to the package';
  }
  const word = findText(metadata, 'severity').toLowerCase();
  return {
    record: {
      id,
      provider: PROVIDER,
      status: 'active',
      aliases: [],
      assigners: [],
      description: findText(metadata, 'description'),
      references: [{ url: `https://nvd.nist.gov/vuln/detail/${id}`, tags: [] }],
      severities: SEVERITIES.has(word) ? [{ scheme: 'CHMLN', value: word, rank: 1 }] : [],
    },
    advisoryDate: findText(metadata, 'advisory_date'),
  };
}

function* createItems(
  { record, advisoryDate }: VulnerabilityFacts,
  alternatives: readonly (readonly OvalTest[])[],
  id: string,
): Generator<FeedOutcome> {
  for (const tests of alternatives) {
    const [first] = tests;
    const system = findSystem(tests);
    const range = createBoundRange(tests, advisoryDate);
    const isOnePackage = tests.every(({ packageName }) => packageName === first?.packageName);
    if (first === undefined || first.packageName === '' || !isOnePackage || range === undefined) {
      yield leaveOut(
        'statement',
        'condition that is not a range of one package',
        `${id} is about ${record.id}`,
      );
    } else if (system === undefined) {
      const message = `${id} has a version of ${first.packageName} without a release of the distribution`;
      yield leaveOut('statement', 'version without a release', message);
    } else {
      yield {
        record,
        statements: [
          {
            system,
            statement: {
              vulnerability: record.id,
              provider: PROVIDER,
              status: record.status,
              aliases: [],
              cves: [],
              effect: 'affected',
              ecosystem: SCHEME,
              packageName: first.packageName,
              ranges: [range],
            },
          },
        ],
      };
    }
  }
}

/** Returns `undefined` if a test is not a comparison of versions. */
function createBoundRange(
  tests: readonly OvalTest[],
  advisoryDate: string,
): AdvisoryRange | undefined {
  const terms: string[] = [];
  let fixed: string | undefined;
  for (const { state } of tests) {
    const bound = state.get('evr');
    const sign = SIGNS.get(bound?.operation ?? '');
    const version = (bound?.value ?? '').replaceAll(/\s+/g, '');
    if (sign === undefined || !ONE_VERSION.test(version)) {
      return undefined;
    }
    terms.push(`${sign} ${version}`);
    fixed = sign === '<' ? version : fixed;
  }
  const date = parseDate(advisoryDate);
  const fix: Fix =
    fixed === undefined
      ? { state: 'not-fixed', references: [] }
      : {
          state: 'fixed',
          version: fixed,
          references: [],
          ...(date === undefined ? {} : { available: { date, kind: 'advisory' } }),
        };
  // The lower bound first, as in other feeds.
  return { scheme: SCHEME, constraint: terms.toSorted(compareText).toReversed().join(', '), fix };
}

function findSystem(tests: readonly OvalTest[]): FeedSystem | undefined {
  for (const { state } of tests) {
    const [, distribution = '', majorVersion] =
      DISTRIBUTION.exec(state.get('evr')?.value ?? '') ?? [];
    const name = SYSTEMS.get(distribution);
    if (name !== undefined && majorVersion !== undefined) {
      return createFeedSystem({ name, releaseId: name, majorVersion, minorVersion: '0' });
    }
  }
  return undefined;
}
