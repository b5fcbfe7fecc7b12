import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bytesOf } from '../../../core/bytes.ts';
import { DEFAULT_LIMITS } from '../../../core/limits.ts';
import type { FeedItem } from '../contract.ts';
import { debianTracker } from './debian-tracker.ts';

function read(value: unknown) {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  const outcomes = [...debianTracker.read(bytesOf(Buffer.from(text)), DEFAULT_LIMITS)];
  const items = outcomes.filter((outcome): outcome is FeedItem => !('problem' in outcome));
  const problems = outcomes.flatMap((outcome) => ('problem' in outcome ? [outcome.problem] : []));
  return { items, problems };
}

function ofRelease(release: object, codename = 'bookworm') {
  const issue = { description: 'd', releases: { [codename]: release } };
  const { items, problems } = read({ curl: { 'CVE-2024-0001': issue } });
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

test('reads every state that the tracker knows', () => {
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
    assert.deepEqual(ofRelease(release).facts, facts, JSON.stringify(release));
  }
});

test('takes severities from urgencies', () => {
  const severityOf = (urgency: string) => ofRelease({ status: 'open', urgency }).severities;
  assert.deepEqual(severityOf('unimportant'), [{ scheme: 'CHMLN', value: 'negligible', rank: 1 }]);
  assert.deepEqual(severityOf('high**'), [{ scheme: 'CHMLN', value: 'high', rank: 1 }]);
  assert.deepEqual(severityOf('not yet assigned'), []);
  assert.deepEqual(severityOf('end-of-life'), []);
});

test('makes a record of each urgency that releases have', () => {
  const releases = {
    bookworm: { status: 'open', urgency: 'low' },
    trixie: { status: 'open', urgency: 'unimportant' },
    sid: { status: 'open', urgency: 'low' },
  };
  const { items } = read({ curl: { 'CVE-2024-0001': { releases } } });
  assert.deepEqual(
    items.map(({ statements }) => statements.map(({ system }) => system?.majorVersion)),
    [['12', ''], ['13']],
  );
});

test('knows releases by codename, and unstable as a label', () => {
  const open = { status: 'open' };
  assert.deepEqual(ofRelease(open).system, {
    name: 'debian',
    releaseId: 'debian',
    majorVersion: '12',
    minorVersion: '',
    label: '',
    codename: 'bookworm',
    channel: '',
  });
  assert.equal(ofRelease(open, 'sid').system?.label, 'unstable');
});

test('loses one record where one record is bad', () => {
  const good = { releases: { sid: { status: 'open' } } };
  const { items, problems } = read({
    a: { 'not an id': good, 'CVE-2024-0001': [], 'CVE-2024-0002': good },
    b: { 'TEMP-0000000-ABCDEF': good },
    c: [],
  });
  assert.equal(items.length, 2);
  assert.equal(problems.length, 2);
  for (const bad of [
    { status: 'strange' },
    { status: 'resolved' },
    { status: 7, fixed_version: [] },
  ]) {
    assert.equal(ofRelease(bad).problems[0]?.code, 'P_RECORD');
  }
  assert.equal(ofRelease({ status: 'open' }, 'hamm-and-eggs').problems.length, 1);
});

test('tells a document that is none', () => {
  for (const bad of ['', '[]', '{"a"', '7']) {
    assert.deepEqual(
      read(bad).problems.map(({ code }) => code),
      ['P_MALFORMED'],
    );
  }
});
