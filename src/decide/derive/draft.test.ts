import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { createAnswer, createComparison, stage } from '../../../test/support/derivation.ts';
import { SAMPLE_FINDINGS } from '../../../test/support/sample-report.ts';
import type { Decision } from '../../core/decision.ts';
import type { Finding, Findings } from '../../core/finding.ts';
import type { Answer, Derivation, FindingDerivation } from './derivation.ts';
import { createDraft } from './draft.ts';
import { derivations } from './registry.generated.ts';

const { inventory, finding } = stage({
  reason: { kind: 'indirect' },
  files: [{ path: '/usr/share/doc/x/README' }],
});

const EARLIER: Decision = {
  kind: 'rule',
  effect: 'set-aside',
  status: 'affected',
  reason: 'not now',
  author: 'me',
  source: 'r.yaml',
  trace: [],
};

function createSampleDraft(
  more: Partial<Findings>,
  answers: readonly Answer[] = [],
  rules = derivations,
) {
  const findings = { ...SAMPLE_FINDINGS, findings: [], ignored: [], ...more };
  const drafted = createDraft(rules, { inventory, findings }, answers);
  assert.deepEqual([drafted.findings, drafted.ignored], [[], []]);
  return drafted.dispositioned ?? [];
}

const createFinding = (id: string): Finding => ({ ...finding, id });

suite('a draft of statements', () => {
  test('contains open findings and suppressed ones, whoever suppressed them', () => {
    const drafted = createSampleDraft({
      findings: [{ ...createFinding('CVE-1'), decisions: [EARLIER] }],
      dispositioned: [{ finding: createFinding('CVE-2'), decisions: [EARLIER] }],
      ignored: [{ finding: createFinding('CVE-3'), rule: 'kernel-of-host' }],
    });
    assert.deepEqual(
      drafted.map((one) => one.finding.id),
      ['CVE-1', 'CVE-2', 'CVE-3'],
    );
    assert.ok(drafted.every(({ decisions }) => decisions.every(({ kind }) => kind === 'derived')));
    assert.ok(drafted.every((one) => one.finding.decisions === undefined));
  });

  test('puts proven conclusions before suggestions, and omits findings without either', () => {
    const createDerivation = (
      id: string,
      effect: 'set-aside' | 'suggestion',
    ): FindingDerivation => ({
      about: 'finding',
      id,
      version: 1,
      title: id,
      restsOn: 'record',
      derive: ({ finding: { id: about } }) =>
        about === 'CVE-1' ? { effect, status: 'not_affected', reason: id, inputs: [] } : undefined,
    });
    const rules: readonly Derivation[] = [
      createDerivation('hint', 'suggestion'),
      createDerivation('proof', 'set-aside'),
    ];
    const drafted = createSampleDraft(
      { findings: [createFinding('CVE-1'), createFinding('CVE-2')] },
      [],
      rules,
    );
    assert.deepEqual(
      drafted.map(({ decisions }) => decisions.map(({ reason }) => reason)),
      [['proof', 'hint']],
    );
  });

  test('contains the statements of sources, under the ID of the statement with its aliases', () => {
    const about = { vulnerability: 'CVE-9', aliases: ['GHSA-9'], cves: ['CVE-9'] };
    const fixed = createAnswer(about, false, createComparison('2 < 1', false));
    const silent = createAnswer({ vulnerability: 'CVE-8' }, true);
    const [one, ...others] = createSampleDraft({}, [fixed, silent]);
    assert.deepEqual(others, []);
    assert.deepEqual([one?.finding.id, one?.finding.aliases], ['CVE-9', ['GHSA-9']]);
  });

  test('contains one of several statements, and prefers a fix to an older version', () => {
    const before = createAnswer(
      { vulnerability: 'CVE-9' },
      false,
      createComparison('2 >= 3', false),
    );
    const fixed = createAnswer({ vulnerability: 'CVE-9' }, false, createComparison('2 < 1', false));
    for (const answers of [
      [before, fixed],
      [fixed, before],
      [fixed, fixed],
    ]) {
      const drafted = createSampleDraft({}, answers);
      assert.deepEqual(
        drafted.map(({ decisions }) => decisions[0]?.status),
        ['fixed'],
      );
    }
    assert.equal(createSampleDraft({}, [before, before])[0]?.decisions[0]?.status, 'not_affected');
  });
});
