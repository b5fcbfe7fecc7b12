import { type Coverage, isBlind } from '../../../foundation/core/coverage.ts';
import { DAY_MS } from '../../../foundation/core/duration.ts';
import { isExploited, SEVERITIES } from '../../../foundation/core/finding.ts';
import type { Report } from '../../../foundation/core/format.ts';
import { formatBytes, formatCount, groupDigits } from '../../../foundation/core/screen-text.ts';
import { formatTargetTitle, removeDirectories } from '../../../foundation/core/target-title.ts';
import { describeConfiguration } from '../../../foundation/present/describe-configuration.ts';
import { type Markup, markup } from '../../../foundation/present/markup.ts';
import { describeBase } from '../../../foundation/present/origin-text.ts';
import { createAnswerCard } from '../page/answer-card.ts';
import { type Entry, isOpen } from '../page/entry.ts';
import { toSentence } from '../page/reasons.ts';

/** Shows the essential facts, the most important first. */
export function createHeadline(report: Report, entries: readonly Entry[]): Markup {
  const { coverage } = report;
  return markup`<header id="top"><div class="top"><p class="brand">plimsoll</p><button type="button" id="theme" hidden>Dark</button></div>
<h1>${formatTargetTitle(report.inventory.target)}</h1>
<p class="lead">${leadText(report, entries)}</p>${describeBase(report).map((line) => markup`<p>${line}</p>`)}
<div class="cards">${createFindingCards(report, entries)}${createCoverageCard(coverage)}${createDatabaseCard(report)}</div>
${createAlerts(report)}
${createIdentity(report)}</header>`;
}

function leadText(report: Report, entries: readonly Entry[]): Markup {
  const { findings, inventory } = report;
  if (findings === undefined) {
    return markup`<b>${formatCount(inventory.packages.length, 'package')}</b>. Vulnerabilities were not requested.`;
  }
  if (findings.database === undefined) {
    return markup`<b>Vulnerabilities were not evaluated</b>: there was no advisory database. This does not mean that there are none.`;
  }
  const open = entries.filter(isOpen);
  const unjudged = new Set(findings.unevaluated.map(({ packageKey }) => packageKey)).size;
  const known = open.filter(({ finding }) => isExploited(finding)).length;
  const exploited =
    known === 0 ? '' : ` ${formatCount(known, 'of them is', 'of them are')} known to be exploited.`;
  const reservation =
    unjudged === 0
      ? ''
      : ` ${formatCount(unjudged, 'package')} of ${groupDigits(inventory.packages.length)} could not be evaluated.`;
  if (entries.length === 0) {
    return createNothingLead(report, unjudged);
  }
  return markup`<b>${groupDigits(open.length)} of ${formatCount(entries.length, 'finding')}</b> ${open.length === 1 ? 'needs' : 'need'} review.${exploited}${reservation}`;
}

/** Finding nothing is only a good result if every package was evaluated. */
function createNothingLead({ inventory, coverage }: Report, unjudged: number): Markup {
  const total = inventory.packages.length;
  const judged = total - unjudged;
  if (judged <= 0) {
    const text =
      total === 0
        ? 'No packages were found, so nothing could be evaluated'
        : `${formatCount(unjudged, 'package')} of ${groupDigits(total)} could not be evaluated`;
    return markup`<b>${text}</b>.`;
  }
  if (isBlind(coverage)) {
    return markup`<b>Not evaluated</b>: too few executables belong to packages.`;
  }
  const found = `No vulnerabilities found in ${formatCount(judged, 'package')}.`;
  if (coverage.verdict === 'supported' && unjudged === 0) {
    return markup`<b>${found}</b>`;
  }
  const reservation =
    unjudged === 0
      ? `Coverage: ${coverage.verdict.replaceAll('-', ' ')}`
      : `${formatCount(unjudged, 'package')} of ${groupDigits(total)} could not be evaluated`;
  return markup`<b>${reservation}</b>. ${found}`;
}

/** If only the inventory was requested, there is neither an answer nor findings. */
function createFindingCards(report: Report, entries: readonly Entry[]): readonly Markup[] {
  return report.findings === undefined
    ? []
    : [createAnswerCard(report, entries), createSeverityCard(report, entries)];
}

function createCard(title: string, state: string, content: Markup): Markup {
  return markup`<section class="card ${state}"><h2>${title}</h2>${content}</section>`;
}

