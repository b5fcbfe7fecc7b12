import { isExploited, isGuess, SEVERITIES } from '../../../foundation/core/finding.ts';
import { getEpss } from '../../../foundation/core/located-finding.ts';
import { formatCount, groupDigits } from '../../../foundation/core/screen-text.ts';
import type { Sink } from '../../../foundation/core/sink.ts';
import type { Column } from '../../../foundation/present/column.ts';
import {
  createColumnHead,
  type Markup,
  markup,
  startTable,
} from '../../../foundation/present/markup.ts';
import { ORIGIN_TEXT } from '../../../foundation/present/origin-text.ts';
import { type Entry, findSummary, isOpen, STATE_TEXT } from '../page/entry.ts';
import { createReasons } from '../page/reasons.ts';
import type { Descriptions } from './vulnerabilities-section.ts';

const FIXES_MAX = 3;

/**
 * Characters of the reasons in the page, those of the most severe findings first. A page of 500
 * findings can then still be sent by mail.
 */
const REASON_CHARS_MAX = 25_000;

/** Number of the best-known names, if the source has its own. */
const NAMES_MAX = 2;

/** Text of the fix cell by state, if no version is named. */
const FIX_TEXT = {
  fixed: 'yes',
  'not-fixed': 'no fix yet',
  'wont-fix': "won't fix",
  'not-affected': 'not affected',
  unknown: 'unknown',
} as const;

interface FindingColumn extends Column<Entry, Markup> {
  /** Key by which the script sorts; absent if it does not. */
  readonly sortKey?: string;
  /** Left out if no finding has a value. */
  readonly hasValue?: (entry: Entry) => boolean;
}

/** Columns of the table, from the left. */
const COLUMNS: readonly FindingColumn[] = [
  {
    title: 'Severity',
    sortKey: 's',
    cell: ({ finding: { severity } }) =>
      markup`<td><span class="sev s-${severity}">${severity}</span></td>`,
  },
  { title: 'Vulnerability', sortKey: 'i', cell: createVulnerabilityCell },
  {
    title: 'Package',
    sortKey: 'n',
    cell: ({ package: item }) =>
      markup`<td class="pk"><b>${item.name}</b> ${item.version} <span class="dim">${item.type}</span></td>`,
  },
  { title: 'Fixed in', sortKey: 'f', cell: createFixCell },
  {
    title: 'Risk',
    sortKey: 'r',
    hasValue: ({ finding: { risk } }) => risk > 0,
    cell: ({ finding: { risk } }) =>
      markup`<td class="num rk">${risk === 0 ? '–' : risk.toFixed(1)}</td>`,
  },
  {
    title: 'EPSS',
    sortKey: 'e',
    hasValue: ({ finding }) => getEpss(finding) !== undefined,
    cell: ({ finding }) => {
      const epss = getEpss(finding);
      return markup`<td class="num ep">${epss === undefined ? '–' : `${(epss * 100).toFixed(1)} %`}</td>`;
    },
  },
  {
    title: 'Origin',
    hasValue: ({ package: { origin } }) => origin !== undefined,
    cell: ({ package: { origin = 'unknown' } }) => markup`<td>${ORIGIN_TEXT[origin]}</td>`,
  },
  {
    title: 'State',
    hasValue: ({ state }) => state !== 'open',
    cell: ({ state }) => markup`<td class="st-${state}">${STATE_TEXT[state]}</td>`,
  },
];

function createColumnTitle({ title, sortKey }: FindingColumn): Markup {
  return sortKey === undefined
    ? createColumnHead(title)
    : markup`<th scope="col" data-k="${sortKey}">${title}</th>`;
}

/** Writes every finding in one table, each with its reasons in a row of its own. */
export function writeFindings(
  sink: Sink,
  entries: readonly Entry[],
  descriptions: Descriptions,
): void {
  const open = entries.filter(isOpen).length;
  const aside = entries.length - open;
  const also = aside === 0 ? '' : `, and ${groupDigits(aside)} suppressed, at the end`;
  const text = `${formatCount(open, 'finding')} that ${open === 1 ? 'needs' : 'need'} review${also}.`;
  const reasons = listReasons(entries, [...descriptions.keys()]);
  const columns = COLUMNS.filter(
    ({ hasValue }) => hasValue === undefined || entries.some(hasValue),
  );
  sink.write(
    markup`<section id="findings"><h2>Findings</h2>
<p class="static">${text} The highest priority comes first.</p>${explainMissingReasons(reasons, entries)}
${createToolbar(entries)}
${startTable('Table of findings', 'ft', columns.map(createColumnTitle))}
`.html,
  );
  for (const [index, entry] of entries.entries()) {
    sink.write(`${createEntryRows(entry, columns, reasons[index]).html}\n`);
  }
  sink.write(
    '</table></div><nav id="pager" aria-label="Pages of findings" hidden></nav></section>\n',
  );
}

/** Returns the reasons for the first findings, as many as fit. */
function listReasons(entries: readonly Entry[], described: readonly string[]): readonly Markup[] {
  const reasons: Markup[] = [];
  let chars = 0;
  for (const entry of entries) {
    const one = createReasons(entry, described);
    chars += one.html.length;
    if (chars > REASON_CHARS_MAX && reasons.length > 0) {
      break;
    }
    reasons.push(one);
  }
  return reasons;
}

