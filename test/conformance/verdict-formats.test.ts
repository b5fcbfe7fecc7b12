// Formats of verdicts for other tools, checked by their published schemas. A control that nothing
// evaluated must not read as passed in any of them.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { zstdDecompressSync } from 'node:zlib';
import { Ajv } from 'ajv';
import { createAssessment } from '../../src/foundation/core/assessment.ts';
import {
  CONTROL_STATUSES,
  type ControlResult,
  type ControlStatus,
} from '../../src/foundation/core/control.ts';
import type { Decision } from '../../src/foundation/core/decision.ts';
import type { RuleProof } from '../../src/foundation/core/policy-verdict.ts';
import type { VerdictFormat, VerdictReport } from '../../src/foundation/core/verdict-format.ts';
import { cyclonedx } from '../../src/report/format/verdict/cyclonedx/cyclonedx.ts';
import { hdf } from '../../src/report/format/verdict/hdf/hdf.ts';
import { oscalAp } from '../../src/report/format/verdict/oscal-ap/oscal-ap.ts';
import { oscalAr } from '../../src/report/format/verdict/oscal-ar/oscal-ar.ts';
import { oscalPoam } from '../../src/report/format/verdict/oscal-poam/oscal-poam.ts';
import { createTarget, type TargetSeed } from '../support/comparable-target.ts';
import { findSharedMaterial, SKIP_REASON } from './shared-material.ts';

const shared = findSharedMaterial() ?? '';
const options = shared === '' ? { skip: SKIP_REASON } : {};

type Json = Readonly<Record<string, unknown>>;

const HOSTILE = '<img src=x onerror=alert(1)>\u001b[31m [x](javascript:1)\n=1+1 \u202e';

function createControl(status: ControlStatus): ControlResult {
  return {
    key: `mine/${status}(2)`,
    pack: 'mine',
    id: `${status}(2)`,
    title: `title ${HOSTILE}`,
    requirement: `required ${HOSTILE}`,
    force: 'MUST',
    kind: 'automatic',
    source: { title: 'handbook', section: '§ 1', readOn: '2026-11-01', mark: 'copy' },
    isSourceVerified: false,
    mode: 'enforce',
    status,
    reasons: [`cause of ${status} ${HOSTILE}`],
    rules: [`rule-${status}`],
    facts: [],
    examined: ['2 packages'],
    results: [],
    dueAt: '2026-12-01T00:00:00Z',
  };
}

function createRule(rule: string, outcome: RuleProof['outcome']): RuleProof {
  const match = { subject: 'file /x', title: `/x ${HOSTILE}`, exceptions: [] };
  const unknown = { fact: 'mode', unknown: `mode of /x is not known ${HOSTILE}` };
  return {
    rule,
    source: 'mine.yaml:3',
    subject: 'file',
    quantifier: 'some',
    conditions: [{ text: 'setuid: true', fact: 'setuid' }],
    action: 'fail',
    mode: 'enforce',
    outcome,
    evaluated: 2,
    subjects: `sha256:${'0'.repeat(64)}`,
    missing: [],
    matches:
      outcome === 'pass'
        ? []
        : [
            {
              ...match,
              outcome,
              conditions: [{ condition: 'setuid: true', holds: 'unknown', values: [unknown] }],
            },
          ],
  };
}

const ACCEPTED: Decision = {
  kind: 'rule',
  effect: 'set-aside',
  status: 'affected',
  reason: 'only used by tests',
  author: 'ops@example.org',
  source: 'j.yaml:3',
  expiresAt: '2027-01-31',
  trace: [],
};

const SEED: TargetSeed = {
  packages: [
    { name: 'a', type: 'deb', version: '1' },
    { name: 'b', type: 'deb', version: '1' },
  ],
  found: {
    a: [{ id: 'CVE-2026-1', fixVersions: ['2'] }, { id: 'CVE-2026-2' }],
    b: [{ id: 'CVE-2026-1' }, { id: 'CVE-2026-3' }],
  },
};

