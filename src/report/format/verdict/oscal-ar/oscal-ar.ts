import { formatJson } from '../../../../foundation/core/json-document.ts';
import type { VerdictFormat, VerdictReport } from '../../../../foundation/core/verdict-format.ts';
import { type AssessedControl, listFirst, toLine } from '../assessed-controls.ts';
import {
  createComponents,
  createMetadata,
  createOscalFrame,
  createReviewedControls,
  formatMarkup,
  formatMarkupLines,
  getObjectiveId,
  type OscalFrame,
} from '../oscal-document.ts';
import { createAssessmentPlan } from '../oscal-plan.ts';

/**
 * Assessment results with the plan that they import. Only a passed control is `satisfied`: one that
 * is unknown or unanswered is `not-satisfied` for another reason than a failure, with the missing
 * fact as remarks. OSCAL 1.2.1, "assessment-results".
 */
export const oscalAr: VerdictFormat = {
  id: 'oscal-ar',
  aliases: [],
  title: 'OSCAL assessment results with their plan',
  carries: ['findings'],
  write(report, sink) {
    sink.write(`${formatJson(createResults(report), 2)}\n`);
  },
};

function createResults(report: VerdictReport): object {
  const frame = createOscalFrame(report);
  const { identify, title } = frame;
  const planUuid = identify('plan resource');
  const plan = Buffer.from(formatJson(createAssessmentPlan(frame, report), 2));
  return {
    'assessment-results': {
      uuid: identify('assessment results'),
      metadata: createMetadata(frame, `Assessment results for ${title}`),
      'import-ap': { href: `#${planUuid}` },
      results: [createResult(frame, report)],
      'back-matter': {
        resources: [
          {
            uuid: planUuid,
            title: 'Assessment plan',
            base64: {
              filename: 'assessment-plan.json',
              'media-type': 'application/oscal+json',
              value: plan.toString('base64'),
            },
          },
        ],
      },
    },
  };
}

function createResult(frame: OscalFrame, report: VerdictReport): object {
  const { controls, identify, time, title } = frame;
  const { verdict, command } = report;
  const applicable = controls.filter(({ status }) => status !== 'not-applicable');
  const risks = applicable.filter(({ status }) => status === 'failed' || status === 'unknown');
  return {
    uuid: identify('result'),
    title: formatMarkup(`${title}: ${verdict.outcome}`),
    description: formatMarkup(`Evaluated with: ${command}`),
    start: time,
    end: time,
    props: [
      { name: 'verdict', ns: 'urn:plimsoll:oscal', value: verdict.outcome },
      ...(verdict.proof === undefined
        ? []
        : [{ name: 'verdict-digest', ns: 'urn:plimsoll:oscal', value: verdict.proof }]),
    ],
    'local-definitions': { components: createComponents(frame, report) },
    'reviewed-controls': createReviewedControls(frame),
    ...(controls.length === 0
      ? {}
      : { observations: controls.map((control) => createObservation(control, frame)) }),
    ...(risks.length === 0 ? {} : { risks: risks.map((control) => createRisk(control, frame)) }),
    ...(applicable.length === 0
      ? {}
      : { findings: applicable.map((control) => createFinding(control, frame)) }),
  };
}

function createObservation(control: AssessedControl, frame: OscalFrame): object {
  const { key, title, reasons, violations, statement, source } = control;
  const { identify, toolUuid, imageUuid, time } = frame;
  return {
    uuid: identify('observation', key),
    title: formatMarkup(`${key}: ${title}`),
    description: formatMarkupLines([...reasons, ...listFirst(violations)]),
    methods: statement?.state === 'used' ? ['TEST', 'INTERVIEW'] : ['TEST'],
    types: ['control-objective'],
    origins: [{ actors: [{ type: 'tool', 'actor-uuid': toolUuid }] }],
    subjects: [{ 'subject-uuid': imageUuid, type: 'component' }],
    ...(statement?.state === 'used'
      ? {
          'relevant-evidence': [
            { description: formatMarkup(`${statement.evidence} (${statement.by})`) },
          ],
        }
      : {}),
    collected: time,
    ...(statement?.state === 'used' ? { expires: `${statement.expires}T00:00:00Z` } : {}),
    ...(source === undefined ? {} : { remarks: formatMarkup(source) }),
  };
}

function createFinding(control: AssessedControl, frame: OscalFrame): object {
  const { key, title, requirement, status, force, isEnforced } = control;
  const { identify, toolUuid } = frame;
  const isRisk = status === 'failed' || status === 'unknown';
  return {
    uuid: identify('finding', key),
    title: formatMarkup(`${key}: ${title}`),
    description: formatMarkup(requirement),
    props: [
      { name: 'status', ns: 'urn:plimsoll:oscal', value: status },
      { name: 'force', ns: 'urn:plimsoll:oscal', value: toLine(force) },
      ...(isEnforced ? [] : [{ name: 'mode', ns: 'urn:plimsoll:oscal', value: 'log' }]),
    ],
    origins: [{ actors: [{ type: 'tool', 'actor-uuid': toolUuid }] }],
    target: {
      type: 'objective-id',
      'target-id': getObjectiveId(control),
      status: createStatus(control),
    },
    'related-observations': [{ 'observation-uuid': identify('observation', key) }],
    ...(isRisk ? { 'related-risks': [{ 'risk-uuid': identify('risk', key) }] } : {}),
  };
}

/** The format has no state for "unknown". */
function createStatus({ status, reasons, violations }: AssessedControl): object {
  switch (status) {
    case 'passed':
      return { state: 'satisfied', reason: 'pass' };
    case 'failed':
      return {
        state: 'not-satisfied',
        reason: 'fail',
        remarks: formatMarkupLines([...listFirst(violations), ...reasons]),
      };
    default:
      return {
        state: 'not-satisfied',
        reason: 'other',
        remarks: formatMarkupLines([`not evaluated (${status})`, ...reasons]),
      };
  }
}

function createRisk(control: AssessedControl, frame: OscalFrame): object {
  const { key, title, requirement, status, violations, reasons, dueAt } = control;
  return {
    uuid: frame.identify('risk', key),
    title: formatMarkup(`${key}: ${title}`),
    description: formatMarkup(requirement),
    statement: formatMarkupLines(status === 'failed' ? listFirst(violations) : reasons),
    status: status === 'failed' ? 'open' : 'investigating',
    ...(dueAt === undefined ? {} : { deadline: new Date(dueAt).toISOString() }),
    'related-observations': [{ 'observation-uuid': frame.identify('observation', key) }],
  };
}
