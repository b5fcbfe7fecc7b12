import type { FixState, VulnerabilityStatus } from '../../../core/advisory.ts';
import { defined } from '../../../core/defined.ts';
import { toText } from '../../../core/to-text.ts';
import type { FeedOutcome, FeedProvider } from '../contract.ts';
import { hasMembers } from '../document-head.ts';
import { createErratumItems, toErratumSeverity } from '../erratum.ts';
import {
  type FeedObject,
  leaveOut,
  leaveOutDocument,
  listRecords,
  selectTexts,
  toObject,
} from '../feed-value.ts';
import { createJsonParser, readWhole } from '../read-whole.ts';
import { createRollingRule, createRollingSystem } from '../rolling-system.ts';

const PROVIDER = 'arch';
const TRACKER = 'https://security.archlinux.org/';
const ID = /^AVG-\d{1,6}$/;
const SYSTEM = createRollingSystem('archlinux', 'arch');

interface GroupState {
  /** State if no version has a fix. */
  readonly state: FixState;
  readonly status: VulnerabilityStatus;
  /** Whether a fixed version counts. */
  readonly hasFix: boolean;
}

/** Status of a group. https://security.archlinux.org */
const STATES: ReadonlyMap<string, GroupState> = new Map([
  ['Fixed', { state: 'unknown', status: 'active', hasFix: true }],
  ['Vulnerable', { state: 'not-fixed', status: 'active', hasFix: true }],
  ['Testing', { state: 'not-fixed', status: 'active', hasFix: true }],
  ['Not affected', { state: 'not-affected', status: 'active', hasFix: false }],
  ['Unknown', { state: 'unknown', status: 'analyzing', hasFix: true }],
]);

/**
 * Vulnerability groups (AVG) of Arch Linux: one or all of them. A group names each package that it
 * concerns, a version that is affected, and the fixed version, if any.
 */
export const archAvg: FeedProvider = {
  kind: 'feed',
  id: 'arch-avg',
  title: 'Arch Linux security tracker',
  spec: 'https://wiki.archlinux.org/title/Arch_Security_Team',
  sources: [{ url: 'https://security.archlinux.org/all.json', form: 'document' }],
  license: { expression: 'NONE', attribution: 'Arch Linux Security Team' },
  marks: ['never-shipped'],
  version: 1,
  rules: { systemOverrides: [createRollingRule('archlinux')] },
  recognize: (head) => hasMembers(head, 'affected', 'issues') && /"AVG-\d/.test(head.text),
  read: readWhole(createJsonParser(readGroups)),
};

function* readGroups(value: unknown): Generator<FeedOutcome> {
  const one = toObject(value);
  if (one === undefined && !Array.isArray(value)) {
    yield leaveOutDocument('not a list of groups', 'the document is not a list of groups');
    return;
  }
  for (const [index, group] of (one === undefined ? listRecords(value) : [one]).entries()) {
    const id = toText(group['name']);
    if (ID.test(id)) {
      yield* readGroup(id, group);
    } else {
      yield leaveOut('record', 'no id', `group ${index + 1} in the document has no id`);
    }
  }
}

function* readGroup(id: string, group: FeedObject): Generator<FeedOutcome> {
  const found = STATES.get(toText(group['status']));
  const packages = selectTexts(group['packages']);
  if (found === undefined || packages.length === 0) {
    const cause = found === undefined ? 'unknown status' : 'no packages';
    yield leaveOut('record', cause, `${id} is left out: ${cause}`);
    return;
  }
  const version = found.hasFix ? toText(group['fixed']) : '';
  const state = version === '' ? found.state : undefined;
  yield* createErratumItems({
    id,
    provider: PROVIDER,
    status: found.status,
    ecosystem: 'alpm',
    scheme: 'pacman',
    page: `${TRACKER}${id}`,
    title: toText(group['type']),
    severity: toErratumSeverity(toText(group['severity'])),
    vulnerabilities: selectTexts(group['issues']).map((issue) => ({ id: issue })),
    builds: packages.map((packageName) => ({
      system: SYSTEM,
      packageName,
      version,
      ...defined({ state }),
    })),
  });
}
