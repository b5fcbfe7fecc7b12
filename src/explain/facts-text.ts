import type { Finding } from '../core/finding.ts';
import { escapeText, formatCount, groupDigits } from '../core/screen-text.ts';
import { wrapWords } from '../present/fitted-lines.ts';
import type {
  Exploitation,
  FindingExplanation,
  PackageFindings,
  Rank,
  VulnerabilityFacts,
} from './explanation.ts';

/** Leaves room for the labels on a terminal of 80 columns. */
const TEXT_COLUMNS = 64;
const LINKS_MAX = 5;
const LINK_CHARS_MAX = 300;

/** Formats the summary as lines next to a label. */
export function formatSummary({ summary }: VulnerabilityFacts): readonly string[] {
  return summary === undefined ? [] : wrapWords(escapeText(summary), TEXT_COLUMNS);
}

export function formatCvss({ cvss }: VulnerabilityFacts): readonly string[] {
  return cvss.flatMap(({ source, id, vector, baseScore }) => [
    `${baseScore.toFixed(1)} by ${source} for ${id}`,
    `  ${vector}`,
  ]);
}

export function formatEpss({ epss }: VulnerabilityFacts): readonly string[] {
  return epss === undefined
    ? []
    : [
        `${formatPercent(epss.epss)} probability of exploitation within 30 days`,
        `  higher than for ${formatPercent(epss.percentile)} of all CVEs (${epss.cve}, ${epss.date})`,
      ];
}

export function formatExploitation(one: Exploitation): readonly string[] {
  const dates = [
    ...(one.dateAdded === undefined ? [] : [`added ${one.dateAdded.slice(0, 10)}`]),
    ...(one.dueDate === undefined ? [] : [`fix due ${one.dueDate.slice(0, 10)}`]),
  ];
  return [
    `${one.cve} is known to be exploited (KEV)`,
    ...(dates.length === 0 ? [] : [`  ${dates.join(', ')}`]),
    ...(one.isUsedByRansomware ? ['  used in ransomware campaigns'] : []),
    ...(one.requiredAction === ''
      ? []
      : wrapWords(escapeText(one.requiredAction), TEXT_COLUMNS).map((line) => `  ${line}`)),
  ];
}

export function formatSsvc({ ssvc }: VulnerabilityFacts): readonly string[] {
  return ssvc.flatMap(({ cve, source, exploitation, automatable, technicalImpact, date }) => [
    `exploitation ${exploitation}, automatable ${automatable || 'unknown'}, technical impact ${technicalImpact || 'unknown'}`,
    `  by ${source} for ${cve}${date === '' ? '' : `, ${date}`}`,
  ]);
}

/** Formats the position of a finding, and the facts that decide it. */
export function formatRank({ rank, severity, reach }: FindingExplanation): readonly string[] {
  const { position, openFindings } = rank;
  const place =
    position === undefined
      ? 'not ranked, because it is suppressed'
      : `${groupDigits(position)} of ${formatCount(openFindings, 'open finding')}`;
  return [
    place,
    ...(reach === undefined ? [] : [`  reachability ${reach}, which precedes the risk`]),
    `  ${describeRisk(rank, severity)}`,
  ];
}

function describeRisk({ risk, factors }: Rank, severity: Finding['severity']): string {
  const shown = `risk ${formatRisk(risk)} of 100`;
  if (factors === undefined) {
    return shown;
  }
  const { threat, impact, weight } = factors;
  if (threat === 0) {
    return `${shown}: no EPSS score and not known to be exploited; severity ${severity} decides`;
  }
  return [
    `${shown}: probability of exploitation ${formatPercent(threat)}`,
    `severity ${impact.toFixed(2)}`,
    ...(weight === 1 ? [] : [`${weight} for known exploitation`]),
  ].join(' × ');
}

/** Formats a risk from 0 to 100. */
export function formatRisk(risk: number): string {
  return risk > 0 && risk < 0.1 ? '< 0.1' : risk.toFixed(1);
}

/** Formats a fraction in percent. */
export function formatPercent(fraction: number): string {
  return fraction > 0 && fraction < 0.001 ? '< 0.1%' : `${(fraction * 100).toFixed(1)}%`;
}

export function formatLinks({ references }: VulnerabilityFacts): readonly string[] {
  const usable = references.filter(({ length }) => length <= LINK_CHARS_MAX);
  const shown = usable.slice(0, LINKS_MAX);
  const more = references.length - shown.length;
  return more > 0 ? [...shown, `and ${groupDigits(more)} more (-o json lists them)`] : shown;
}

/** Formats the heading of a list of findings. */
export function formatHeading({ package: item, findings }: PackageFindings): string {
  const count =
    findings.length === 0
      ? 'no findings'
      : `${formatCount(findings.length, 'finding')}${findings.length > 1 ? ', most urgent first' : ''}`;
  return `${`${item.name} ${item.version}`.trim()} (${item.type}): ${count}`;
}
