import type { Decision } from '../../core/decision.ts';
import type { Match, MatchReason } from '../../core/finding.ts';
import {
  describeRemedy,
  listSourceViews,
  type PackageLabel,
  type PlaceInImage,
  type SourceView,
} from '../../core/package-context.ts';
import { formatCount } from '../../core/screen-text.ts';
import { type Markup, markup, shortened } from '../../present/markup.ts';
import type { Entry } from './entry.ts';

const INSTRUCTION_CHARS_MAX = 160;
const PLACES_MAX = 8;
const TRACE_MAX = 12;

/** All that led to one finding, and what to do about it, as a list of terms. */
export function reasonsOf(entry: Entry, vulnerabilityNumber: number): Markup {
  const { finding, package: item, decisions, context } = entry;
  const views = listSourceViews(finding);
  const isDisputed = new Set(views.map(({ severity }) => severity)).size > 1;
  return markup`<dl class="why">
${term('What to do', [markup`${sentence(describeRemedy(finding, item, context.owners))}`])}
${term('Decision', decisions.map(decisionText))}
${term(
  'Note',
  (finding.notes ?? []).map((note) => markup`${sentence(note)}`),
)}
${term('Location', placesText(context.places))}
${term('Included by', context.owners.length === 0 ? [] : [markup`${context.owners.map(nameOf).join(', ')}`])}
${term('Needed by', context.neededBy.length === 0 ? [] : [markup`${context.neededBy.map(nameOf).join(' → ')}`])}
${term(
  'Reason',
  finding.matches.flatMap(({ reasons }) => reasons.map(reasonText)),
)}
${term(isDisputed ? 'Sources disagree' : 'Sources', views.map(viewText))}
${term('Aliases', finding.aliases.length === 0 ? [] : [markup`${finding.aliases.join(', ')}`])}
${term('Exploited', finding.matches.flatMap(exploitedText))}
${term('Package', [markup`<code>${item.purl || `${item.type}/${item.name}@${item.version}`}</code>, found by ${item.foundBy}: ${sentence(item.rule)}`])}
</dl><p class="more"><a href="#v${vulnerabilityNumber}">About ${finding.id}</a></p>`;
}

function term(name: string, lines: readonly Markup[]): Markup | undefined {
  const distinct = [...new Map(lines.map((line) => [line.html, line])).values()];
  return distinct.length === 0
    ? undefined
    : markup`<div><dt>${name}</dt>${distinct.map((line) => markup`<dd>${line}</dd>`)}</div>`;
}

/** Starts with a capital and ends with a full stop. */
export function sentence(text: string): string {
  const start = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?]$/.test(start) || start === '' ? start : `${start}.`;
}

function nameOf({ name, version }: PackageLabel): string {
  return `${name} ${version}`.trim();
}

function placesText(places: readonly PlaceInImage[]): readonly Markup[] {
  const shown = places.slice(0, PLACES_MAX).map(placeText);
  const more = places.length - shown.length;
  return more > 0 ? [...shown, markup`and ${formatCount(more, 'more location')}`] : shown;
}

function placeText({ path, line, layer, instruction }: PlaceInImage): Markup {
  const where = line === undefined ? path : `${path}:${line}`;
  const of =
    layer === undefined
      ? undefined
      : markup` in <a href="#l${layer.number}">layer ${layer.number} of ${layer.of}</a>`;
  const by =
    instruction === undefined
      ? undefined
      : markup`, created by <code>${shortened(instruction, INSTRUCTION_CHARS_MAX)}</code>`;
  return markup`<code>${where}</code>${of}${by}`;
}

const BY_TEXT: Readonly<Record<MatchReason['kind'], string>> = {
  direct: 'by package name',
  indirect: 'by source package',
  cpe: 'by CPE',
};

function reasonText({ kind, advisory, range, comparisons, searchedKey }: MatchReason): Markup {
  const steps = comparisons.map(
    ({ left, operator, right, holds }) =>
      markup`<br><code>${left} ${operator} ${right}</code> is ${holds ? 'true' : 'false'}`,
  );
  return markup`According to ${advisory.provider}, ${advisory.vulnerability} affects <code>${range || 'every version'}</code>; matched ${BY_TEXT[kind]} (${searchedKey})${steps}`;
}

function viewText({ source, id, severity, status }: SourceView): Markup {
  const more = status === '' || status === 'active' ? '' : `, ${status}`;
  return markup`${source} on ${id}: ${severity}${more}`;
}

function exploitedText({ exploited }: Match): readonly Markup[] {
  return exploited.map(
    ({ cve, dateAdded, requiredAction, dueDate, knownRansomwareCampaignUse }) =>
      markup`${cve}${dateAdded === undefined ? '' : `, listed on ${dateAdded.slice(0, 10)}`}${dueDate === undefined ? '' : `, fix due ${dueDate.slice(0, 10)}`}. ${sentence(requiredAction)}${knownRansomwareCampaignUse.toLowerCase() === 'known' ? ' Used in ransomware campaigns.' : ''}`,
  );
}

const KIND_TEXT: Readonly<Record<Decision['kind'], string>> = {
  vex: 'VEX statement',
  rule: 'ignore rule',
  derived: 'derived by plimsoll',
};

const EFFECT_TEXT: Readonly<Record<Decision['effect'], string>> = {
  'set-aside': 'Suppressed',
  note: 'Noted',
  suggestion: 'Suggested',
};

/** Who decided what and why, and how that came to apply. */
function decisionText(decision: Decision): Markup {
  const { kind, effect, status, justification, reason, author, source, trace } = decision;
  const words = [status, justification, decision.detail].flatMap((word) => word ?? []);
  const facts = [
    `by ${author}`,
    `in ${source}`,
    ...(decision.ticket === undefined ? [] : [`ticket ${decision.ticket}`]),
    ...(decision.madeAt === undefined ? [] : [`on ${decision.madeAt.slice(0, 10)}`]),
    ...(decision.expiresAt === undefined ? [] : [`until ${decision.expiresAt.slice(0, 10)}`]),
  ];
  const tests = trace.slice(0, TRACE_MAX).map((test) => markup`<li>${sentence(test)}</li>`);
  const list = tests.length === 0 ? undefined : markup`<ul>${tests}</ul>`;
  return markup`<b>${EFFECT_TEXT[effect]}</b> (${KIND_TEXT[kind]}): ${words.join(', ').replaceAll('_', ' ')}. ${sentence(reason)} <span class="dim">${facts.join(', ')}</span>${list}`;
}