function explainMissingReasons(
  reasons: readonly Markup[],
  entries: readonly Entry[],
): Markup | undefined {
  return reasons.length === entries.length
    ? undefined
    : markup`<p class="dim">The first ${formatCount(reasons.length, 'finding')} can be opened. For the reasons of any other, run <code>plimsoll why TARGET ID PACKAGE</code>, or use the format <code>json</code>.</p>`;
}

function createEntryRows(
  entry: Entry,
  columns: readonly FindingColumn[],
  reasons: Markup | undefined,
): Markup {
  const { finding, package: item, state, layerNumber } = entry;
  const { severity, fixState, risk } = finding;
  const rank = SEVERITIES.indexOf(severity);
  const epss = getEpss(finding) ?? 0;
  const cells = columns.map(({ cell }) => cell(entry));
  // The script reads a missing value as the usual one.
  const rare = [
    ...(state === 'open' ? [] : [markup` data-d="${state}"`]),
    ...(layerNumber === 0 ? [] : [markup` data-l="${layerNumber}"`]),
    ...(isExploited(finding) ? [markup` data-x="1"`] : []),
    ...(risk === 0 ? [] : [markup` data-r="${risk}"`]),
    ...(epss === 0 ? [] : [markup` data-e="${epss}"`]),
    ...(isOpen(entry) ? [] : [markup` class="aside"`]),
  ];
  const more =
    reasons &&
    markup`<tr class="r"><td colspan="${columns.length}"><details><summary>Why, and what to do</summary>${reasons}</details></td></tr>`;
  return markup`<tbody data-s="${rank}" data-f="${fixState}" data-t="${item.type}"${rare}><tr>${cells}</tr>${more}</tbody>`;
}

function createVulnerabilityCell({ finding }: Entry): Markup {
  const flags = [
    ...(isExploited(finding) ? [markup` <span class="flag bad">exploited</span>`] : []),
    ...(isGuess(finding) ? [markup` <span class="flag">guess</span>`] : []),
    ...((finding.notes ?? []).length > 0 ? [markup` <span class="flag">note</span>`] : []),
  ];
  const names = finding.aliases.filter((alias) => alias.startsWith('CVE-')).slice(0, NAMES_MAX);
  const texts = [names.join(', '), findSummary(finding)].filter((text) => text !== '');
  const about =
    texts.length === 0 ? undefined : markup`<span class="about">${texts.join(' · ')}</span>`;
  return markup`<th>${finding.id}${flags}${about}</th>`;
}

function createFixCell({ finding: { fixState, fixVersions } }: Entry): Markup {
  const fixes = fixVersions.slice(0, FIXES_MAX).join(', ');
  const more = fixVersions.length > FIXES_MAX ? ', …' : '';
  const fix =
    fixes === '' ? markup`<span class="dim">${FIX_TEXT[fixState]}</span>` : `${fixes}${more}`;
  return markup`<td class="fx">${fix}</td>`;
}

/** Creates the controls of the script; hidden without it. */
function createToolbar(entries: readonly Entry[]): Markup {
  const severities = SEVERITIES.toReversed().filter((word) =>
    entries.some(({ finding }) => finding.severity === word),
  );
  const chips = severities.map(
    (word) =>
      markup`<label class="chip s-${word}"><input type="checkbox" name="s" value="${SEVERITIES.indexOf(word)}" checked> ${word}</label>`,
  );
  const states = Object.entries(STATE_TEXT).flatMap(([state, text]) =>
    entries.some((entry) => entry.state === state) ? [[state, text] as const] : [],
  );
  const layers = [...new Set(entries.map(({ layerNumber }) => layerNumber))]
    .filter((number) => number > 0)
    .sort((left, right) => left - right)
    .map((number) => [String(number), `layer ${number}`] as const);
  return markup`<form id="tools" hidden><div class="line"><label class="grow">Search <input id="q" type="search" placeholder="id, package, path …" autocomplete="off" spellcheck="false"></label>
<fieldset><legend class="hide">Severity</legend>${chips}</fieldset></div>
<div class="line">${createChoice('d', 'Status', [['person', 'needs review'], ['', 'all'], ['aside', 'suppressed'], ...states])}
${createChoice('f', 'Fix', [['', 'any'], ...listChoices(entries, ({ finding }) => finding.fixState)])}
${createChoice('t', 'Type', [['', 'any'], ...listChoices(entries, ({ package: item }) => item.type)])}
${layers.length === 0 ? undefined : createChoice('l', 'Layer', [['', 'any'], ...layers])}
<label class="chip"><input type="checkbox" id="c-x"> exploited only</label>
<button type="reset">Reset</button> <button type="button" id="expand">Expand all on this page</button></div>
<p id="count" role="status" aria-live="polite"></p></form>`;
}

type Choices = readonly (readonly [value: string, text: string])[];

function listChoices(entries: readonly Entry[], valueOf: (entry: Entry) => string): Choices {
  return [...new Set(entries.map(valueOf))]
    .sort((left, right) => (left < right ? -1 : 1))
    .map((value) => [value, value]);
}

function createChoice(name: string, title: string, choices: Choices): Markup {
  return markup`<label>${title} <select id="c-${name}">${choices.map(
    ([value, text]) => markup`<option value="${value}">${text}</option>`,
  )}</select></label>`;
}
