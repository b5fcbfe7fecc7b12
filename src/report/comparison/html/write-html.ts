import { hash } from 'node:crypto';
import type { Comparison } from '../../../compare/comparison.ts';
import type { BareDifference } from '../../../compare/difference.ts';
import type { Sink } from '../../../core/sink.ts';
import { type Markup, markup } from '../../../present/markup.ts';
import { pageHead } from '../../../present/page-head.ts';
import type { DifferenceReport } from '../contract.ts';
import { toShortName } from '../page.ts';
import { listChangeSections } from '../sections.ts';
import { createChangeSections } from './change-section.ts';
import { createGroupSections } from './group-sections.ts';
import { COMPARISON_SCRIPT } from './html-script.data.ts';
import { COMPARISON_STYLE } from './html-style.data.ts';
import { createLayerSection } from './layer-picture.ts';
import { createMatrixSection } from './matrix-picture.ts';
import { createCoverageSection, createHeadline, createNumbersSection } from './page-sections.ts';
import { createSizeSection } from './size-picture.ts';
import { createSurfaceSection } from './surface-section.ts';

/** Writes one self-contained page with charts; it is complete without its script. */
export function writeHtml({ comparison, page, tool }: DifferenceReport, sink: Sink): void {
  const parts = listComparisonParts(comparison);
  const links = [...parts, { id: 'numbers', title: 'All numbers' }].map(
    ({ id, title }) => markup`<li><a href="#${id}">${title}</a></li>`,
  );
  sink.write(createHead(comparison));
  sink.write(createHeadline(comparison).html);
  sink.write(
    markup`<nav class="toc" aria-label="Parts of the page"><ul>${links}</ul></nav>\n<main id="main">\n`
      .html,
  );
  for (const { content } of parts) {
    sink.write(content.html);
  }
  sink.write(createNumbersSection(comparison, page).html);
  const made = markup`<footer class="dim"><p>Made by ${tool.name} ${tool.version}.</p></footer>`;
  sink.write(`</main>\n${made.html}\n<script>${COMPARISON_SCRIPT}</script>\n</body></html>\n`);
}

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
  return listChangeSections(difference).map(({ id, title }, index) => ({
    id: `c-${id}`,
    title: id === 'findings' ? 'List of findings' : title,
    content: contents[index] ?? markup``,
  }));
}

const FILTER = markup`<form id="filter" hidden><label>Search the changes <input type="search" autocomplete="off"></label> <output></output></form>
`;

function createHead({ columns }: Comparison): string {
  const names = columns.map(({ side }) => toShortName(side));
  return pageHead({
    title: names.join(names.length === 2 ? ' compared with ' : ', '),
    style: COMPARISON_STYLE,
    script: COMPARISON_SCRIPT,
    computeDigest: (text) => hash('sha256', text, 'base64'),
  });
}