function createReport(seed: TargetSeed = SEED): VerdictReport {
  const { inventory, findings: found } = createTarget(seed);
  const byFilter = { ...ACCEPTED, source: '--severity', author: 'the command line' };
  const findings = {
    ...found,
    findings: found.findings.filter(({ id }) => id === 'CVE-2026-1'),
    dispositioned: found.findings.flatMap((finding) =>
      finding.id === 'CVE-2026-1'
        ? []
        : [{ finding, decisions: [finding.id === 'CVE-2026-2' ? ACCEPTED : byFilter] }],
    ),
  };
  return {
    tool: { name: 'plimsoll', version: '1.0.0' },
    assessment: createAssessment({ inventory, findings }),
    verdict: {
      outcome: 'fail',
      evaluatedAt: '2026-11-29T12:00:00.000Z',
      policies: [{ name: 'mine', version: '1', source: 'mine.yaml', digest: 'sha256:ab' }],
      rules: [
        createRule('alone', 'unknown'),
        createRule('rule-failed', 'fail'),
        createRule('fine', 'pass'),
      ],
      exceptions: [],
      packs: [{ id: 'mine', version: '1', title: 'ours', authority: 'us', sources: [], notes: [] }],
      controls: CONTROL_STATUSES.map(createControl),
      proof: `sha256:${'1'.repeat(64)}`,
    },
    dueDates: [
      { date: '2026-12-24T00:00:00Z', vulnerabilities: ['CVE-2026-1'] },
      { date: '2026-12-13T00:00:00Z', vulnerabilities: ['CVE-2026-1', 'GHSA-x'] },
    ],
    command: 'plimsoll check app',
  };
}

function write(format: VerdictFormat, report = createReport()): Json {
  const texts = [1, 2].map(() => {
    const parts: string[] = [];
    format.write(report, { write: (text) => parts.push(text) });
    return parts.join('');
  });
  assert.equal(texts[0], texts[1]);
  assert.doesNotMatch(texts[0] ?? '', /[\u001b\u202e]/);
  return JSON.parse(texts[0] ?? '') as Json;
}

function readSchema(...path: readonly string[]): object {
  const bytes = readFileSync(join(shared, ...path));
  const text = path.at(-1)?.endsWith('.zst') === true ? zstdDecompressSync(bytes) : bytes;
  return JSON.parse(text.toString('utf8')) as object;
}

function assertValid(document: unknown, schema: object, ...others: readonly object[]): void {
  const ajv = new Ajv({ strict: false, validateFormats: false });
  for (const other of others) {
    ajv.addSchema(other);
  }
  const validate = ajv.compile(schema);
  assert.ok(validate(document), JSON.stringify(validate.errors?.slice(0, 3)));
}

const readOscalSchema = (name: string): object =>
  readSchema('policy', 'oscal', `oscal-1.2.1_${name}.schema.json.zst`);

interface OscalFinding {
  readonly title: string;
  readonly target: {
    readonly 'target-id': string;
    readonly status: { readonly state: string; readonly reason: string; readonly remarks?: string };
  };
}

