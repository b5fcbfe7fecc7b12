import { createHash } from 'node:crypto';
import { isBlind } from '../../foundation/core/coverage.ts';
import type { Finding, SeverityWord } from '../../foundation/core/finding.ts';
import type { Format, Report } from '../../foundation/core/format.ts';
import type { Inventory, InventoryPackage } from '../../foundation/core/inventory.ts';
import { formatJson, writeJsonList } from '../../foundation/core/json-document.ts';
import { EVERY_FACT } from '../../foundation/core/leaves-out.data.ts';
import {
  compareDanger,
  type LocatedFinding,
  listLocatedFindings,
} from '../../foundation/core/located-finding.ts';
import { findPackageLayer } from '../../foundation/core/package-layer.ts';
import { describePolicyVerdict } from '../../foundation/core/policy-verdict.ts';
import { escapeLines, escapeText } from '../../foundation/core/screen-text.ts';
import type { Sink } from '../../foundation/core/sink.ts';
import type { TargetDescription } from '../../foundation/core/target.ts';
import { escapeUriComponent } from '../../foundation/core/uri-component.ts';
import { isOpenCheck, listVerdictChecks } from '../../foundation/core/verdict-check.ts';
import { chooseDocumentTime } from '../document-time.ts';

const SCHEMA_VERSION = '15.2.1';
/** Maximum of the schema. */
const NAME_CHARS_MAX = 255;
const SOLUTION_CHARS_MAX = 7_000;
const DESCRIPTION_CHARS_MAX = 1_048_576;
const LAYER_CHARS_MAX = 200;
const MESSAGES_MAX = 100;

/** Shown by GitLab in merge requests and the security dashboard. */
export const gitlab: Format = {
  id: 'gitlab',
  aliases: ['gitlab-container-scanning'],
  title: `GitLab container scanning report ${SCHEMA_VERSION}`,
  spec: 'https://gitlab.com/gitlab-org/security-products/security-report-schemas',
  carries: ['findings'],
  isForTerminal: false,
  omittedFacts: EVERY_FACT,
  write: writeGitlab,
};

const SEVERITY_WORDS: Readonly<Record<SeverityWord, string>> = {
  unknown: 'Unknown',
  negligible: 'Info',
  low: 'Low',
  medium: 'Medium',
  high: 'High',
  critical: 'Critical',
};

function writeGitlab(report: Report, sink: Sink): void {
  const { tool } = report;
  const scanner = {
    id: 'plimsoll',
    name: 'plimsoll',
    version: tool.version,
    vendor: { name: 'plimsoll' },
  };
  const time = chooseDocumentTime(report).slice(0, 'YYYY-MM-DDTHH:MM:SS'.length);
  const scan = {
    scanner,
    analyzer: scanner,
    type: 'container_scanning',
    start_time: time,
    end_time: time,
    // A missing evaluation is not a success: GitLab would read an empty list as "no
    // vulnerabilities".
    status: isEvaluated(report) ? 'success' : 'failure',
    ...listMessages(report),
  };
  sink.write(
    `{"version":${formatJson(SCHEMA_VERSION)},\n"scan":${formatJson(scan)},\n"vulnerabilities":`,
  );
  const vulnerabilities = listLocatedFindings(report)
    .sort(compareDanger)
    .map((one) => createVulnerability(one, report));
  // GitLab has no paths: a package in several places is one vulnerability with one ID.
  writeJsonList(sink, new Map(vulnerabilities.map((one) => [one.id, one])).values());
  sink.write(',\n"remediations":[]}\n');
}

/** An unknown verdict is not a success of the scan, either. */
function isEvaluated({ findings, coverage, verdict }: Report): boolean {
  const isKnown = verdict?.policy?.outcome !== 'unknown';
  return findings?.database !== undefined && !isBlind(coverage) && isKnown;
}

/** The verdict, and the controls that did not pass; absent without a policy. */
function listMessages({ verdict }: Report): object {
  const policy = verdict?.policy;
  if (policy === undefined) {
    return {};
  }
  const level = policy.outcome === 'pass' ? 'info' : policy.outcome === 'warn' ? 'warn' : 'fatal';
  const text = `verdict: ${policy.outcome}, ${describePolicyVerdict(policy)}`;
  const messages = [
    { level, value: escapeText(text) },
    ...listVerdictChecks(policy)
      .filter(isOpenCheck)
      .slice(0, MESSAGES_MAX)
      .map(({ id, title, message, isRequired }) => ({
        level: isRequired ? 'fatal' : 'warn',
        value: escapeText(`${id}, ${title}: ${message}`),
      })),
  ];
  return { messages };
}

function createVulnerability(
  { finding, package: item }: LocatedFinding,
  report: Report,
): { readonly id: string; readonly [member: string]: unknown } {
  const { inventory } = report;
  const [record] = finding.matches.map((match) => match.record);
  const [fix] = finding.fixVersions;
  const location = {
    dependency: { package: { name: item.name }, version: item.version },
    operating_system: getSystem(report),
    image: getImage(inventory.target),
  };
  const links = (record?.references ?? []).map(({ url }) => ({ url }));
  return {
    id: getId(finding, item.purl || `${item.type}/${item.name}@${item.version}`, location.image),
    name: escapeText(`${finding.id} in ${item.name}`).slice(0, NAME_CHARS_MAX),
    description: escapeLines(record?.description ?? '').slice(0, DESCRIPTION_CHARS_MAX),
    severity: SEVERITY_WORDS[finding.severity],
    ...(fix === undefined ? {} : { solution: formatSolution(item, fix) }),
    location,
    identifiers: [finding.id, ...finding.aliases].map(createIdentifier),
    links: links.filter(({ url }) => /^https?:\/\//.test(url)),
    ...describeLayer(inventory, item),
  };
}

/** GitLab shows named fields on the page of a vulnerability. */
function describeLayer(inventory: Inventory, item: InventoryPackage): object {
  const layer = findPackageLayer(inventory, item);
  if (layer === undefined) {
    return {};
  }
  const text = escapeText(`${layer.number} ${layer.instruction}`).trimEnd();
  const value = text.slice(0, LAYER_CHARS_MAX);
  return { details: { layer: { type: 'text', name: 'Layer', value } } };
}

function formatSolution({ name, version }: InventoryPackage, fix: string): string {
  return escapeText(`Upgrade ${name} from ${version} to ${fix}`).slice(0, SOLUTION_CHARS_MAX);
}

/** The same finding has the same ID in every report, so that GitLab tracks it. */
function getId({ id }: Finding, subject: string, image: string): string {
  const hash = createHash('sha256').update([id, subject, image].join('\0')).digest('hex');
  return hash.slice(0, 40);
}

function createIdentifier(id: string): object {
  const type = /^([A-Za-z]+)-/.exec(id)?.[1]?.toLowerCase() ?? 'other';
  const address =
    type === 'cve'
      ? { url: `https://nvd.nist.gov/vuln/detail/${escapeUriComponent(id)}` }
      : type === 'ghsa'
        ? { url: `https://github.com/advisories/${escapeUriComponent(id)}` }
        : {};
  return { type, name: id, value: id, ...address };
}

function getSystem({ inventory: { distro } }: Report): string {
  return distro === undefined ? 'Unknown' : [distro.id, distro.versionId].filter(Boolean).join(' ');
}

/** GitLab requires `name:tag`. */
function getImage(target: TargetDescription): string {
  const named = target.kind === 'image' ? (target.tags[0] ?? target.name) : target.name;
  return named.includes(':') ? named : `${named}:latest`;
}
