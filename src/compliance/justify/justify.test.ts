import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { createTarget, PROGRAM, type TargetSeed } from '../../../test/support/comparable-target.ts';
import type { Finding } from '../../foundation/core/finding.ts';
import type { Justification } from '../../foundation/core/justification.ts';
import { compareSides } from '../../hardening/compare/compare-results.ts';
import { isOpenChange } from '../../hardening/compare/decide-differences.ts';
import { decideFindings } from '../../vulnerability/decide/decide-findings.ts';
import { carryEntries } from './carry-entries.ts';
import { listExceptionItems } from './exception-items.ts';
import { createJustificationDecider } from './justification-decider.ts';
import { justifySeed, NOW, queueSeed, signEntries } from './justify.fixture.ts';
import { justifyDifference } from './justify-difference.ts';
import { summarizeItems } from './list-items.ts';
import { chooseNextChange } from './next-end.ts';

type Seeds = NonNullable<TargetSeed['found']>[string];

/** An image with one package of a distribution and findings in it. */
function createImage(version: string, found: Seeds, digit = '1'): TargetSeed {
  const path = '/usr/lib/libssl.so.3';
  return {
    packages: [
      {
        name: 'libssl3',
        type: 'deb',
        version,
        ownedFiles: [{ path }],
        upstreams: [{ name: 'openssl' }],
      },
    ],
    files: [{ path, sha256: digit.repeat(64) }],
    found: { libssl3: found },
  };
}

const LOW = { id: 'CVE-2026-1', severity: 'low', matches: [] } as const;
const OTHER = { id: 'CVE-2026-2', severity: 'low', matches: [] } as const;

/** A match that KEV lists. */
const EXPLOITED = [{ exploited: [{}] }] as unknown as Finding['matches'];

function listStates(seed: TargetSeed, entries: readonly Justification[]): readonly string[] {
  return justifySeed(seed, undefined, entries).uses.map(({ state, changes }) =>
    [state, ...changes].join(': '),
  );
}

suite('a signed justification', () => {
  test('counts while its evidence is unchanged, and names what changed otherwise', () => {
    const entries = signEntries(queueSeed(createImage('3.0.1', [LOW])));
    assert.deepEqual(listStates(createImage('3.0.1', [LOW]), entries), ['applied']);
    assert.deepEqual(listStates(createImage('3.0.2', [LOW]), entries), [
      'lapsed: version: 3.0.1 → 3.0.2',
    ]);
    const [rebuilt = ''] = listStates(createImage('3.0.1', [LOW], '2'), entries);
    assert.match(rebuilt, /^lapsed: content: sha256:\w{12} → sha256:\w{12}$/);
    assert.deepEqual(listStates(createImage('3.0.1', [{ ...LOW, matches: EXPLOITED }]), entries), [
      'lapsed: exploited: no → yes',
    ]);
    assert.deepEqual(listStates(createImage('3.0.1', []), entries), ['unused']);
  });

  test('does not count before a person signs, or after its end', () => {
    const seed = createImage('3.0.1', [LOW]);
    const queue = queueSeed(seed);
    assert.deepEqual(listStates(seed, queue), ['unsigned']);
    const [signed] = signEntries(queue) as readonly [Justification];
    assert.deepEqual(listStates(seed, [{ ...signed, until: '2026-11-29' }]), ['expired']);
    assert.deepEqual(listStates(seed, [{ ...signed, by: '' }]), ['unsigned']);
  });

  test('suppresses its finding like an ignore rule, with author and end', () => {
    const seed = createImage('3.0.1', [LOW, { ...OTHER, matches: EXPLOITED }]);
    const entries = signEntries(queueSeed(seed)).filter(({ subject }) =>
      /CVE-2026-1/.test(subject),
    );
    const { inventory, findings } = createTarget(seed);
    const decider = createJustificationDecider(entries, { inventory, findings, now: NOW });
    const decided = decideFindings(findings, inventory, [decider]);
    assert.deepEqual(
      decided.findings.map(({ id }) => id),
      ['CVE-2026-2'],
    );
    const [decision] = decided.dispositioned?.[0]?.decisions ?? [];
    assert.equal(decision?.author, 'ops@example.org');
    assert.equal(decision.expiresAt, '2027-01-31');
    const late = { inventory, findings, now: '2027-02-01T00:00:00Z' };
    const ended = decideFindings(findings, inventory, [createJustificationDecider(entries, late)]);
    assert.equal(ended.findings.length, 2);
    assert.match(ended.alerts.at(-1)?.message ?? '', /expired on 2027-01-31/);
  });
});

