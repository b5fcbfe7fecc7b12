import type { Decision } from '../../../foundation/core/decision.ts';
import type { Match, MatchReason } from '../../../foundation/core/finding.ts';
import {
  describeRemedy,
  listSourceViews,
  type PackageLabel,
  type PlaceInImage,
  type SourceView,
} from '../../../foundation/core/package-context.ts';
import { formatCount } from '../../../foundation/core/screen-text.ts';
import { type Markup, markup, shortenText } from '../../../foundation/present/markup.ts';
import type { Entry } from './entry.ts';

const INSTRUCTION_CHARS_MAX = 160;
const PLACES_MAX = 8;
const TRACE_MAX = 12;

/** Formats the reasons for one finding, and its remedy, as a description list. */
export function createReasons(entry: Entry, descriptions: readonly string[]): Markup {
  const { finding, package: item, decisions, context } = entry;
  const number = descriptions.indexOf(finding.id) + 1;
  const about =
    number === 0
      ? undefined
      : markup`<p class="more"><a href="#v${number}">About ${finding.id}</a></p>`;
  const views = listSourceViews(finding);
  const isDisputed = new Set(views.map(({ severity }) => severity)).size > 1;
  return markup`<dl class="why">
${createTerm('What to do', [markup`${toSentence(describeRemedy(finding, item, context.owners))}`])}
${createTerm('Decision', decisions.map(formatDecision))}
${createTerm(
  'Note',
  (finding.notes ?? []).map((note) => markup`${toSentence(note)}`),
)}
${createTerm('Location', formatPlaces(entry))}
${createTerm('Included by', context.owners.length === 0 ? [] : [markup`${context.owners.map(formatPackageName).join(', ')}`])}
${createTerm('Needed by', context.neededBy.length === 0 ? [] : [markup`${context.neededBy.map(formatPackageName).join(' → ')}`])}
${createTerm(
  'Reason',
  finding.matches.flatMap(({ reasons }) => reasons.map(formatReason)),
)}
${createTerm(isDisputed ? 'Sources disagree on the severity' : 'Sources', views.map(formatView))}
${createTerm('Aliases', finding.aliases.length === 0 ? [] : [markup`${finding.aliases.join(', ')}`])}
${createTerm('Exploited', finding.matches.flatMap(formatExploited))}
${createTerm('Package', [markup`<code>${item.purl || `${item.type}/${item.name}@${item.version}`}</code>, found by ${item.foundBy}: ${toSentence(item.rule)}`])}
</dl>${about}`;
}

function createTerm(name: string, lines: readonly Markup[]): Markup | undefined {
  const distinct = [...new Map(lines.map((line) => [line.html, line])).values()];
  return distinct.length === 0
    ? undefined
    : markup`<div><dt>${name}</dt>${distinct.map((line) => markup`<dd>${line}</dd>`)}</div>`;
}

/** Returns the text with a capital at the start and a full stop at the end. */
export function toSentence(text: string): string {
  const start = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?]$/.test(start) || start === '' ? start : `${start}.`;
}

function formatPackageName({ name, version }: PackageLabel): string {
  return `${name} ${version}`.trim();
}

function formatPlaces(entry: Entry): readonly Markup[] {
  const { places } = entry.context;
  const rewritten = findRewritten(entry);
  const shown = places.slice(0, PLACES_MAX).map((place) => placeText(place, rewritten));
  const more = places.length - shown.length;
  return more > 0 ? [...shown, markup`and ${formatCount(more, 'more location')}`] : shown;
}

/**
 * Returns the number of the layer that brought the package if only later layers have its records,
 * because they wrote them again; otherwise 0.
 */
function findRewritten({ context: { places }, package: item, layerNumber }: Entry): number {
  const isSame = places.some(({ layer }) => layer === undefined || layer.number <= layerNumber);
  return item.introducedIn === undefined || isSame ? 0 : layerNumber;
}

function placeText({ path, line, layer, instruction }: PlaceInImage, broughtIn: number): Markup {
  const where = line === undefined ? path : `${path}:${line}`;
  const of =
    layer === undefined
      ? undefined
      : markup`${broughtIn > 0 ? markup`: <a href="#l${broughtIn}">layer ${broughtIn} of ${layer.of}</a> brought the package; the record was last written` : undefined} in <a href="#l${layer.number}">layer ${layer.number} of ${layer.of}</a>`;
  const by =
    instruction === undefined
      ? undefined
      : markup`, created by <code>${shortenText(instruction, INSTRUCTION_CHARS_MAX)}</code>`;
  return markup`<code>${where}</code>${of}${by}`;
}

const BY_TEXT: Readonly<Record<MatchReason['kind'], string>> = {
  direct: 'by package name',
  indirect: 'by source package',
  cpe: 'by CPE',
};

function formatReason({ kind, advisory, range, comparisons, searchedKey }: MatchReason): Markup {
  const steps = comparisons.map(
    ({ left, operator, right, holds }) =>
      markup`<br><code>${left} ${operator} ${right}</code> is ${holds ? 'true' : 'false'}`,
  );
  return markup`According to ${advisory.provider}, ${advisory.vulnerability} affects <code>${range || 'every version'}</code>; matched ${BY_TEXT[kind]} (${searchedKey})${steps}`;
}

function formatView({ source, id, severity, status }: SourceView): Markup {
  const more = status === '' || status === 'active' ? '' : `, ${status}`;
  return markup`${source} on ${id}: severity ${severity}${more}`;
}

function formatExploited({ exploited }: Match): readonly Markup[] {
  return exploited.map(
    ({ cve, dateAdded, requiredAction, dueDate, knownRansomwareCampaignUse }) =>
      markup`${cve}${dateAdded === undefined ? '' : `, listed on ${dateAdded.slice(0, 10)}`}${dueDate === undefined ? '' : `, fix due ${dueDate.slice(0, 10)}`}. ${toSentence(requiredAction)}${knownRansomwareCampaignUse.toLowerCase() === 'known' ? ' Used in ransomware campaigns.' : ''}`,
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

/** Formats a decision: its author, content and reason, and why it applies. */
function formatDecision(decision: Decision): Markup {
  const { kind, effect, status, justification, reason, author, source, trace } = decision;
  const words = [status, justification, decision.detail].flatMap((word) => word ?? []);
  const facts = [
    `by ${author}`,
    `in ${source}`,
    ...(decision.ticket === undefined ? [] : [`ticket ${decision.ticket}`]),
    ...(decision.madeAt === undefined ? [] : [`on ${decision.madeAt.slice(0, 10)}`]),
    ...(decision.expiresAt === undefined ? [] : [`until ${decision.expiresAt.slice(0, 10)}`]),
  ];
  const tests = trace.slice(0, TRACE_MAX).map((test) => markup`<li>${toSentence(test)}</li>`);
  const list = tests.length === 0 ? undefined : markup`<ul>${tests}</ul>`;
  return markup`<b>${EFFECT_TEXT[effect]}</b> (${KIND_TEXT[kind]}): ${words.join(', ').replaceAll('_', ' ')}. ${toSentence(reason)} <span class="dim">${facts.join(', ')}</span>${list}`;
}
