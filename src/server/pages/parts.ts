import { MINUTE_MS } from '../../foundation/core/duration.ts';
import { SEVERITIES } from '../../foundation/core/finding.ts';
import type { PolicyOutcome } from '../../foundation/core/policy-verdict.ts';
import { formatCount, groupDigits } from '../../foundation/core/screen-text.ts';
import {
  createColumnHead,
  type Markup,
  markup,
  shortenText,
  startTable,
} from '../../foundation/present/markup.ts';
import type { DecisionRequest } from '../engine/decisions.ts';
import { formatAddress, hasAddress, type PageId } from './address.ts';

/** Rows of a page, at most 200. */
export const ROWS_EACH = 50;

export interface TableColumn<Row> {
  readonly title: string;
  readonly isNumber?: true;
  readonly cell: (row: Row) => Markup | string | number | undefined;
}

/** Creates a table whose first column names its rows. In a narrow window, rows become blocks. */
export function createTable<Row>(
  label: string,
  columns: readonly TableColumn<Row>[],
  rows: readonly Row[],
): Markup {
  const heads = columns.map(({ title, isNumber }) => createColumnHead(title, isNumber));
  const lines = rows.map((row) => {
    const cells = columns.map(({ title, isNumber, cell }, at) => {
      const value = cell(row);
      const content = typeof value === 'number' ? groupDigits(value) : value;
      if (at === 0) {
        return markup`<th scope="row">${content}</th>`;
      }
      return isNumber
        ? markup`<td class="num" data-h="${title}">${content}</td>`
        : markup`<td data-h="${title}">${content}</td>`;
    });
    return markup`<tr>${cells}</tr>`;
  });
  const id = label.toLowerCase().replaceAll(/[^a-z]+/g, '-');
  return markup`<div class="narrow">${startTable(label, id, heads)}<tbody>${lines}</tbody></table></div></div>`;
}

/** Longer names are cut: a page shows many of them. */
const NAME_CHARS_MAX = 200;

export function shortenName(name: string): string {
  return shortenText(name, NAME_CHARS_MAX);
}

/** Shows which images a decision is about. */
export function createScope({
  images = '',
  project = '',
}: Pick<DecisionRequest, 'images' | 'project'>): Markup {
  const note =
    project === '' ? undefined : markup` <span class="row-note">only in project ${project}</span>`;
  return markup`${images === '' ? 'all' : shortenName(images)}${note}`;
}

/** Creates a link to a page; the text alone if the page cannot have these values. */
export function createLink(
  id: PageId,
  values: Readonly<Record<string, string | number>>,
  text: Markup | string,
): Markup {
  const content = typeof text === 'string' ? shortenName(text) : text;
  return hasAddress(id, values)
    ? markup`<a href="${formatAddress(id, values)}">${content}</a>`
    : markup`${content}`;
}

/** Returns the text with a capital at the start. */
export function capitalize(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;
}

const VERDICT_SIGNS: Readonly<Record<PolicyOutcome, string>> = {
  fail: '✖',
  unknown: '?',
  warn: '!',
  pass: '✔',
};

/** Shows a verdict by a sign and a word, never by its color alone. */
export function createVerdict(word: PolicyOutcome): Markup {
  return markup`<span class="v v-${word}"><span aria-hidden="true">${VERDICT_SIGNS[word]}</span> ${word}</span>`;
}

/** Shows the reason of a verdict. The names of rules lead to all rules that an image fails. */
export function createVerdictReason(
  { reason, rules }: { readonly reason: string; readonly rules?: string },
  imageAddress: string,
): Markup {
  return rules === undefined || !reason.endsWith(rules)
    ? markup`${reason}`
    : markup`${reason.slice(0, -rules.length)}<a href="${imageAddress}#policy">${rules}</a>`;
}

export function createSeverity(word: string, count?: number): Markup {
  const number = count === undefined ? '' : `${groupDigits(count)} `;
  return markup`<span class="sev s-${word}">${number}${word}</span>`;
}

/** Shows the numbers of findings by severity, the most severe first. */
export function createSeverities(counts: readonly number[]): Markup {
  const shown = SEVERITIES.map((word, rank) => ({ word, count: counts[rank] ?? 0 }))
    .filter(({ count }) => count > 0)
    .toReversed()
    .map(({ word, count }) => markup`${createSeverity(word, count)} `);
  return shown.length === 0 ? markup`<span class="dim">none</span>` : markup`${shown}`;
}

export function createSection(id: string, title: string, content: Markup): Markup {
  return markup`<section id="${id}"><h2>${title}</h2>${content}</section>
`;
}

export function createNotice(content: Markup | string): Markup {
  return markup`<p class="notice">${content}</p>`;
}

/** Shows a time as a person reads it, and for programs. */
export function createTime(milliseconds: number): Markup {
  const time = new Date(milliseconds).toISOString();
  return markup`<time datetime="${time}">${time.slice(0, 16).replace('T', ' ')} UTC</time>`;
}

const HOUR_MINUTES = 60;
const DAY_HOURS = 24;

/** Formats how long ago a time was: `12 minutes`, `5 hours`, `9 days`. */
export function formatAge(from: number, now: number): string {
  const minutes = Math.max(0, Math.floor((now - from) / MINUTE_MS));
  if (minutes < 2 * HOUR_MINUTES) {
    return formatCount(minutes, 'minute');
  }
  const hours = Math.floor(minutes / HOUR_MINUTES);
  return hours < 2 * DAY_HOURS
    ? formatCount(hours, 'hour')
    : formatCount(Math.floor(hours / DAY_HOURS), 'day');
}

/** Links to the first and the next page of a list; `undefined` if all rows are on one. */
export function createPager(
  first: string | undefined,
  next: string | undefined,
): Markup | undefined {
  if (first === undefined && next === undefined) {
    return undefined;
  }
  const back = first === undefined ? undefined : markup`<a href="${first}">First page</a>`;
  const on = next === undefined ? undefined : markup`<a href="${next}" rel="next">Next page</a>`;
  return markup`<nav class="pager" aria-label="Pages of the list">${back}${on}</nav>`;
}

/** Severities, the worst first. */
export const SEVERITY_CHOICES = SEVERITIES.toReversed().map((value) => ({ value, title: value }));

export interface Choice {
  readonly value: string;
  readonly title: string;
}

/** A control of a filter, with the name of its parameter. */
export function createSelect(
  label: string,
  name: string,
  { choices, chosen }: { readonly choices: readonly Choice[]; readonly chosen: string },
): Markup {
  const options = choices.map(({ value, title }) => {
    const selected = value === chosen ? markup` selected` : undefined;
    return markup`<option value="${value}"${selected}>${title}</option>`;
  });
  return markup`<label>${label}<select name="${name}">${options}</select></label>`;
}

export function createInput(label: string, name: string, value: string): Markup {
  return markup`<label>${label}<input type="search" name="${name}" value="${value}" autocomplete="off" spellcheck="false"></label>`;
}

export function createFilter(path: string, controls: readonly Markup[]): Markup {
  return markup`<form class="filter" action="${path}" method="get" autocomplete="off">${controls}<button>Show</button></form>`;
}
