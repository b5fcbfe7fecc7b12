import { compareText } from '../core/compare-text.ts';
import {
  CONTROL_STATUSES,
  type ControlEvidence,
  type ControlResult,
  type ControlStatus,
  countControls,
  OPEN_PART,
} from '../core/control.ts';
import type { PolicyVerdict } from '../core/policy-verdict.ts';
import { formatCount } from '../core/screen-text.ts';
import type { TextColumn, TextStyle } from './text-table.ts';

/** Title of each status. */
const STATUS_TEXT: Readonly<Record<ControlStatus, string>> = {
  passed: 'passed',
  'not-applicable': 'not applicable',
  unanswered: 'unanswered',
  unknown: 'unknown',
  failed: 'failed',
};

const STYLES: Readonly<Record<ControlStatus, TextStyle>> = {
  passed: 'plain',
  'not-applicable': 'plain',
  unanswered: 'unknown',
  unknown: 'unknown',
  failed: 'critical',
};

export const CONTROL_COLUMNS: readonly TextColumn<ControlResult>[] = [
  {
    title: 'STATUS',
    cell: ({ status }) => [{ text: STATUS_TEXT[status], style: STYLES[status] }],
  },
  { title: 'FORCE', dropRank: 1, cell: ({ force }) => force },
  { title: 'CONTROL', cell: ({ key }) => key },
  { title: 'REQUIREMENT', canShrink: true, wraps: true, cell: ({ title }) => title },
  { title: 'CAUSE', canShrink: true, wraps: true, cell: describeCause },
];

/** The reasons of a status, and whether the source was not read. */
function describeCause(control: ControlResult): string {
  const { status, reasons, cannotAnswer, isSourceVerified } = control;
  const [first = ''] = reasons;
  const open = cannotAnswer === undefined ? [first] : [`${OPEN_PART}${cannotAnswer}`];
  const causes = status === 'unanswered' ? open : reasons;
  return [...causes, ...(isSourceVerified ? [] : ['unverified source'])].join('; ');
}

/** Explains one control: requirement, source, answer and limits. */
export function explainControl(control: ControlResult): readonly string[] {
  const { key, status, force, kind, requirement, source, reasons, cannotAnswer } = control;
  const { examined, statement, results, isSourceVerified } = control;
  const mark = isSourceVerified ? source.mark : `${source.mark}, unverified`;
  const stated = statement && `${statement.by}, until ${statement.expires}: ${statement.evidence}`;
  const lines: readonly (readonly [string, string | undefined])[] = [
    ['requirement', requirement],
    ['source', `${source.title}, ${source.section}, read on ${source.readOn} (${mark})`],
    ...reasons.map((reason) => ['cause', reason] as const),
    ['a person must answer', cannotAnswer],
    ...examined.map((text) => ['examined', text] as const),
    ['statement', stated],
    ...results.map((evidence) => ['other tool', describeEvidence(evidence)] as const),
  ];
  return [
    `${key}: ${STATUS_TEXT[status]} (${force}, ${kind})`,
    ...lines.flatMap(([name, text]) => (text === undefined ? [] : [`  ${name}: ${text}`])),
  ];
}

/** Describes results of another tool: its age, its checks by outcome, and whether it counts. */
export function describeEvidence({ tool, file, ageDays, checks, note }: ControlEvidence): string {
  const statuses = [...new Set(checks.map(({ status }) => status))].toSorted(compareText);
  const counts = statuses.map((status) => {
    const count = checks.filter((check) => check.status === status).length;
    return `${count} ${status.replace('-', ' ')}`;
  });
  const age = ageDays === undefined || ageDays < 0 ? [] : [`${formatCount(ageDays, 'day')} old`];
  const title = [`${tool} (${file})`, ...age].join(', ');
  return `${title}: ${counts.join(', ')}${note === undefined ? '' : `; does not count: ${note}`}`;
}

const ROWS_MAX = 20;

/** Lists the controls that did not pass, the worst first, and the number of those left out. */
export function listControlRows({ controls = [] }: PolicyVerdict): {
  readonly rows: readonly ControlResult[];
  readonly left: number;
} {
  const open = controls.filter(({ status }) => status !== 'passed' && status !== 'not-applicable');
  const sorted = open.toSorted((left, right) => rankControl(right) - rankControl(left));
  const rows = sorted.slice(0, ROWS_MAX);
  return { rows, left: sorted.length - rows.length };
}

function rankControl({ status, force }: ControlResult): number {
  return CONTROL_STATUSES.indexOf(status) * 2 + (force.startsWith('MUST') ? 1 : 0);
}

/** Counts the controls of each pack by status; statements that do not count are named. */
export function listControlNotes(verdict: PolicyVerdict, left: number): readonly string[] {
  const { packs = [], controls = [], statements = [] } = verdict;
  return [
    ...(left > 0 ? [`${formatCount(left, 'more control')}: see -o html=FILE or -o json.`] : []),
    ...packs.map(({ id, version }) => {
      const own = controls.filter(({ pack }) => pack === id);
      return `${id} ${version}: ${formatControlCounts(own)}.`;
    }),
    ...statements.flatMap(({ control, source, state, note = '' }) =>
      state === 'used' ? [] : [`Statement ${source} about ${control} does not count: ${note}.`],
    ),
  ];
}

/** Formats the counts: `1 failed, 2 unknown, 0 unanswered, 0 not applicable, 9 passed`. */
function formatControlCounts(controls: readonly ControlResult[]): string {
  const counts = [...countControls(controls)];
  const total = formatCount(controls.length, 'control');
  return `${total}, ${counts.map(([status, count]) => `${count} ${STATUS_TEXT[status]}`).join(', ')}`;
}
