import { type Markup, markup } from '../../../../foundation/present/markup.ts';
import type { Comparison } from '../../../../hardening/compare/comparison.ts';
import type { BareDifference } from '../../../../hardening/compare/difference.ts';
import { listChangeSections } from '../sections.ts';
import { createChangeSections, createTitle } from './change-section.ts';
import { createGroupSections } from './group-sections.ts';
import { createLayerSection } from './layer-picture.ts';
import { createMatrixSection } from './matrix-picture.ts';
import { createCoverageSection } from './page-sections.ts';
import { createSizeSection } from './size-picture.ts';
import { createSurfaceSection } from './surface-section.ts';

interface Part {
  readonly id: string;
  readonly title: string;
  readonly content: Markup;
}

/** Returns the parts that are not empty. The search comes before the first list of changes. */
export function listComparisonParts(comparison: Comparison): readonly Part[] {
  const { columns, differences } = comparison;
  const [difference, ...others] = differences;
  const isPair = difference !== undefined && others.length === 0;
  const toPart = (id: string, title: string, content: Markup | undefined): readonly Part[] =>
    content === undefined ? [] : [{ id, title, content }];
  const changes = isPair ? listChangeParts(difference) : createGroupSections(differences);
  return [
    ...toPart('coverage', 'Not judged', createCoverageSection(columns)),
    ...(isPair ? toPart('matrix', 'Findings', createMatrixSection(difference)) : []),
    ...toPart('sizes', 'Size', createSizeSection(comparison)),
    ...(isPair ? toPart('layers', 'Layers', createLayerSection(difference)) : []),
    ...toPart('surface', 'Attack surface', createSurfaceSection(comparison)),
    ...changes.map((part, index) =>
      index === 0 ? { ...part, content: markup`${FILTER}${part.content}` } : part,
    ),
  ];
}

function listChangeParts(difference: BareDifference): readonly Part[] {
  const contents = createChangeSections(difference);
  return listChangeSections(difference).map((section, index) => ({
    id: `c-${section.id}`,
    title: createTitle(section),
    content: contents[index] ?? markup``,
  }));
}

const FILTER = markup`<form id="filter" hidden><label>Search the changes <input type="search" autocomplete="off"></label> <output></output></form>
`;
