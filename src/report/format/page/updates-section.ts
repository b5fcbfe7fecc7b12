import { SEVERITIES } from '../../../foundation/core/finding.ts';
import type { Report } from '../../../foundation/core/format.ts';
import { compareGains, measureGain } from '../../../foundation/core/package-update.ts';
import { formatCount, groupDigits } from '../../../foundation/core/screen-text.ts';
import type { Column } from '../../../foundation/present/column.ts';
import {
  createColumnHead,
  type Markup,
  markup,
  startTable,
} from '../../../foundation/present/markup.ts';
import { type Entry, isOpen } from './entry.ts';

const SHOWN_MAX = 12;
const VERSIONS_MAX = 4;

/** One update, and the open findings that it fixes. */
export interface UpdateGroup {
  readonly name: string;
  readonly installed: string;
  /** The version to update to, or its description. */
  readonly target: string;
  readonly entries: readonly Entry[];
}

const COLUMNS: readonly Column<UpdateGroup, Markup>[] = [
  {
    title: 'Update',
    cell: ({ name, installed }) =>
      markup`<th scope="row">${name} <span class="ver">${installed}</span></th>`,
  },
  {
    title: 'Update to at least',
    cell: ({ target }) => markup`<td data-h="To at least">${target}</td>`,
  },
  { title: 'Clears', cell: createSeveritiesCell },
  { title: 'In', cell: createLayersCell },
];

/** Lists the packages whose update removes open findings; `undefined` if no finding has a fix. */
export function createUpdatesSection(
  report: Report,
  entries: readonly Entry[],
): Markup | undefined {
  const groups = listUpdateGroups(report, entries);
  if (groups.length === 0) {
    return undefined;
  }
  const fixed = groups.reduce((sum, group) => sum + group.entries.length, 0);
  const open = entries.filter(isOpen).length;
  const rows = groups
    .slice(0, SHOWN_MAX)
    .map((group) => markup`<tr>${COLUMNS.map(({ cell }) => cell(group))}</tr>`);
  const more = groups.length - SHOWN_MAX;
  const rest =
    more > 0 ? ` ${formatCount(more, 'more package')} ${more === 1 ? 'has' : 'have'} fixes.` : '';
  const text = `Updates of ${formatCount(groups.length, 'package')} fix ${groupDigits(fixed)} of ${formatCount(open, 'open finding')}, in the order of known exploitation, worst severity, and the number of findings that each clears.${rest}`;
  return markup`<section id="updates"><h2>Recommended updates</h2><p>${text}</p>
${startTable(
  'Table of updates',
  'ut',
  COLUMNS.map(({ title }) => createColumnHead(title)),
)}<tbody>${rows}</tbody></table></div></section>`;
}

/** Returns the updates that fix open findings, the ones with the highest gain first. */
export function listUpdateGroups(
  { updates = [] }: Pick<Report, 'updates'>,
  entries: readonly Entry[],
): readonly UpdateGroup[] {
  const fixable = entries.filter((entry) => isOpen(entry) && entry.finding.fixVersions.length > 0);
  const versions = new Map(
    updates.map(({ type, name, installed, version }) => [
      [type, name, installed].join('\0'),
      version,
    ]),
  );
  const groups = [...Map.groupBy(fixable, getSubject)].map(([subject, group]) => {
    const [first] = group;
    const owner = first?.context.owners[0];
    const item = owner ?? first?.package;
    const name = item?.name ?? '';
    const gain = measureGain(
      name,
      group.map(({ finding }) => finding),
    );
    return {
      gain,
      name,
      installed: item?.version ?? '',
      target:
        owner === undefined
          ? (versions.get(subject) ?? formatFixVersions(group))
          : formatContained(group),
      entries: group,
    };
  });
  return groups.sort((left, right) => compareGains(left.gain, right.gain));
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

function createSeveritiesCell({ entries: group }: UpdateGroup): Markup {
  const counts = SEVERITIES.toReversed().flatMap((word) => {
    const count = group.filter(({ finding }) => finding.severity === word).length;
    return count === 0
      ? []
      : [markup`<span class="sev s-${word}">${groupDigits(count)} ${word}</span> `];
  });
  return markup`<td>${counts}</td>`;
}

function createLayersCell({ entries: group }: UpdateGroup): Markup {
  const layers = [...new Set(group.map(({ layerNumber }) => layerNumber))]
    .filter((number) => number > 0)
    .sort((left, right) => left - right)
    .map((number) => markup`<a href="#l${number}">layer ${number}</a> `);
  return markup`<td>${layers}</td>`;
}

/** Lists the fixed versions if the report does not have the one that fixes all findings. */
function formatFixVersions(group: readonly Entry[]): string {
  const versions = [...new Set(group.map(({ finding }) => finding.fixVersions[0] ?? ''))];
  const more = versions.length > VERSIONS_MAX ? ', …' : '';
  return `${versions.slice(0, VERSIONS_MAX).join(', ')}${more}`;
}

function formatContained(group: readonly Entry[]): string {
  const names = [...new Set(group.map(({ package: item }) => item.name))];
  const shown = names.slice(0, VERSIONS_MAX).join(', ');
  return `a version that includes newer ${shown}${names.length > VERSIONS_MAX ? ' …' : ''}`;
}
