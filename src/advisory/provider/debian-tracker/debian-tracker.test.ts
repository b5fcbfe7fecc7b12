import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type ReadFeed, readFeed } from '../feed.fixture.ts';
import { debianTracker } from './debian-tracker.ts';

const read = (value: unknown): Promise<ReadFeed> => readFeed(debianTracker, value);

async function readRelease(release: object, codename = 'bookworm') {
  const issue = { description: 'd', releases: { [codename]: release } };
  const { items, problems } = await read({ curl: { 'CVE-2024-0001': issue } });
  const [item] = items;
  const [stated] = item?.statements ?? [];
  const [range] = stated?.statement.ranges ?? [];
  return {
    problems,
    system: stated?.system,
    severities: item?.record.severities,
    facts: stated && [
      stated.statement.effect,
      stated.statement.status,
      range?.constraint,
      range?.fix?.state,
      range?.fix?.version,
    ],
  };
}

test('reads every state of the tracker', async () => {
  const states: readonly (readonly [object, readonly unknown[]])[] = [
    [
      { status: 'resolved', fixed_version: '7.88.1-10' },
      ['affected', 'active', '< 7.88.1-10', 'fixed', '7.88.1-10'],
    ],
    [
      { status: 'resolved', fixed_version: '0' },
      ['unaffected', 'active', '', 'not-affected', undefined],
    ],
    [{ status: 'open' }, ['affected', 'active', '', 'not-fixed', undefined]],
    [
      { status: 'open', nodsa: 'Minor issue', nodsa_reason: '' },
      ['affected', 'active', '', 'wont-fix', undefined],
    ],
    [
      { status: 'open', nodsa: 'Minor issue', nodsa_reason: 'ignored' },
      ['affected', 'active', '', 'wont-fix', undefined],
    ],
    [
      { status: 'open', nodsa: 'Next point release', nodsa_reason: 'postponed' },
      ['affected', 'active', '', 'not-fixed', undefined],
    ],
    [{ status: 'undetermined' }, ['affected', 'analyzing', '', 'unknown', undefined]],
  ];
  for (const [release, facts] of states) {
    assert.deepEqual((await readRelease(release)).facts, facts, JSON.stringify(release));
  }
});

test('converts urgencies to severities', async () => {
  const readSeverities = async (urgency: string) =>
    (await readRelease({ status: 'open', urgency })).severities;
  assert.deepEqual(await readSeverities('unimportant'), [
    { scheme: 'CHMLN', value: 'negligible', rank: 1 },
  ]);
  assert.deepEqual(await readSeverities('high**'), [{ scheme: 'CHMLN', value: 'high', rank: 1 }]);
  assert.deepEqual(await readSeverities('not yet assigned'), []);
  assert.deepEqual(await readSeverities('end-of-life'), []);
});

test('creates a record for each urgency of the releases', async () => {
  const releases = {
    bookworm: { status: 'open', urgency: 'low' },
    trixie: { status: 'open', urgency: 'unimportant' },
    sid: { status: 'open', urgency: 'low' },
  };
  const { items } = await read({ curl: { 'CVE-2024-0001': { releases } } });
  assert.deepEqual(
    items.map(({ statements }) => statements.map(({ system }) => system?.majorVersion)),
    [['12', ''], ['13']],
  );
});

test('maps releases by code name, and unstable to a label', async () => {
  const open = { status: 'open' };
  assert.deepEqual((await readRelease(open)).system, {
    name: 'debian',
    releaseId: 'debian',
    majorVersion: '12',
    minorVersion: '',
    label: '',
    codename: 'bookworm',
    channel: '',
  });
  assert.equal((await readRelease(open, 'sid')).system?.label, 'unstable');
});

test('drops only an invalid record', async () => {
  const good = { releases: { sid: { status: 'open' } } };
  const { items, problems } = await read({
    a: { 'not an id': good, 'CVE-2024-0001': [], 'CVE-2024-0002': good },
    b: { 'TEMP-0000000-ABCDEF': good },
    c: [],
    d: { 'CVE-2024-0003': { releases: {} } },
  });
  assert.equal(items.length, 2);
  assert.deepEqual(
    problems.map(({ message }) => message),
    [
      'a has a malformed record: not an id',
      'a has a malformed record: CVE-2024-0001',
      'c is not an object of records',
      'd has a malformed record: CVE-2024-0003',
    ],
  );
  for (const bad of [
    { status: 'strange' },
    { status: 'resolved' },
    { status: 7, fixed_version: [] },
  ]) {
    assert.equal((await readRelease(bad)).problems[0]?.code, 'P_RECORD');
  }
  assert.equal((await readRelease({ status: 'open' }, 'hamm-and-eggs')).problems.length, 1);
});

test('reports an invalid document', async () => {
  for (const bad of ['', '[]', '{"a"', '7']) {
    assert.deepEqual(
      (await read(bad)).problems.map(({ code }) => code),
      ['P_MALFORMED'],
    );
  }
});
