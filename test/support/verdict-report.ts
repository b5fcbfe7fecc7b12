import { createAssessment } from '../../src/foundation/core/assessment.ts';
import type { ControlResult, ControlStatus } from '../../src/foundation/core/control.ts';
import type {
  PolicyVerdict,
  RuleProof,
  SubjectProof,
} from '../../src/foundation/core/policy-verdict.ts';
import type { VerdictReport } from '../../src/foundation/core/verdict-format.ts';
import { createInventory } from './inventory.ts';
import { SAMPLE_FINDINGS } from './sample-report.ts';

/** A control of the pack `mine`. */
export function createControl(id: string, status: ControlStatus, more = {}): ControlResult {
  return {
    key: `mine/${id}`,
    pack: 'mine',
    id,
    title: `title of ${id}`,
    requirement: 'It is required.',
    force: 'MUST',
    kind: 'automatic',
    source: { title: 'handbook', section: '§ 1', readOn: '2026-11-01', mark: 'copy' },
    isSourceVerified: false,
    mode: 'enforce',
    status,
    reasons: [`cause of ${id}`],
    rules: ['open-finding'],
    facts: ['finding.severity'],
    examined: ['2 packages'],
    results: [],
    ...more,
  };
}

/** A finding for which a rule fired. */
export function createMatch(
  index: number,
  outcome: SubjectProof['outcome'] = 'fail',
): SubjectProof {
  const evidence = { advisory: `debian:12 DSA-${index}`, database: '2026-11-24T06:00:00Z' };
  return {
    subject: `finding CVE-2026-${index} 0123456789abcdef`,
    title: `CVE-2026-${index} in openssl-${index} 3.0.11-1~deb12u2`,
    outcome,
    conditions: [
      {
        condition: 'severity: high or worse',
        holds: outcome === 'unknown' ? 'unknown' : true,
        values: [{ fact: 'severity', value: 'high', evidence }],
      },
    ],
    exceptions: [],
  };
}

/** A rule with these subjects. */
export function createRule(rule: string, matches: readonly SubjectProof[]): RuleProof {
  return {
    rule,
    source: 'pack mine@1:9',
    subject: 'finding',
    quantifier: 'some',
    conditions: [{ text: 'severity: high or worse', fact: 'severity' }],
    action: 'fail',
    mode: 'enforce',
    outcome: 'fail',
    evaluated: matches.length,
    subjects: `sha256:${'0'.repeat(64)}`,
    missing: [],
    matches,
  };
}

/** A failed verdict with one control of each status. */
export function createReport(more: Partial<PolicyVerdict> = {}): VerdictReport {
  const inventory = createInventory({ packages: [{ name: 'a', type: 'npm', version: '1.0.0' }] });
  const { database } = SAMPLE_FINDINGS;
  const nothing = { findings: [], ignored: [], unevaluated: [], alerts: [] };
  const exception = { source: 'shop.yaml:3', reason: 'the fix breaks TLS', evidence: 'OPS-77' };
  const verdict: PolicyVerdict = {
    outcome: 'fail',
    target: 'app',
    evaluatedAt: '2026-11-25T00:00:00Z',
    policies: [{ name: 'mine', version: '1', source: 'mine.yaml', digest: 'sha256:ab' }],
    rules: [createRule('open-finding', [createMatch(1)])],
    exceptions: [
      {
        ...exception,
        rule: 'open-finding',
        about: 'CVE-2026-9',
        approvedBy: 'ciso@example.org',
        expires: '2026-12-20',
        state: 'used',
      },
    ],
    packs: [
      { id: 'mine', version: '1', title: 'ours', authority: 'us', sources: [], notes: ['a limit'] },
    ],
    controls: [
      createControl('1', 'failed', { dueAt: '2026-12-01T00:00:00Z' }),
      createControl('2', 'unknown'),
      createControl('3', 'unanswered', { cannotAnswer: 'the rest' }),
      createControl('4', 'passed'),
      createControl('5', 'not-applicable'),
    ],
    ...more,
  };
  return {
    tool: { name: 'plimsoll', version: '1' },
    assessment: createAssessment({ inventory, findings: { database, ...nothing } }),
    verdict,
    command: 'plimsoll check app --pack mine',
  };
}
