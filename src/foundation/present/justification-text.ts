import type {
  Justification,
  JustificationSummary,
  JustificationUse,
  JustifiedKind,
} from '../core/justification.ts';
import { formatCount, groupDigits } from '../core/screen-text.ts';

/** Kinds that are counted together: packages and programs are both software. */
const COUNTED: readonly (readonly [one: string, many: string, kinds: readonly JustifiedKind[]])[] =
  [
    ['finding', 'findings', ['finding']],
    ['software change', 'software changes', ['package', 'executable']],
    ['configuration change', 'configuration changes', ['configuration']],
    ['privilege change', 'privilege changes', ['privilege']],
    ['exception that ends', 'exceptions that end', ['exception']],
    ['control', 'controls', ['control']],
  ];

/** Formats the headline: the number of items left to justify, their total, and their kinds. */
function formatLeft({ left, total, leftByKind, incomplete }: JustificationSummary): string {
  const parts = COUNTED.flatMap(([one, many, kinds]) => {
    const count = kinds.reduce((sum, kind) => sum + leftByKind[kind], 0);
    return count === 0 ? [] : [formatCount(count, one, many)];
  });
  const list = parts.length === 0 ? '' : ` (${parts.join(', ')})`;
  const least = incomplete.length === 0 ? '' : 'at least ';
  return `Left to justify: ${least}${groupDigits(left)} of ${groupDigits(total)}${list}.`;
}

const USES_SHOWN_MAX = 5;

/** Describes the headline, and every justification that does not count any more. */
export function listJustificationNotes(summary: JustificationSummary): readonly string[] {
  const { entries, isCompared, incomplete, notCompared, left } = summary;
  const applied = entries.filter(({ state }) => state === 'applied').length;
  const ended = entries.flatMap(describeUse);
  const more = ended.length - USES_SHOWN_MAX;
  const uncompared = entries.filter(({ state }) => state === 'not-compared').length;
  return [
    formatLeft(summary),
    ...(left === 0 && incomplete[0] !== undefined
      ? [`Not everything was evaluated: ${incomplete[0]}.`]
      : []),
    ...notCompared.map((reason) => `Note: ${reason}.`),
    ...(applied === 0 ? [] : [`${formatCount(applied, 'signed justification')} in force.`]),
    ...ended.slice(0, USES_SHOWN_MAX),
    ...(more > 0
      ? [`${formatCount(more, 'more justification')} without effect: see -o json.`]
      : []),
    ...(uncompared === 0 || isCompared
      ? []
      : [`${formatCount(uncompared, 'justification')} about differences: add --baseline FILE.`]),
  ];
}

function describeUse({
  source,
  subject,
  state,
  until,
  by,
  changes,
}: JustificationUse): readonly string[] {
  const title = `Justification ${source} (${subject}, ${by})`;
  switch (state) {
    case 'unused':
      return [`${title} is not used: its subject is gone.`];
    case 'expired':
      return [`${title} expired on ${until}.`];
    case 'too-long':
      return [`${title} does not apply: it is valid for longer than the policy allows.`];
    case 'lapsed':
      return [`${title} lapsed: ${changes[0] ?? ''}${changes.length > 1 ? ' and more' : ''}.`];
    default:
      return [];
  }
}

const MEMBERS_SHOWN_MAX = 10;

/** Describes one entry for the person who signs it. */
export function describeEntry(entry: Justification, position: string): readonly string[] {
  const { change, subject, severity, requiredBy, evidence, proposed, returned, covers } = entry;
  const more = covers.length - MEMBERS_SHOWN_MAX;
  return [
    '',
    `[${position}] ${severity === undefined ? '' : `${severity} `}${change}: ${subject}`,
    `  required by  ${requiredBy}`,
    ...[...evidence].map(([name, text]) => `  ${name}  ${text}`),
    ...covers.slice(0, MEMBERS_SHOWN_MAX).map((one) => `  - ${one.subject}`),
    ...(more > 0 ? [`  - and ${more} more`] : []),
    ...(returned === undefined ? [] : [`  returned  ${returned}`]),
    ...(proposed === undefined ? [] : [`  proposed  ${proposed}`]),
  ];
}
