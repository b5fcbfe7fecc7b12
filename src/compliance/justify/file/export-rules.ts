import type { CoveredItem, Justification } from '../../../foundation/core/justification.ts';
import { listCovered } from '../judge-entries.ts';
import { formatText } from './write-entries.ts';

/** Rules in another format. */
export interface ExportedRules {
  readonly text: string;
  readonly rules: number;
  /** Entries that the format has no rule for. */
  readonly left: number;
}

type Members = Readonly<Record<string, string | undefined>>;

const HEADS = {
  'ignore-rules': [
    '# Ignore rules for --ignore-file. They do not depend on the signed evidence.',
    'ignore:',
  ],
  accept: [
    '# Accepted differences for --accept. They do not depend on the signed evidence.',
    'differences:',
  ],
} as const;

/** Formats signed entries as ignore rules, or as accepted differences. */
export function exportRules(
  entries: readonly Justification[],
  format: keyof typeof HEADS,
): ExportedRules {
  const convert = format === 'accept' ? toAcceptedDifference : toIgnoreRule;
  const converted = entries.map((entry) =>
    listCovered(entry)
      .map((one) => convert(entry, one))
      .filter((rule) => rule !== undefined),
  );
  const rules = converted.flat();
  const lines = rules.length === 0 ? [] : rules.map(formatRule);
  return {
    text: [
      ...HEADS[format].map((line) => (rules.length === 0 ? line.replace(/:$/, ': []') : line)),
      ...lines,
      '',
    ].join('\n'),
    rules: rules.length,
    left: converted.filter((list) => list.length === 0).length,
  };
}

function toIgnoreRule(entry: Justification, { evidence }: CoveredItem): Members | undefined {
  const vulnerability = evidence.get('vulnerability');
  if (entry.kind !== 'finding' || vulnerability === undefined) {
    return undefined;
  }
  const [name, type] = ['package', 'type'].map((one) => formatText(evidence.get(one) ?? ''));
  return {
    vulnerability: formatText(vulnerability),
    package: `{ name: ${quote(name ?? '')}, type: ${quote(type ?? '')} }`,
    ...describeSignature(entry),
  };
}

/** In a flow map, a comma ends a plain text. */
function quote(text: string): string {
  return text.includes(',') && !text.startsWith('"') ? JSON.stringify(text) : text;
}

const SECTIONS = new Map([
  ['configuration', 'configuration'],
  ['package', 'packages'],
  ['executable', 'executables'],
  ['privilege', 'files'],
]);

/** The format takes `*` and `?` for patterns, so such names cannot be stated. */
function toAcceptedDifference(entry: Justification, one: CoveredItem): Members | undefined {
  const section = SECTIONS.get(entry.kind);
  const name = entry.kind === 'package' ? one.evidence.get('package') : one.subject;
  return section === undefined || name === undefined || /[*?]/.test(name)
    ? undefined
    : { section, name: formatText(name), ...describeSignature(entry) };
}

function describeSignature({ reason, by, until }: Justification): Members {
  return { reason: formatText(reason), owner: formatText(by), expires: JSON.stringify(until) };
}

function formatRule(members: Members): string {
  const lines = Object.entries(members).map(([name, text]) => `${name}: ${text ?? ''}`);
  return `  - ${lines.join('\n    ')}`;
}
