import { clocks } from '../compliance/policy/clock/registry.generated.ts';
import {
  computeDueDate,
  type FindingSubject,
  readTimes,
} from '../compliance/policy/finding-clocks.ts';
import { compareText } from '../foundation/core/compare-text.ts';
import type { Finding } from '../foundation/core/finding.ts';
import { formatTargetTitle } from '../foundation/core/target-title.ts';
import { escapeMarkdown } from '../foundation/present/escape-markdown.ts';
import type { CheckReport } from './check-report.ts';

/** A file of a report about an exploited vulnerability. */
export interface Draft {
  readonly name: string;
  readonly text: string;
}

/** Everything that only people know stays open, and is easy to find. */
const BLANK = '[TO BE COMPLETED]';

interface Step {
  readonly name: string;
  readonly title: string;
  /** ID of its clock. */
  readonly clock: string;
  /** Place in the regulation. */
  readonly article: string;
  /** Titles of what people must add. */
  readonly blanks: readonly string[];
}

/** Regulation (EU) 2024/2847, Article 14(2), read in copies. */
const STEPS: readonly Step[] = [
  {
    name: 'early-warning',
    title: 'Early warning (24 hours)',
    clock: 'cra-14-warning',
    article: 'Art. 14(2)(a)',
    blanks: ['Member States in which the product is available'],
  },
  {
    name: 'notification',
    title: 'Vulnerability notification (72 hours)',
    clock: 'cra-14-notification',
    article: 'Art. 14(2)(b)',
    blanks: [
      'General nature of the exploit',
      'Corrective or mitigating measures taken',
      'Measures that users can take',
      'Sensitivity of this information',
    ],
  },
  {
    name: 'final-report',
    title: 'Final report (14 days after a measure is available)',
    clock: 'cra-14-report',
    article: 'Art. 14(2)(c)',
    blanks: [
      'Impact of the vulnerability',
      'Malicious actor that exploited it, if known',
      'Details of the security update or other corrective measures',
    ],
  },
];

/** Creates the drafts of the three reports for each vulnerability that is known to be exploited. */
export function createDrafts(report: CheckReport): readonly Draft[] {
  const { inventory, findings } = report.assessment;
  const packages = new Map(inventory.packages.map((item) => [item.key, item]));
  const exploited = (findings?.findings ?? []).filter(({ matches }) =>
    matches.some((match) => match.exploited.length > 0),
  );
  return [...Map.groupBy(exploited, ({ id }) => id)].flatMap(([id, list]) => {
    const subjects = list.map((finding): FindingSubject => {
      const item = packages.get(finding.packageKey);
      return item === undefined ? { finding } : { finding, item };
    });
    return STEPS.map((step) => ({
      name: `${id.replaceAll(/[^A-Za-z0-9.-]/g, '_')}-${step.name}.md`,
      text: formatDraft(step, subjects, report),
    }));
  });
}

function formatDraft(step: Step, subjects: readonly FindingSubject[], report: CheckReport): string {
  const [first] = subjects;
  const facts = first === undefined ? [] : listFacts(step, first, report);
  const affected = subjects.map(({ finding, item }) => {
    const fixes = finding.fixVersions.length === 0 ? 'none known' : finding.fixVersions.join(', ');
    return `${item?.name ?? finding.packageKey} ${item?.version ?? ''}; fixed versions: ${fixes}`;
  });
  return [
    `# ${step.title}\n`,
    `Draft by ${report.tool.name} ${report.tool.version} at ${report.verdict.evaluatedAt} for ${step.article} of Regulation (EU) 2024/2847. It was not submitted. A person must verify it and complete the blanks.\n`,
    '## Known facts\n',
    ...facts.map(([name, value]) => `- ${name}: ${escapeMarkdown(value)}`),
    '\n## Affected components\n',
    ...affected.map((line) => `- ${escapeMarkdown(line)}`),
    '\n## To be completed\n',
    ...[
      'Manufacturer and contact',
      'Product name and type as on the market',
      'Time of awareness, if it differs',
      ...step.blanks,
    ].map((name) => `- ${name}: ${BLANK}`),
    '',
  ].join('\n');
}

function listFacts(
  { clock: id }: Step,
  subject: FindingSubject,
  { assessment, input }: CheckReport,
): readonly (readonly [string, string])[] {
  const { finding } = subject;
  const { target, database } = assessment;
  const times = readTimes(subject, input);
  const records = finding.matches.flatMap((match) => match.exploited);
  const [added = ''] = records.flatMap(({ dateAdded }) => dateAdded ?? []).toSorted(compareText);
  const shipped = input.declaredFacts?.find(({ name }) => name === 'shipped');
  const scores = finding.matches.flatMap((match) => match.scores ?? []);
  const rated = scores.map(({ baseScore }) => baseScore);
  return [
    ['Vulnerability', [finding.id, ...finding.aliases].join(', ')],
    ['Description', describe(finding)],
    ['Severity', `${finding.severity}${rated.length === 0 ? '' : `, CVSS ${Math.max(...rated)}`}`],
    ['Image', formatTargetTitle(target)],
    ['Digest', target.kind === 'image' ? target.manifestDigest : 'not an image'],
    ['In the catalog of exploited vulnerabilities since', added || 'date unknown'],
    ['Known use by ransomware', records[0]?.knownRansomwareCampaignUse || 'not stated'],
    [
      'Product on the market',
      shipped === undefined ? `nobody declared it: ${BLANK}` : `${shipped.value}, by ${shipped.by}`,
    ],
    ['First seen in this image', times.firstSeen ?? `not in a ledger: ${BLANK}`],
    ['Awareness', describeAwareness(times)],
    ['Measure available since', times.measure ?? `not in the ledger: ${BLANK}`],
    ['Due', describeDue(id, subject, input)],
    ['Advisories of', database?.builtAt ?? 'none'],
  ];
}

function describeAwareness({ awareness, exploitedSince }: ReturnType<typeof readTimes>): string {
  if (awareness !== undefined) {
    return awareness;
  }
  const proposal = exploitedSince === undefined ? '' : `proposed: ${exploitedSince}; `;
  return `${proposal}a person must confirm it: ${BLANK}`;
}

function describeDue(id: string, subject: FindingSubject, input: CheckReport['input']): string {
  const clock = clocks.find((one) => one.id === id);
  const due = clock === undefined ? undefined : computeDueDate(clock, subject, input);
  switch (due?.kind) {
    case 'due': {
      const missing = due.missing.length === 0 ? '' : `; missing: ${due.missing.join(', ')}`;
      return `${due.earliest} (${due.basis}${missing})`;
    }
    case 'no-date':
      return due.basis;
    default:
      return due?.reason ?? BLANK;
  }
}

const DESCRIPTION_CHARS_MAX = 2_000;

function describe({ matches }: Finding): string {
  const texts = matches.map(({ record }) => record.description).filter((text) => text !== '');
  return (texts[0] ?? `no source describes it: ${BLANK}`).slice(0, DESCRIPTION_CHARS_MAX);
}
