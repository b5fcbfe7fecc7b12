import { formatJson } from '../../../foundation/core/json-document.ts';
import type { Justification, JustifiedFacts } from '../../../foundation/core/justification.ts';

const HEAD = [
  '# What is left to justify, the most severe first. Fill in reason, by and until (a date), then commit',
  '# this file beside your configuration. "plimsoll justify next FILE" asks for each entry.',
];

/** Formats entries as a file that people complete. */
export function formatEntries(entries: readonly Justification[]): string {
  return [...HEAD, ...(entries.length === 0 ? ['[]'] : entries.map(formatEntry)), ''].join('\n');
}

function formatEntry(entry: Justification): string {
  const { id, change, subject, severity, requiredBy, compared, evidence, digest } = entry;
  const { proposed, returned, reason, by, until, covers } = entry;
  const texts: readonly (readonly [string, string | undefined])[] = [
    ['change', change],
    ['subject', subject],
    ['severity', severity],
    ['required-by', requiredBy],
  ];
  const later: readonly (readonly [string, string | undefined])[] = [
    ['proposed', proposed],
    ['returned', returned],
  ];
  return [
    '',
    `- id: ${formatText(id)}`,
    ...texts.flatMap(formatMember),
    ...(compared === undefined
      ? []
      : [`  compared: ${formatMap(new Map(Object.entries(compared)))}`]),
    `  evidence: ${formatMap(evidence)}`,
    `  digest: ${digest}`,
    ...later.flatMap(formatMember),
    `  reason: ${formatText(reason)}`,
    `  by: ${formatText(by)}`,
    `  until: ${formatText(until)}`,
    ...(covers.length === 0
      ? []
      : [
          '  covers:',
          ...covers.map(
            (one) =>
              `    - ${formatMap(new Map([['id', one.id], ['subject', one.subject], ...one.evidence]))}`,
          ),
        ]),
  ].join('\n');
}

function formatMember([name, text]: readonly [string, string | undefined]): readonly string[] {
  return text === undefined || text === '' ? [] : [`  ${name}: ${formatText(text)}`];
}

function formatMap(facts: JustifiedFacts): string {
  const members = [...facts].map(([name, text]) => `${name}: ${formatFlowText(text)}`);
  return members.length === 0 ? '{}' : `{ ${members.join(', ')} }`;
}

/** Readers of YAML must not take a text for a number, a date, a flag or nothing. */
const PLAIN = /^[A-Za-z/(][A-Za-z0-9_./+~@()<>=, -]*$/;
const PLAIN_IN_FLOW = /^(?:[A-Za-z/][A-Za-z0-9_./+~@-]*|sha256:[0-9a-f]+)$/;
const WORD = /^(?:true|false|null|yes|no|on|off|y|n)$/i;

/** Formats a text, in quotes unless every reader of YAML reads it as the same text. */
export function formatText(text: string): string {
  return PLAIN.test(text) && !text.endsWith(' ') && !WORD.test(text) ? text : formatQuoted(text);
}

function formatFlowText(text: string): string {
  return PLAIN_IN_FLOW.test(text) && !WORD.test(text) ? text : formatQuoted(text);
}

const INVISIBLE =
  /[\u00ad\u115f\u1160\u180e\u200b-\u200f\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb]/g;

/** Invisible characters are escaped, so that a reviewer sees them. */
function formatQuoted(text: string): string {
  return formatJson(text).replace(
    INVISIBLE,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
