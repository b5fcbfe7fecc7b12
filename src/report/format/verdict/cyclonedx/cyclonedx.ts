import { formatJson } from '../../../../foundation/core/json-document.ts';
import { formatTargetTitle } from '../../../../foundation/core/target-title.ts';
import type { VerdictFormat, VerdictReport } from '../../../../foundation/core/verdict-format.ts';
import {
  type AssessedControl,
  listAssessedControls,
  listFirst,
  toLine,
} from '../assessed-controls.ts';
import { createOscalFrame } from '../oscal-document.ts';

/**
 * CycloneDX attestations: a claim with evidence for each control that passed, a counter claim for
 * each that failed. A control that was not evaluated has no conformance, and the confidence 0 with
 * the reason. CycloneDX 1.6 and 1.7, "declarations".
 */
export const cyclonedx: VerdictFormat = {
  id: 'cyclonedx',
  aliases: [],
  title: 'CycloneDX attestations',
  carries: ['findings'],
  versions: { all: ['1.6', '1.7'], usual: '1.6' },
  write(report, sink) {
    sink.write(`${formatJson(createDocument(report), 2)}\n`);
  },
};

const TARGET = 'target';
const ASSESSOR = 'assessor';

function createDocument(report: VerdictReport): object {
  const { verdict, tool, formatVersion = '1.6' } = report;
  const controls = listAssessedControls(verdict);
  const { identify } = createOscalFrame(report);
  const component = createComponent(report);
  return {
    bomFormat: 'CycloneDX',
    specVersion: formatVersion,
    serialNumber: `urn:uuid:${identify('cyclonedx', formatVersion)}`,
    version: 1,
    metadata: {
      timestamp: verdict.evaluatedAt,
      tools: { components: [{ type: 'application', name: tool.name, version: tool.version }] },
      component: { ...component, 'bom-ref': 'subject' },
    },
    definitions: { standards: createStandards(controls, report) },
    declarations: {
      assessors: [{ 'bom-ref': ASSESSOR, thirdParty: false, organization: { name: tool.name } }],
      targets: { components: [{ ...component, 'bom-ref': TARGET }] },
      attestations: [
        {
          summary: toLine(`${formatTargetTitle(report.assessment.target)}: ${verdict.outcome}`),
          assessor: ASSESSOR,
          map: controls.map(createMapping),
        },
      ],
      claims: controls.filter(isDecided).map(createClaim),
      evidence: controls.map((control) => createEvidence(control, report)),
    },
  };
}

function createComponent({ assessment: { target } }: VerdictReport): object {
  const name = toLine(formatTargetTitle(target));
  return target.kind === 'image'
    ? {
        type: 'container',
        name,
        hashes: [{ alg: 'SHA-256', content: target.manifestDigest.replace(/^sha256:/, '') }],
      }
    : { type: 'application', name };
}

function createStandards(
  controls: readonly AssessedControl[],
  { verdict }: VerdictReport,
): readonly object[] {
  return [...Map.groupBy(controls, ({ group }) => group)].map(([group, list]) => {
    const pack = verdict.packs?.find(({ id }) => id === group);
    return {
      'bom-ref': `standard:${group}`,
      name: toLine(pack?.title ?? 'rules of policies'),
      version: pack?.version ?? '1',
      ...(pack === undefined ? {} : { owner: toLine(pack.authority) }),
      requirements: list.map(({ token, key, title, requirement }) => ({
        'bom-ref': `requirement:${token}`,
        identifier: toLine(key),
        title: toLine(title),
        text: toLine(requirement),
      })),
    };
  });
}

function isDecided({ status }: AssessedControl): boolean {
  return status === 'passed' || status === 'failed';
}

function createMapping(control: AssessedControl): object {
  const { token, status, reasons } = control;
  const requirement = `requirement:${token}`;
  const rationale = toLine(reasons.join('; '));
  switch (status) {
    case 'passed':
      return {
        requirement,
        claims: [`claim:${token}`],
        conformance: { score: 1, rationale },
        confidence: { score: 1, rationale },
      };
    case 'failed':
      return {
        requirement,
        counterClaims: [`claim:${token}`],
        conformance: { score: 0, rationale },
        confidence: { score: 1, rationale },
      };
    default:
      return {
        requirement,
        confidence: { score: 0, rationale: toLine(`not evaluated (${status}): ${rationale}`) },
      };
  }
}

function createClaim({ token, status, requirement, reasons }: AssessedControl): object {
  return {
    'bom-ref': `claim:${token}`,
    target: TARGET,
    predicate: toLine(status === 'passed' ? requirement : `Violated: ${requirement}`),
    reasoning: toLine(reasons.join('; ')),
    ...(status === 'passed'
      ? { evidence: [`evidence:${token}`] }
      : { counterEvidence: [`evidence:${token}`] }),
  };
}

function createEvidence(
  { token, reasons, violations, statement }: AssessedControl,
  { verdict }: VerdictReport,
): object {
  const isStated = statement?.state === 'used';
  return {
    'bom-ref': `evidence:${token}`,
    description: toLine([...listFirst(violations), ...reasons].join('; ')),
    created: verdict.evaluatedAt,
    ...(isStated
      ? { expires: `${statement.expires}T00:00:00Z`, author: { name: toLine(statement.by) } }
      : {}),
  };
}
