import { assessCompleteness } from '../../../../foundation/core/assessment.ts';
import type { Decision } from '../../../../foundation/core/decision.ts';
import { type Finding, isExploited } from '../../../../foundation/core/finding.ts';
import { formatJson } from '../../../../foundation/core/json-document.ts';
import type { VerdictFormat, VerdictReport } from '../../../../foundation/core/verdict-format.ts';
import { listFirst, toLine } from '../assessed-controls.ts';
import {
  createComponents,
  createMetadata,
  createOscalFrame,
  formatMarkup,
  formatMarkupLines,
  type OscalFrame,
} from '../oscal-document.ts';

/**
 * A plan of action with one item for each vulnerability, also for those that people accepted, and
 * one for each part that could not be evaluated. Deadlines are those of the clocks that the policy
 * reads. OSCAL 1.2.1, "plan-of-action-and-milestones".
 */
export const oscalPoam: VerdictFormat = {
  id: 'oscal-poam',
  aliases: [],
  title: 'OSCAL plan of action and milestones',
  carries: ['findings'],
  findRefusal: (report) =>
    listItems(report).length === 0 ? 'there is no vulnerability to plan for' : undefined,
  write(report, sink) {
    sink.write(`${formatJson(createPlan(report), 2)}\n`);
  },
};

/** One item of the plan. */
interface PlanItem {
  readonly id: string;
  readonly title: string;
  readonly details: readonly string[];
  readonly status: 'open' | 'investigating' | 'deviation-approved' | 'closed';
  readonly severity?: string;
  readonly isExploited: boolean;
  /** The earliest due date, RFC 3339. */
  readonly deadline?: string;
  /** Updates that fix it. */
  readonly fixes: readonly string[];
}

function createPlan(report: VerdictReport): object {
  const frame = createOscalFrame(report);
  const { identify, title } = frame;
  const items = listItems(report);
  return {
    'plan-of-action-and-milestones': {
      uuid: identify('plan of action'),
      metadata: createMetadata(frame, `Plan of action and milestones for ${title}`),
      'system-id': {
        'identifier-type': 'http://ietf.org/rfc/rfc4122',
        id: frame.imageUuid,
      },
      'local-definitions': { components: createComponents(frame, report) },
      observations: items.map((item) => createObservation(item, frame)),
      risks: items.map((item) => createRisk(item, frame)),
      'poam-items': items.map((item) => createItem(item, frame)),
    },
  };
}

function listItems(report: VerdictReport): readonly PlanItem[] {
  const gaps = assessCompleteness(report.assessment).reasons.map(
    ({ reason }): PlanItem => ({
      id: `gap ${reason}`,
      title: `not evaluated: ${reason}`,
      details: ['A part that was not evaluated may have vulnerabilities.'],
      status: 'investigating',
      isExploited: false,
      fixes: [],
    }),
  );
  return [...listVulnerabilities(report), ...gaps];
}

interface Found {
  readonly finding: Finding;
  /** The decision that suppresses it; absent if it is open. */
  readonly decision?: Decision | undefined;
}

/**
 * Findings of one vulnerability in several packages are one item. Filters of the command line hide
 * findings, and accept none.
 */
