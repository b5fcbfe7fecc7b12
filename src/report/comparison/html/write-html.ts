import { hash } from 'node:crypto';
import type { Sink } from '../../../core/sink.ts';
import { type Markup, markup } from '../../../present/markup.ts';
import { pageHead } from '../../../present/page-head.ts';
import type { DifferenceReport } from '../contract.ts';
import { toShortName } from '../page.ts';
import { listChangeSections } from '../sections.ts';
import { createChangeSections } from './change-section.ts';
import { COMPARISON_SCRIPT } from './html-script.data.ts';
import { COMPARISON_STYLE } from './html-style.data.ts';
import { createLayerSection } from './layer-picture.ts';
import { createMatrixSection } from './matrix-picture.ts';
import { createCoverageSection, createHeadline, createNumbersSection } from './page-sections.ts';
import { createSizeSection } from './size-picture.ts';
import { createSurfaceSection } from './surface-section.ts';

/** Writes one self-contained page with charts; it is complete without its script. */
export function writeHtml({ difference, page, tool }: DifferenceReport, sink: Sink): void {
  const parts: readonly (readonly [id: string, title: string, content: Markup | undefined])[] = [
    ['coverage', 'Not judged', createCoverageSection(difference)],
    ['matrix', 'Findings', createMatrixSection(difference)],
    ['sizes', 'Size', createSizeSection(difference)],
    ['layers', 'Layers', createLayerSection(difference)],
    ['surface', 'Attack surface', createSurfaceSection(difference)],
  ];
  const shown = parts.filter(([, , content]) => content !== undefined);
  const links = [
    ...shown.map(([id, title]) => markup`<li><a href="#${id}">${title}</a></li>`),
    ...listChangeSections(difference).map(
      ({ id, title }) =>
        markup`<li><a href="#c-${id}">${id === 'findings' ? 'List of findings' : title}</a></li>`,
    ),
    markup`<li><a href="#numbers">All numbers</a></li>`,
  ];
  sink.write(createHead(difference.before, difference.after));
  sink.write(createHeadline(difference).html);
  sink.write(
    markup`<nav class="toc" aria-label="Parts of the page"><ul>${links}</ul></nav>\n<main id="main">\n`
      .html,
  );
  for (const [, , content] of shown) {
    sink.write(content?.html ?? '');
  }
  sink.write(FILTER);
  for (const section of createChangeSections(difference)) {
    sink.write(section.html);
  }
  sink.write(createNumbersSection(difference, page).html);
  const made = markup`<footer class="dim"><p>Made by ${tool.name} ${tool.version}.</p></footer>`;
  sink.write(`</main>\n${made.html}\n<script>${COMPARISON_SCRIPT}</script>\n</body></html>\n`);
}

const FILTER = `<form id="filter" hidden><label>Search the changes <input type="search" autocomplete="off"></label> <output></output></form>
`;

type Named = Parameters<typeof toShortName>[0];

function createHead(before: Named, after: Named): string {
  return pageHead({
    title: `${toShortName(before)} compared with ${toShortName(after)}`,
    style: COMPARISON_STYLE,
    script: COMPARISON_SCRIPT,
    computeDigest: (text) => hash('sha256', text, 'base64'),
  });
}
