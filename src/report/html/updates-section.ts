import { compareText } from '../../core/compare-text.ts';
import { SEVERITIES } from '../../core/finding.ts';
import { formatCount, groupDigits } from '../../core/screen-text.ts';
import type { Column } from '../../present/column.ts';
import { createColumnHead, type Markup, markup, startTable } from '../../present/markup.ts';
import { type Entry, isOpen } from './entry.ts';

const SHOWN_MAX = 12;
const VERSIONS_MAX = 4;

type Group = readonly Entry[];

const COLUMNS: readonly Column<Group, Markup>[] = [
  {
    title: 'Update',
    cell: ([first]) => {
      const name = first?.context.owners[0] ?? first?.package;
      return markup`<th scope="row">${name?.name ?? ''} <span class="ver">${name?.version ?? ''}</span></th>`;
    },
  },
  {
    title: 'Update to at least',
    cell: (group) => {
      const isBrought = group[0]?.context.owners[0] !== undefined;
      return markup`<td data-h="To at least">${isBrought ? formatContained(group) : formatVersions(group)}</td>`;
    },
  },
  { title: 'Clears', cell: createSeveritiesCell },
  { title: 'In', cell: createLayersCell },
];

/**
 * Lists the packages whose update removes open findings, the one with the most severe finding
 * first. `undefined` if no finding has a fix.
 */
export function createUpdatesSection(entries: readonly Entry[]): Markup | undefined {
  const fixable = entries.filter((entry) => isOpen(entry) && entry.finding.fixVersions.length > 0);
  if (fixable.length === 0) {
    return undefined;
  }
  const groups = [...Map.groupBy(fixable, getSubject).values()];
  const open = entries.filter(isOpen).length;
  const rows = groups
    .slice(0, SHOWN_MAX)
    .map((group) => markup`<tr>${COLUMNS.map(({ cell }) => cell(group))}</tr>`);
  const more = groups.length - SHOWN_MAX;
  const rest =
    more > 0 ? ` ${formatCount(more, 'more package')} ${more === 1 ? 'has' : 'have'} fixes.` : '';
  const text = `Updates of ${formatCount(groups.length, 'package')} fix ${groupDigits(fixable.length)} of ${formatCount(open, 'open finding')}, highest priority first.${rest}`;
  return markup`<section id="updates"><h2>What to do first</h2><p>${text}</p>
${startTable(
  'Table of updates',
  'ut',
  COLUMNS.map(({ title }) => createColumnHead(title)),
)}<tbody>${rows}</tbody></table></div></section>`;
}

/**
 * Returns the unit of an update: the same package in several places, or the package that contains
 * it.
 */
function getSubject({ package: item, context }: Entry): string {
  const [owner] = context.owners;
  return owner === undefined
    ? [item.type, item.name, item.version].join('\0')
    : ['', owner.name, owner.version].join('\0');
}

function createSeveritiesCell(group: Group): Markup {
  const counts = SEVERITIES.toReversed().flatMap((word) => {
    const count = group.filter(({ finding }) => finding.severity === word).length;
    return count === 0
      ? []
      : [markup`<span class="sev s-${word}">${groupDigits(count)} ${word}</span> `];
  });
  return markup`<td>${counts}</td>`;
}

function createLayersCell(group: Group): Markup {
  const layers = [...new Set(group.map(({ layerNumber }) => layerNumber))]
    .filter((number) => number > 0)
    .sort((left, right) => left - right)
    .map((number) => markup`<a href="#l${number}">layer ${number}</a> `);
  return markup`<td>${layers}</td>`;
}

/** Returns the recommended versions, the one that fixes most first. */
function formatVersions(group: Group): string {
  const counts = [...Map.groupBy(group, ({ finding }) => finding.fixVersions[0] ?? '')]
    .map(([version, list]) => ({ version, count: list.length }))
    .sort((left, right) => right.count - left.count || compareText(left.version, right.version));
  if (counts.length === 1) {
    return counts[0]?.version ?? '';
  }
  const shown = counts
    .slice(0, VERSIONS_MAX)
    .map(({ version, count }) => `${version} (for ${groupDigits(count)})`);
  return [...shown, ...(counts.length > VERSIONS_MAX ? ['…'] : [])].join(', ');
}

function formatContained(group: Group): string {
  const names = [...new Set(group.map(({ package: item }) => item.name))];
  const shown = names.slice(0, VERSIONS_MAX).join(', ');
  return `a version that includes newer ${shown}${names.length > VERSIONS_MAX ? ' …' : ''}`;
}