suite('a group', () => {
  const both = createImage('3.0.1', [LOW, OTHER]);
  const entries = signEntries(queueSeed(both));

  test('covers the findings of one source package, and is carried to the next build', () => {
    assert.equal(entries.length, 1);
    assert.equal(entries[0]?.covers.length, 2);
    assert.deepEqual(listStates(createImage('3.0.9', [LOW, OTHER], '7'), entries), ['applied']);
    assert.deepEqual(listStates(createImage('3.0.9', [LOW]), entries), ['applied']);
  });

  test('lapses if a severity rises or a vulnerability is exploited, not if it falls', () => {
    const change = (one: Partial<Finding>): readonly string[] =>
      listStates(createImage('3.0.1', [{ ...LOW, ...one }, OTHER]), entries);
    assert.match(change({ severity: 'high' })[0] ?? '', /^lapsed: CVE-2026-1 .*low → high/);
    assert.match(change({ severity: 'unknown' })[0] ?? '', /^lapsed/);
    assert.match(change({ matches: EXPLOITED })[0] ?? '', /^lapsed: CVE-2026-1 .*no → yes/);
    assert.deepEqual(change({ severity: 'negligible' }), ['applied']);
  });

  test('does not cover a finding that nobody saw', () => {
    const more = createImage('3.0.1', [LOW, OTHER, { ...LOW, id: 'CVE-2026-3' }]);
    const summary = summarizeItems(justifySeed(more, undefined, entries));
    assert.deepEqual([summary.left, summary.total], [1, 3]);
  });

  test('never has an exploited finding', () => {
    const seed = createImage('3.0.1', [{ ...LOW, matches: EXPLOITED }, OTHER]);
    assert.deepEqual(
      queueSeed(seed).map(({ change }) => change),
      ['finding', 'finding'],
    );
  });
});

const APPROVED: TargetSeed = {
  config: { User: 'app', Env: ['A=1'] },
  packages: [{ name: 'a', type: 'deb', version: '1' }],
  files: [
    { path: '/usr', type: 'directory' },
    { path: '/run.sh', mode: 0o755, sha256: '1'.repeat(64) },
    { path: '/su', mode: 0o755, sha256: '2'.repeat(64), executable: PROGRAM },
  ],
};

const CHANGED: TargetSeed = {
  config: { User: 'root', Env: ['A=1', 'DB_PASSWORD=first'] },
  packages: [
    { name: 'a', type: 'deb', version: '1' },
    { name: 'b', type: 'deb', version: '2', key: 'b', ownedFiles: [{ path: '/usr/bin/b' }] },
  ],
  files: [
    { path: '/usr', type: 'directory' },
    { path: '/run.sh', mode: 0o755, sha256: '3'.repeat(64) },
    { path: '/su', mode: 0o4755, sha256: '2'.repeat(64), executable: PROGRAM },
    { path: '/usr/bin/b', mode: 0o755, sha256: '4'.repeat(64), executable: PROGRAM },
  ],
  inventory: {},
};

suite('differences from the approved result', () => {
  test('are listed once: a program of a new package is part of the package', () => {
    const listed = queueSeed(CHANGED, APPROVED).map(
      ({ change, subject }) => `${change}: ${subject}`,
    );
    assert.deepEqual(listed.toSorted(), [
      'configuration added: Env DB_PASSWORD',
      'configuration changed: User',
      'executable content: /run.sh',
      'package added: b 2 (deb)',
      'privilege gained: /su',
    ]);
    assert.deepEqual(queueSeed(APPROVED, APPROVED), []);
  });

  test('include capabilities of files, if both results have them', () => {
    const without = { ...APPROVED, surface: { 'capability-files': [] } };
    const ping = { ...APPROVED, surface: { 'capability-files': ['/bin/ping cap_net_raw=ep'] } };
    assert.deepEqual(
      queueSeed(ping, without).map(({ change, subject }) => `${change}: ${subject}`),
      ['privilege gained: /bin/ping cap_net_raw=ep'],
    );
    const unknown = summarizeItems(justifySeed(ping, APPROVED));
    assert.deepEqual(unknown.notCompared, ['the capabilities of files were not compared']);
  });

  test('have proposals that facts give, and nothing else', () => {
    const needed = [{ kind: 'dependency-of', from: 'b', to: 'key-of-a-deb' }] as const;
    const seed = { ...CHANGED, inventory: { relationships: needed } };
    const find = (entries: readonly Justification[]): string | undefined =>
      entries.find(({ subject }) => subject.startsWith('b '))?.proposed;
    assert.equal(find(queueSeed(seed, APPROVED)), 'needed by a 1');
    assert.equal(find(queueSeed(CHANGED, APPROVED)), undefined);
    const upgraded = { ...APPROVED, distro: { id: 'debian', prettyName: 'Debian 12' } };
    const moved = { ...CHANGED, distro: { id: 'debian', prettyName: 'Debian 13' } };
    assert.match(
      find(queueSeed(moved, upgraded)) ?? '',
      /^moved with the operating system Debian 12 → Debian 13/,
    );
  });

  test('are accepted by signatures, which rules about changes read', () => {
    const entries = signEntries(queueSeed(CHANGED, APPROVED));
    const [was, is] = [createTarget(APPROVED), createTarget(CHANGED)];
    const compared = {
      before: was.inventory,
      after: is.inventory,
      difference: compareSides(was, is),
    };
    const open = justifyDifference(compared, [], { now: NOW });
    assert.ok(open.configuration.every(isOpenChange));
    const decided = justifyDifference(compared, entries, { now: NOW });
    const changes = [
      ...decided.configuration,
      ...decided.packages,
      ...decided.executables,
      ...decided.files,
    ];
    assert.equal(changes.length, 7);
    assert.ok(!changes.some(isOpenChange));
    const others = entries.filter(({ kind }) => kind !== 'privilege');
    const withoutPrivilege = justifyDifference(compared, others, { now: NOW });
    assert.deepEqual(
      withoutPrivilege.files.filter(isOpenChange).map(({ after }) => after?.path),
      ['/su'],
    );
  });

  test('with a hidden value lapse in every other image', () => {
    const entries = signEntries(queueSeed(CHANGED, APPROVED));
    const again = justifySeed(CHANGED, APPROVED, entries);
    assert.ok(again.uses.every(({ state }) => state === 'applied'));
    const other = {
      ...CHANGED,
      config: { User: 'root', Env: ['A=1', 'DB_PASSWORD=second'] },
      packages: [...(CHANGED.packages ?? []), { name: 'c', type: 'deb', version: '1' }],
    };
    const lapsed = justifySeed(other, APPROVED, entries).uses.filter(
      ({ state }) => state === 'lapsed',
    );
    assert.deepEqual(
      lapsed.map(({ subject }) => subject),
      ['Env DB_PASSWORD'],
    );
  });

  test('are unknown without an approved result', () => {
    const entries = signEntries(queueSeed(CHANGED, APPROVED));
    const { uses } = justifySeed(CHANGED, undefined, entries);
    assert.ok(uses.every(({ state }) => state === 'not-compared'));
  });
});

