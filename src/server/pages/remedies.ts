import type { InventoryPackage } from '../../foundation/core/inventory.ts';
import { formatCount } from '../../foundation/core/screen-text.ts';
import { type Markup, markup } from '../../foundation/present/markup.ts';
import { type Entry, isOpen, listFindingEntries } from '../../report/format/page/entry.ts';
import type { ImageReport } from '../query/image-assessments.ts';
import { createLink, createTable } from './parts.ts';

/** A change that removes a finding. */
interface Remedy {
  readonly title: Markup;
  /** Findings of the image that it clears. */
  readonly clears: number;
}

/** Shows the changes that remove a finding, ranked by the findings that each clears. */
export function createRemedies(entry: Entry, report: ImageReport): Markup {
  const open = listFindingEntries(report).filter(isOpen);
  const remedies = [
    ...createUpdate(entry, report),
    ...createRebuild(entry, report, open),
    createRemoval(entry, open),
  ].sort((left, right) => right.clears - left.clears);
  const table = createTable<Remedy>(
    `Remedies for ${entry.finding.id} in ${entry.package.name}`,
    [
      { title: 'Remedy', cell: ({ title }) => title },
      {
        title: 'Clears in this image',
        isNumber: true,
        cell: ({ clears }) => formatCount(clears, 'finding'),
      },
    ],
    remedies,
  );
  return markup`<h3>Remedies</h3>${table}`;
}

function createUpdate({ package: item }: Entry, { updates = [] }: ImageReport): readonly Remedy[] {
  return updates
    .filter(
      ({ name, type, installed }) =>
        name === item.name && type === item.type && installed === item.version,
    )
    .map(({ name, version, fixes }) => {
      const package_ = createLink('exposure', { package: name }, name);
      return { title: markup`Update ${package_} to ${version}`, clears: fixes };
    });
}

/** A newer build of the layer may have all fixes that are released for its packages. */
function createRebuild(
  { layerNumber }: Entry,
  { updates = [] }: ImageReport,
  open: readonly Entry[],
): readonly Remedy[] {
  const fixed = new Set(updates.map(({ name, installed }) => `${name}\n${installed}`));
  const clears = open.filter(
    ({ layerNumber: other, package: { name, version }, finding }) =>
      other === layerNumber && fixed.has(`${name}\n${version}`) && finding.fixState === 'fixed',
  ).length;
  return layerNumber === 0 || clears === 0
    ? []
    : [
        {
          title: markup`Rebuild <a href="#l${layerNumber}">layer ${layerNumber}</a> with updated packages`,
          clears,
        },
      ];
}

function createRemoval({ package: item, context }: Entry, open: readonly Entry[]): Remedy {
  const isSamePackage = (one: InventoryPackage): boolean => one.key === item.key;
  const clears = open.filter((one) => isSamePackage(one.package)).length;
  const [needed] = context.neededBy;
  const note =
    needed === undefined
      ? undefined
      : markup` <span class="row-note">${needed.name} needs it</span>`;
  return { title: markup`Remove ${item.name} from the image${note}`, clears };
}