function listVulnerabilities(report: VerdictReport): readonly PlanItem[] {
  const { findings, inventory } = report.assessment;
  const packages = new Map(inventory.packages.map((item) => [item.key, item]));
  const found: readonly Found[] = [
    ...(findings?.findings ?? []).map((finding) => ({ finding })),
    ...(findings?.dispositioned ?? []).map(({ finding, decisions }) => ({
      finding,
      decision: decisions.find(({ source }) => !source.startsWith('--')),
    })),
  ];
  const groups = Map.groupBy(found, ({ finding }) => finding.id);
  return [...groups].map(([id, list]): PlanItem => {
    const [{ finding }] = list as [Found];
    const open = list.filter(({ decision }) => decision === undefined);
    const deadline = findDeadline(id, report);
    return {
      id,
      title: id,
      details: list.map(({ finding: { packageKey, fixVersions }, decision }) => {
        const item = packages.get(packageKey);
        const name = `${item?.name ?? packageKey} ${item?.version ?? ''} (${item?.type ?? ''})`;
        const fix = fixVersions.length === 0 ? 'no fix' : `fixed in ${fixVersions.join(' or ')}`;
        return `${name}: ${decision === undefined ? fix : describeDecision(decision)}`;
      }),
      status: open.length > 0 ? 'open' : chooseClosedStatus(list),
      severity: finding.severity,
      isExploited: list.some((one) => isExploited(one.finding)),
      fixes: open.flatMap(({ finding: { packageKey, fixVersions } }) =>
        fixVersions.length === 0
          ? []
          : [`update ${packages.get(packageKey)?.name ?? packageKey} to ${fixVersions[0] ?? ''}`],
      ),
      ...(deadline === undefined || open.length === 0 ? {} : { deadline }),
    };
  });
}

function describeDecision({ reason, author, status, expiresAt }: Decision): string {
  const end = expiresAt === undefined ? '' : ` until ${expiresAt.slice(0, 10)}`;
  return `${status.replaceAll('_', ' ')}: ${reason} (${author}${end})`;
}

/** An accepted finding is a deviation; one that is shown not to affect the image is closed. */
function chooseClosedStatus(list: readonly Found[]): PlanItem['status'] {
  const isAccepted = list.some(({ decision }) => decision?.status === 'affected');
  return isAccepted ? 'deviation-approved' : 'closed';
}

function findDeadline(id: string, { dueDates = [] }: VerdictReport): string | undefined {
  const times = dueDates
    .filter(({ vulnerabilities = [] }) => vulnerabilities.includes(id))
    .map(({ date }) => Date.parse(date));
  return times.length === 0 ? undefined : new Date(Math.min(...times)).toISOString();
}

function createObservation({ id, title, details }: PlanItem, frame: OscalFrame): object {
  return {
    uuid: frame.identify('poam observation', id),
    title: formatMarkup(title),
    description: formatMarkupLines(listFirst(details)),
    methods: ['TEST'],
    types: ['finding'],
    origins: [{ actors: [{ type: 'tool', 'actor-uuid': frame.toolUuid }] }],
    subjects: [{ 'subject-uuid': frame.imageUuid, type: 'component' }],
    collected: frame.time,
  };
}

function createRisk(item: PlanItem, frame: OscalFrame): object {
  const { id, title, details, status, severity, isExploited: isKnown, deadline, fixes } = item;
  return {
    uuid: frame.identify('poam risk', id),
    title: formatMarkup(title),
    description: formatMarkupLines(listFirst(details)),
    statement: formatMarkup(
      severity === undefined
        ? 'The risk is not known.'
        : `The severity is ${severity}. It is ${isKnown ? '' : 'not '}known to be exploited.`,
    ),
    ...(severity === undefined
      ? {}
      : { props: [{ name: 'severity', ns: 'urn:plimsoll:oscal', value: toLine(severity) }] }),
    status,
    ...(deadline === undefined ? {} : { deadline }),
    ...(fixes.length === 0
      ? {}
      : {
          remediations: [
            {
              uuid: frame.identify('poam remediation', id),
              lifecycle: 'recommendation',
              title: 'Update',
              description: formatMarkupLines(listFirst([...new Set(fixes)])),
            },
          ],
        }),
    'related-observations': [{ 'observation-uuid': frame.identify('poam observation', id) }],
  };
}

function createItem({ id, title, details }: PlanItem, frame: OscalFrame): object {
  return {
    uuid: frame.identify('poam item', id),
    title: formatMarkup(title),
    description: formatMarkupLines(listFirst(details)),
    'related-observations': [{ 'observation-uuid': frame.identify('poam observation', id) }],
    'related-risks': [{ 'risk-uuid': frame.identify('poam risk', id) }],
  };
}