suite('formats of a verdict', options, () => {
  test('OSCAL results are valid and have their plan', () => {
    const { 'assessment-results': results } = write(oscalAr) as {
      'assessment-results': {
        'import-ap': { href: string };
        results: readonly [{ findings: readonly OscalFinding[] }];
        'back-matter': { resources: readonly [{ uuid: string; base64: { value: string } }] };
      };
    };
    assertValid({ 'assessment-results': results }, readOscalSchema('assessment-results'));
    const [resource] = results['back-matter'].resources;
    assert.equal(results['import-ap'].href, `#${resource.uuid}`);
    const plan = Buffer.from(resource.base64.value, 'base64').toString('utf8');
    assert.deepEqual(JSON.parse(plan), write(oscalAp));
    assertValid(JSON.parse(plan), readOscalSchema('assessment-plan'));
    const { findings } = results.results[0];
    for (const { target } of findings) {
      assert.ok(plan.includes(`"id": "${target['target-id']}"`), target['target-id']);
    }
    const states = findings.map(({ target: { 'target-id': id, status } }) =>
      [id, status.state, status.reason].join(' '),
    );
    assert.deepEqual(states, [
      'mine_passed.2_obj satisfied pass',
      'mine_unanswered.2_obj not-satisfied other',
      'mine_unknown.2_obj not-satisfied other',
      'mine_failed.2_obj not-satisfied fail',
      'rules_alone_obj not-satisfied other',
      'rules_fine_obj satisfied pass',
    ]);
    const unknown = findings.find(({ target }) => target['target-id'] === 'rules_alone_obj');
    assert.match(unknown?.target.status.remarks ?? '', /mode of \/x is not known/);
    assert.doesNotMatch(JSON.stringify(findings), /[^\\]<img/);
  });

  test('an OSCAL plan of action has one item for each vulnerability, with its deadline', () => {
    const document = write(oscalPoam) as {
      'plan-of-action-and-milestones': {
        risks: readonly { title: string; status: string; deadline?: string }[];
      };
    };
    assertValid(document, readOscalSchema('poam'));
    const risks = document['plan-of-action-and-milestones'].risks.map((risk) =>
      [risk.title, risk.status, risk.deadline].filter(Boolean).join(' '),
    );
    assert.deepEqual(risks.filter((text) => text.startsWith('CVE')).toSorted(), [
      'CVE-2026-1 open 2026-12-13T00:00:00.000Z',
      'CVE-2026-2 deviation-approved',
      'CVE-2026-3 open',
    ]);
    const unread = createReport({ ...SEED, database: undefined, found: {} });
    assert.equal(oscalPoam.findRefusal?.(unread), undefined);
    assert.match(JSON.stringify(write(oscalPoam, unread)), /"title":"not evaluated: /);
  });

  test('HDF has skipped results only for what was not evaluated', () => {
    const document = write(hdf) as {
      profiles: readonly {
        controls: readonly {
          id: string;
          impact: number;
          results: readonly { status: string; skip_message?: string }[];
        }[];
      }[];
    };
    assertValid(document, readSchema('policy', 'hdf', 'hdf-exec-json.schema.json'));
    const controls = document.profiles.flatMap((profile) => profile.controls);
    const rows = controls.map(({ id, impact, results }) =>
      [id, impact === 0 ? 'none' : 'impact', ...new Set(results.map(({ status }) => status))].join(
        ' ',
      ),
    );
    assert.deepEqual(rows, [
      'mine/passed(2) impact passed',
      'mine/not-applicable(2) none skipped',
      'mine/unanswered(2) impact skipped',
      'mine/unknown(2) impact skipped',
      'mine/failed(2) impact failed',
      'rules/alone impact skipped',
      'rules/fine impact passed',
    ]);
    const messages = controls.flatMap(({ results }) => results).map((one) => one.skip_message);
    assert.ok(messages.some((message) => message?.includes('mode of /x is not known')));
  });

  test('CycloneDX has no conformance for what was not evaluated', () => {
    const schemas = readSchema.bind(undefined, 'schemas');
    for (const version of ['1.6', '1.7']) {
      const document = write(cyclonedx, { ...createReport(), formatVersion: version }) as {
        specVersion: string;
        declarations: {
          attestations: readonly [
            {
              map: readonly {
                requirement: string;
                conformance?: { score: number };
                confidence: { score: number };
              }[];
            },
          ];
        };
      };
      assert.equal(document.specVersion, version);
      assertValid(
        document,
        schemas(`cyclonedx-${version}.schema.json`),
        schemas('spdx.schema.json'),
        schemas('jsf-0.82.schema.json'),
        ...(version === '1.7' ? [schemas('cryptography-defs.schema.json')] : []),
      );
      const rows = document.declarations.attestations[0].map.map(
        ({ requirement, conformance, confidence }) =>
          [requirement, conformance?.score ?? 'none', confidence.score].join(' '),
      );
      assert.deepEqual(rows, [
        'requirement:mine_passed.2 1 1',
        'requirement:mine_not-applicable.2 none 0',
        'requirement:mine_unanswered.2 none 0',
        'requirement:mine_unknown.2 none 0',
        'requirement:mine_failed.2 0 1',
        'requirement:rules_alone none 0',
        'requirement:rules_fine 1 1',
      ]);
    }
  });
});
