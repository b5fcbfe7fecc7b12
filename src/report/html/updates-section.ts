import { compareText } from '../../core/compare-text.ts';
import { SEVERITIES } from '../../core/finding.ts';
import { countOf, groupDigits } from '../../core/screen-text.ts';
import { columnHead, type Markup, markup, tableStart } from '../../present/markup.ts';
import { type Entry, isOpen } from './entry.ts';

const SHOWN_MAX = 12;
const VERSIONS_MAX = 4;
const HEADS = ['Update', 'Update to at least', 'Fixes', 'In'] as const;

/**
 * What to do first: the packages whose update clears open findings, the one with the most dangerous
 * finding first. Nothing where no finding has a fix.
 */
export function updatesSection(entries: readonly Entry[]): Markup | undefined {
  const fixable = entries.filter((entry) => isOpen(entry) && entry.finding.fixVersions.length > 0);
  if (fixable.length === 0) {
    return undefined;
  }
  const groups = [...Map.groupBy(fixable, subjectOf).values()];
  const open = entries.filter(isOpen).length;
  const rows = groups.slice(0, SHOWN_MAX).map(updateRow);
  const more = groups.length - SHOWN_MAX;
  const rest =
    more > 0 ? ` ${countOf(more, 'more package')} ${more === 1 ? 'has' : 'have'} fixes.` : '';
  const text = `Updates of ${countOf(groups.length, 'package')} fix ${groupDigits(fixable.length)} of ${countOf(open, 'open finding')}, highest priority first.${rest}`;
  return markup`<section id="updates"><h2>Recommended updates</h2><p>${text}</p>
${tableStart('Table of updates', 'ut', HEADS.map(columnHead))}<tbody>${rows}</tbody></table></div></section>`;
}

/** What one updates at once: the same package in several places, or what brought it along. */
function subjectOf({ package: item, context }: Entry): string {
  const [owner] = context.owners;
  return owner === undefined
    ? [item.type, item.name, item.version].join('\0')
    : ['', owner.name, owner.version].join('\0');
}

function updateRow(group: readonly Entry[]): Markup {
  const [first] = group;
  const owner = first?.context.owners[0];
  const counts = SEVERITIES.toReversed().flatMap((word) => {
    const count = group.filter(({ finding }) => finding.severity === word).length;
    return count === 0
      ? []
      : [markup`<span class="sev s-${word}">${groupDigits(count)} ${word}</span> `];
  });
  const name = owner ?? first?.package;
  const layers = [...new Set(group.map(({ layerNumber }) => layerNumber))]
    .filter((number) => number > 0)
    .sort((left, right) => left - right)
    .map((number) => markup`<a href="#l${number}">layer ${number}</a> `);
  return markup`<tr><th scope="row">${name?.name ?? ''} <span class="ver">${name?.version ?? ''}</span></th><td data-h="Update to at least">${owner === undefined ? versionsText(group) : broughtText(group)}</td><td>${counts}</td><td>${layers}</td></tr>`;
}

/** The versions that are recommended, the one that clears most first. */
function versionsText(group: readonly Entry[]): string {
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

function broughtText(group: readonly Entry[]): string {
  const names = [...new Set(group.map(({ package: item }) => item.name))];
  const shown = names.slice(0, VERSIONS_MAX).join(', ');
  return `a version that includes newer ${shown}${names.length > VERSIONS_MAX ? ' …' : ''}`;
}