function createSeverityCard({ findings, coverage }: Report, entries: readonly Entry[]): Markup {
  const isJudged = coverage.verdict !== 'unsupported' || entries.length > 0;
  if (findings?.database === undefined || !isJudged) {
    return createCard('Open findings', 'v-unknown', markup`<p class="big">Not evaluated</p>`);
  }
  const open = entries.filter(isOpen);
  const counts = SEVERITIES.toReversed().map((word) => {
    const count = open.filter(({ finding }) => finding.severity === word).length;
    return markup`<li class="${count === 0 ? 'none' : `s-${word}`}"><b>${groupDigits(count)}</b> ${word}</li>`;
  });
  return createCard('Open findings', '', markup`<ul class="counts">${counts}</ul>`);
}

const COVERAGE_STATE: Readonly<Record<Coverage['verdict'], string>> = {
  supported: 'v-pass',
  partial: 'v-unknown',
  'end-of-life': 'v-fail',
  unsupported: 'v-fail',
};

function createCoverageCard({ verdict, reasons, explainedShare }: Coverage): Markup {
  const share =
    explainedShare === undefined
      ? undefined
      : markup`<p class="dim">${(explainedShare * 100).toFixed(1)} % of the bytes of executables belong to packages.</p>`;
  return createCard(
    'Coverage',
    COVERAGE_STATE[verdict],
    markup`<p class="big">${verdict.replaceAll('-', ' ')}</p><ul>${reasons.map(
      ({ reason }) => markup`<li>${toSentence(reason)}</li>`,
    )}</ul>${share}`,
  );
}

function createDatabaseCard({ findings, timestamp }: Report): Markup | undefined {
  if (findings === undefined) {
    return undefined;
  }
  const { database } = findings;
  if (database === undefined) {
    return createCard('Advisories', 'v-fail', markup`<p class="big">None</p>`);
  }
  const { builtAt, providers } = database;
  const ageDays =
    timestamp === undefined
      ? undefined
      : Math.floor((Date.parse(timestamp) - Date.parse(builtAt)) / DAY_MS);
  const age =
    ageDays === undefined || !(ageDays >= 0)
      ? ''
      : `${formatCount(ageDays, 'day')} old at scan time. `;
  return createCard(
    'Advisories',
    '',
    markup`<p class="big"><time id="built" datetime="${builtAt}">${builtAt.slice(0, 10)}</time></p><p class="dim"><span id="age"></span>${age}${formatCount(providers.length, 'source')}.</p>`,
  );
}

function createAlerts({ findings }: Report): Markup | undefined {
  const lines = (findings?.alerts ?? []).map(({ message, packageKeys }) => {
    const about =
      packageKeys.length === 0 ? '' : ` (${formatCount(packageKeys.length, 'package')})`;
    return markup`<li>${toSentence(message)}${about}</li>`;
  });
  return lines.length === 0 ? undefined : markup`<ul class="alerts">${lines}</ul>`;
}

function createIdentity(report: Report): Markup {
  const { inventory, tool, timestamp, findings } = report;
  const { target, distro, layerBytes, packages, scope } = inventory;
  const facts: (readonly [string, string | undefined])[] = [
    ['Target', removeDirectories(target.userInput)],
    ['Version', target.version],
    ['Supplier', target.supplier],
    ['Kind', target.kind],
    [
      'Operating system',
      distro?.prettyName ??
        (distro === undefined
          ? 'unknown'
          : `${distro.name ?? distro.id} ${distro.versionId ?? ''}`.trim()),
    ],
    ['Packages', groupDigits(packages.length)],
  ];
  if (target.kind === 'image') {
    const bytes = layerBytes.reduce((sum, each) => sum + each, 0);
    facts.push(
      ['Tags', target.tags.join(', ')],
      ['Platform', [target.os, target.architecture, target.variant].filter(Boolean).join('/')],
      ['Manifest', target.manifestDigest],
      ['Image ID', target.imageId],
      ['Repository digests', target.repoDigests.join(', ')],
      ['Layers', `${groupDigits(target.layers.length)}, ${formatBytes(bytes)}, scope ${scope}`],
    );
  }
  facts.push(
    [
      'Database',
      findings?.database === undefined
        ? undefined
        : `${findings.database.sourceSchema || `schema ${findings.database.schema}`}, built ${findings.database.builtAt}`,
    ],
    ['Configuration', describeConfiguration(report)],
    [
      'Scanned by',
      `${tool.name} ${tool.version}${timestamp === undefined ? '' : `, ${timestamp}`}`,
    ],
  );
  const rows = facts.flatMap(([name, value]) =>
    value === undefined || value === ''
      ? []
      : [markup`<div><dt>${name}</dt><dd>${value}</dd></div>`],
  );
  return markup`<details class="id"><summary>What was scanned</summary><dl class="facts">${rows}</dl></details>`;
}
