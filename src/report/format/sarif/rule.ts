import {
  type Finding,
  isGuess,
  SEVERITIES,
  type SeverityWord,
} from '../../../foundation/core/finding.ts';
import { type LocatedFinding } from '../../../foundation/core/located-finding.ts';
import { escapeMarkdown } from '../../../foundation/present/escape-markdown.ts';
import { shortenText } from '../../../foundation/present/markup.ts';
import { describeFix } from './fix-text.ts';

/**
 * Lowest and highest score of the severity that readers show for `security-severity`. A score in
 * the range of another severity, which a distribution may have lowered, would contradict the
 * finding.
 */
const BANDS: Readonly<Record<SeverityWord, readonly [number, number] | undefined>> = {
  unknown: undefined,
  negligible: [0.1, 3.9],
  low: [0.1, 3.9],
  medium: [4, 6.9],
  high: [7, 8.9],
  critical: [9, 10],
};

/**
 * Returns the common parts of all findings of one vulnerability; the highest severity of all
 * counts.
 */
export function toRuleMembers(id: string, located: readonly LocatedFinding[]): object {
  const findings = located.map(({ finding }) => finding);
  const matches = findings.flatMap((finding) => finding.matches);
  const description =
    matches.map(({ record }) => record.description).find((text) => text !== '') ?? id;
  const severity = findWorst(findings.map((finding) => finding.severity));
  const address = findHelpAddress(located);
  const names = [...new Set(located.map((each) => each.package.name))];
  return {
    id,
    shortDescription: {
      text: shortenText(`${id} (${severity}) in ${names.join(', ')}`, DESCRIPTION_CHARS_MAX),
    },
    fullDescription: { text: shortenText(description, DESCRIPTION_CHARS_MAX) },
    help: {
      text: formatHelp(id, description, located),
      markdown: formatMarkdownHelp({ id, severity, description, address }, located),
    },
    helpUri: address,
    properties: {
      'security-severity': computeSecuritySeverity(
        severity,
        matches.flatMap(({ scores = [] }) => scores.map(({ baseScore }) => baseScore)),
      ),
      precision: findings.every(isGuess) ? 'low' : 'high',
      tags: listTags(findings),
    },
  };
}

/** Readers accept no more; `help` has the complete text. */
const DESCRIPTION_CHARS_MAX = 1_023;

const TAGS_MAX = 20;

/** Readers reject rules with more tags. */
function listTags(findings: readonly Finding[]): string[] {
  const aliases = new Set(findings.flatMap((finding) => finding.aliases));
  return ['security', 'vulnerability', ...aliases].slice(0, TAGS_MAX);
}

function findWorst(words: readonly SeverityWord[]): SeverityWord {
  return SEVERITIES[Math.max(0, ...words.map((word) => SEVERITIES.indexOf(word)))] ?? 'unknown';
}

function computeSecuritySeverity(
  word: SeverityWord,
  scores: readonly number[],
): string | undefined {
  const band = BANDS[word];
  if (band === undefined) {
    return undefined;
  }
  const [lowest, highest] = band;
  const matching = scores.filter((score) => score >= lowest && score <= highest);
  return Math.max(lowest, ...matching).toFixed(1);
}

function formatHelp(id: string, description: string, located: readonly LocatedFinding[]): string {
  const lines = located.map(
    ({ finding, package: { name, version } }) => `${name} ${version}: ${describeFix(finding)}`,
  );
  return [`Vulnerability ${id}`, description, ...new Set(lines)].join('\n');
}

interface Help {
  readonly id: string;
  readonly severity: SeverityWord;
  readonly description: string;
  readonly address: string | undefined;
}

/** Readers show it beside a result: what is affected, what to update to, and where to read on. */
function formatMarkdownHelp(
  { id, severity, description, address }: Help,
  located: readonly LocatedFinding[],
): string {
  const rows = located.map(({ finding, package: { name, version } }) => {
    const cells = [name, version, finding.fixVersions.join(', ') || describeFix(finding)];
    return `| ${cells.map(escapeMarkdown).join(' | ')} |`;
  });
  const aliases = [...new Set(located.flatMap(({ finding }) => finding.aliases))];
  return [
    `**${escapeMarkdown(id)}** (severity: ${severity})`,
    '',
    escapeMarkdown(description),
    '',
    '| package | installed | fixed in |',
    '|---|---|---|',
    ...new Set(rows),
    '',
    ...(aliases.length === 0
      ? []
      : [`Also known as ${aliases.map(escapeMarkdown).join(', ')}.`, '']),
    ...(address === undefined ? [] : [`More: <${address}>`]),
  ].join('\n');
}

function findHelpAddress(located: readonly LocatedFinding[]): string | undefined {
  const addresses = located.flatMap(({ finding }) =>
    finding.matches.flatMap(({ record }) => record.references.map(({ url }) => url)),
  );
  return addresses
    .map((address) => URL.parse(address))
    .find((url) => url?.protocol === 'https:' || url?.protocol === 'http:')?.href;
}
