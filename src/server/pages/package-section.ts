import type { InventoryPackage } from '../../foundation/core/inventory.ts';
import { findPrimaryLocation } from '../../foundation/core/located-finding.ts';
import { formatCount } from '../../foundation/core/screen-text.ts';
import { type Markup, markup } from '../../foundation/present/markup.ts';
import { type Entry, isOpen } from '../../report/format/page/entry.ts';
import type { ImageReport } from '../query/image-assessments.ts';
import { createLink, createSection, createTable } from './parts.ts';

const PACKAGES_MAX = 200;

/** Lists the packages of an image, those with most open findings first. */
export function createPackageSection(report: ImageReport, entries: readonly Entry[]): Markup {
  const { packages } = report.inventory;
  const open = Map.groupBy(entries.filter(isOpen), ({ package: item }) => item.key);
  const countOpen = ({ key }: InventoryPackage): number => open.get(key)?.length ?? 0;
  const sorted = [...packages].sort((left, right) => countOpen(right) - countOpen(left));
  const more = sorted.length - PACKAGES_MAX;
  const rest =
    more > 0
      ? markup`<p>And ${formatCount(more, 'more package')}: see the complete result as JSON.</p>`
      : undefined;
  const table = createTable<InventoryPackage>(
    'Packages',
    [
      {
        title: 'Package',
        cell: ({ name }) => createLink('exposure', { package: name }, name),
      },
      { title: 'Version', cell: ({ version }) => version },
      { title: 'Type', cell: ({ type }) => type },
      { title: 'Open findings', isNumber: true, cell: countOpen },
      {
        title: 'Location',
        cell: (item) => markup`<code>${findPrimaryLocation(item)?.path ?? ''}</code>`,
      },
    ],
    sorted.slice(0, PACKAGES_MAX),
  );
  const list = markup`<details><summary>Show the list</summary>${table}${rest}</details>`;
  return createSection('packages', formatCount(packages.length, 'package'), list);
}