suite('signatures of the build before', () => {
  test('are carried, or returned with the changes', () => {
    const old = createImage('3.0.1', [LOW, { ...OTHER, matches: EXPLOITED }]);
    const entries = signEntries(queueSeed(old));
    const next = createImage('3.0.1', [LOW, { ...OTHER, matches: EXPLOITED, severity: 'high' }]);
    const { carried, queue } = carryEntries(entries, justifySeed(next).items, queueSeed(next), NOW);
    assert.deepEqual(
      carried.map(({ state, reasons }) => [state, ...reasons].join(': ')).toSorted(),
      ['carried', 'returned: severity: low → high'],
    );
    assert.equal(queue.length, 2);
    assert.equal(queue.find(({ reason }) => reason === '')?.returned, 'severity: low → high');
    const late = carryEntries(
      entries,
      justifySeed(old).items,
      queueSeed(old),
      '2027-02-01T00:00:00Z',
    );
    assert.ok(late.carried.every(({ state }) => state === 'returned'));
    const gone = carryEntries(entries, [], [], NOW);
    assert.ok(gone.carried.every(({ state }) => state === 'gone'));
  });
});

suite('the next change by date', () => {
  test('is the end of a signature, if nothing else changes earlier', () => {
    const seed = createImage('3.0.1', [LOW]);
    const { uses } = justifySeed(seed, undefined, signEntries(queueSeed(seed)));
    const parts = { dispositioned: [], uses };
    const end = { date: '2027-01-31T00:00:00.000Z', reason: 'the decision j.yaml:1 ends' };
    assert.deepEqual(chooseNextChange(undefined, parts, NOW), end);
    const earlier = { date: '2026-12-01T00:00:00Z', reason: 'x' };
    assert.equal(chooseNextChange(earlier, parts, NOW), earlier);
    assert.deepEqual(chooseNextChange({ date: '2028-01-01', reason: 'x' }, parts, NOW), end);
    assert.equal(chooseNextChange(undefined, parts, '2027-01-31T00:00:00Z'), undefined);
    const unknown = { reason: 'not known' };
    assert.equal(chooseNextChange(unknown, parts, NOW), unknown);
  });
});

suite('exceptions', () => {
  const use = {
    source: 'shop.yaml:3',
    rule: 'fix-overdue',
    about: 'CVE-2026-9',
    reason: 'the fix breaks TLS',
    evidence: 'OPS-77',
    approvedBy: 'ciso@example.org',
    state: 'used',
  } as const;
  const list = (expires: string, state: 'used' | 'lapsed' = 'used'): readonly string[] =>
    listExceptionItems(
      { exceptions: [{ ...use, expires, state }], dispositioned: [], uses: [] },
      NOW,
    ).map(({ change, subject }) => `${change}: ${subject}`);

  test('need a reason if they end within 30 days, have ended, or lapsed', () => {
    const listed = ['exception ends: shop.yaml:3: fix-overdue (CVE-2026-9)'];
    assert.deepEqual(list('2026-12-20'), listed);
    assert.deepEqual(list('2026-11-01'), listed);
    assert.deepEqual(list('2027-06-01'), []);
    assert.deepEqual(list('2027-06-01', 'lapsed'), listed);
  });
});
