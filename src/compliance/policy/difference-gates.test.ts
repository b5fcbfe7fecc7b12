import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { createTarget, PROGRAM, type TargetSeed } from '../../../test/support/comparable-target.ts';
import { createAssessment } from '../../foundation/core/assessment.ts';
import type { GateResult } from '../../foundation/core/verdict.ts';
import { compareResults } from '../../hardening/compare/compare-results.ts';
import { decideDifferences } from '../../hardening/compare/decide-differences.ts';
import type { BareDifference } from '../../hardening/compare/difference.ts';
import { judgeGates } from './judge-gates.ts';

const DIFFERENCE_GATES = [
  'configuration',
  'downgrades',
  'executables',
  'findings',
  'packages',
  'privileges',
  'surface',
] as const;

type DifferenceGate = (typeof DIFFERENCE_GATES)[number];

function judgeDifference(
  difference: BareDifference,
  differences: readonly DifferenceGate[],
): readonly GateResult[] {
  const assessment = createAssessment({ inventory: createTarget({}).inventory });
  return judgeGates({ assessment, difference }, { differences })?.gates ?? [];
}

const FOLDER = { path: '/usr', type: 'directory' } as const;

function judgeOutcome(gate: DifferenceGate, before: TargetSeed, after: TargetSeed): string {
  const [result] = judgeDifference(compareResults(createTarget(before), createTarget(after)), [
    gate,
  ]);
  return `${result?.outcome}: ${result?.reason}`;
}

function createFileTarget(...list: NonNullable<TargetSeed['files']>): TargetSeed {
  return { files: [FOLDER, ...list] };
}

const BASE: TargetSeed = { packages: [{ name: 'curl', type: 'deb', version: '1.0' }] };

suite('gates over differences', () => {
  test('pass if nothing differs', () => {
    const target = createTarget({
      ...BASE,
      ...createFileTarget(),
      surface: { shells: ['/bin/sh'] },
    });
    const results = judgeDifference(compareResults(target, target), DIFFERENCE_GATES);
    assert.deepEqual(
      results.map(({ outcome: word }) => word),
      DIFFERENCE_GATES.map(() => 'pass'),
    );
  });

  test('findings: fails for introduced findings, not for old ones', () => {
    const bad = { ...BASE, found: { curl: [{ id: 'CVE-1' }] } };
    assert.equal(judgeOutcome('findings', {}, bad), 'fail: CVE-1 on curl');
    assert.equal(judgeOutcome('findings', bad, bad), 'pass: nothing new');
    assert.equal(judgeOutcome('findings', bad, BASE), 'pass: nothing new');
    assert.match(judgeOutcome('findings', bad, {}), /^unknown/, 'no package was found');
  });

  test('findings: passes findings that are only known because of newer data', () => {
    const bad = { ...BASE, found: { curl: [{ id: 'CVE-1' }] } };
    assert.equal(judgeOutcome('findings', BASE, bad), 'pass: nothing new');
  });

  test('findings: is unknown without an evaluation, which is not a pass', () => {
    assert.match(judgeOutcome('findings', BASE, { ...BASE, database: undefined }), /^unknown/);
  });

  test('packages and downgrades: fail for added and downgraded packages', () => {
    const older = { packages: [{ name: 'curl', type: 'deb', version: '0.9', key: 'older' }] };
    assert.equal(judgeOutcome('packages', {}, BASE), 'fail: curl');
    assert.equal(judgeOutcome('packages', BASE, older), 'pass: nothing new');
    assert.equal(judgeOutcome('downgrades', BASE, older), 'fail: curl from 1.0');
    assert.equal(judgeOutcome('downgrades', older, BASE), 'pass: nothing new');
  });

  test('executables: fails for added ones', () => {
    const program = { path: '/opt/tool', executable: PROGRAM };
    const [none, one] = [createFileTarget(), createFileTarget(program)].map((seed) => ({
      ...seed,
      surface: {},
    }));
    assert.ok(none && one);
    assert.equal(judgeOutcome('executables', none, one), 'fail: /opt/tool');
    assert.equal(judgeOutcome('executables', one, none), 'pass: nothing new');
  });

  test('privileges: fails for setuid, setgid and world-writable files, even if only the mode changed', () => {
    for (const mode of [0o4755, 0o2755, 0o646]) {
      assert.equal(
        judgeOutcome('privileges', createFileTarget(), createFileTarget({ path: '/x', mode })),
        'fail: /x',
      );
      assert.equal(
        judgeOutcome(
          'privileges',
          createFileTarget({ path: '/x' }),
          createFileTarget({ path: '/x', mode }),
        ),
        'fail: /x',
      );
      assert.match(
        judgeOutcome(
          'privileges',
          createFileTarget({ path: '/x', mode }),
          createFileTarget({ path: '/x' }),
        ),
        /pass/,
      );
    }
  });

  test('configuration: fails for a loss of security', () => {
    const createUserTarget = (user: string): TargetSeed => ({ config: { User: user } });
    assert.equal(
      judgeOutcome('configuration', createUserTarget('app'), createUserTarget('root')),
      'fail: User',
    );
    assert.equal(
      judgeOutcome('configuration', createUserTarget('root'), createUserTarget('app')),
      'pass: nothing new',
    );
  });

  test('surface: fails if any dimension grew, and is unknown without known dimensions', () => {
    const createShells = (...items: readonly string[]): TargetSeed => ({
      surface: { shells: items },
    });
    assert.equal(
      judgeOutcome('surface', createShells(), createShells('/bin/sh')),
      'fail: shells: 0 to 1',
    );
    assert.equal(
      judgeOutcome('surface', createShells('/bin/sh'), createShells()),
      'pass: nothing new',
    );
    assert.match(judgeOutcome('surface', createShells(), {}), /^unknown/);
  });

  test('files and executables are unknown in a document without files', () => {
    for (const gate of ['executables', 'privileges'] as const) {
      assert.match(judgeOutcome(gate, createFileTarget({ path: '/x' }), BASE), /^unknown/);
    }
  });

  test('accepted changes do not count, and many failures are shortened to a few and a count', () => {
    const names = ['a', 'b', 'c', 'd', 'e'];
    const packages = names.map((name) => ({ name, type: 'deb' }));
    const difference = compareResults(createTarget({}), createTarget({ packages }));
    assert.equal(judgeDifference(difference, ['packages'])[0]?.reason, 'a, b, c and 2 more');
    const rule = { source: 'x', reason: 'y', section: 'packages' };
    const { difference: decided } = decideDifferences(difference, [rule], '2026-01-01T00:00:00Z');
    assert.equal(judgeDifference(decided, ['packages'])[0]?.outcome, 'pass');
  });
});
