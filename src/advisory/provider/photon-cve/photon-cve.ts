import type { FixState } from '../../../core/advisory.ts';
import type { Bytes } from '../../../core/bytes.ts';
import { defined } from '../../../core/defined.ts';
import type { Limits } from '../../../core/limits.ts';
import { toText } from '../../../core/to-text.ts';
import type { FeedOutcome, FeedProvider, FeedSystem } from '../contract.ts';
import { createErratumItems } from '../erratum.ts';
import { createFeedSystem } from '../feed-system.ts';
import {
  type FeedObject,
  leaveOut,
  leaveOutDocument,
  listRecords,
  parseJsonDocument,
} from '../feed-value.ts';
import { readWhole } from '../read-whole.ts';

const PROVIDER = 'photon';
/** The list of each release names it only in the name of the file. */
const FILE = /(?:^|[/\\])cve_data_photon(\d{1,3})\.(\d{1,3})\.json$/;
/** CVE IDs, and those of Black Duck. */
const ID = /^(?:CVE-\d{4}-\d{4,19}|BDSA-\d{4}-\d{1,9})$/;
const NO_VERSION: ReadonlySet<string> = new Set(['', 'NA', 'None']);

/** Lowest scores of the severities of CVSS 3, section 5. */
const SEVERITIES: readonly (readonly [score: number, severity: string])[] = [
  [9, 'critical'],
  [7, 'high'],
  [4, 'medium'],
  [0.1, 'low'],
];

/** Status → state if there is no fixed version. */
const STATES: ReadonlyMap<string, FixState> = new Map([
  ['Fixed', 'unknown'],
  ['Not Affected', 'not-affected'],
  ['Not Fixed', 'not-fixed'],
  ['Affected', 'not-fixed'],
  ['Under Investigation', 'unknown'],
]);

/** The states of vulnerabilities in the packages of one release of Photon OS. */
export const photonCve: FeedProvider = {
  kind: 'feed',
  id: 'photon-cve',
  title: 'Photon OS CVE metadata',
  spec: 'https://github.com/vmware/photon/wiki/Security-Advisories',
  sources: ['1.0', '2.0', '3.0', '4.0', '5.0'].map((release) => ({
    url: `https://packages.vmware.com/photon/photon_cve_metadata/cve_data_photon${release}.json`,
    form: 'document',
  })),
  license: { expression: 'NONE', attribution: 'VMware Photon OS' },
  marks: ['never-shipped'],
  version: 1,
  rules: {},
  recognize: ({ name }) => FILE.test(name),
  read: readWhole(readStates),
};

function* readStates(document: Bytes, _limits: Limits, name: string): Generator<FeedOutcome> {
  const parsed = parseJsonDocument(document);
  if ('problem' in parsed) {
    yield parsed;
    return;
  }
  const [, majorVersion, minorVersion = ''] = FILE.exec(name) ?? [];
  if (majorVersion === undefined || !Array.isArray(parsed.value)) {
    const cause = majorVersion === undefined ? 'no release in the name' : 'not a list';
    yield leaveOutDocument(cause, `the document is not a list of a release: ${cause}`);
    return;
  }
  const release = { majorVersion, minorVersion };
  const system = createFeedSystem({ name: 'photon', releaseId: 'photon', ...release });
  for (const state of listRecords(parsed.value)) {
    yield* readState(state, system);
  }
}

function* readState(state: FeedObject, system: FeedSystem): Generator<FeedOutcome> {
  const id = toText(state['cve_id']).trim();
  const packageName = toText(state['pkg']);
  const found = STATES.get(toText(state['status']));
  if (!ID.test(id)) {
    yield leaveOut('record', 'no id of a vulnerability', `${packageName} has the entry ${id}`);
    return;
  }
  if (packageName === '' || found === undefined) {
    const cause = packageName === '' ? 'no package' : 'unknown status';
    yield leaveOut('record', cause, `${id} has an entry with ${cause}`);
    return;
  }
  const stated = toText(state['res_ver']);
  const version = found === 'not-affected' || NO_VERSION.has(stated) ? '' : stated;
  const missing = version === '' ? found : undefined;
  yield* createErratumItems({
    id,
    provider: PROVIDER,
    ecosystem: 'rpm',
    scheme: 'rpm',
    title: '',
    severity: rateScore(state['cve_score']),
    vulnerabilities: [],
    builds: [{ system, packageName, version, ...defined({ state: missing }) }],
  });
}

function rateScore(score: unknown): string {
  return SEVERITIES.find(([lowest]) => typeof score === 'number' && score >= lowest)?.[1] ?? '';
}
