import { hash } from 'node:crypto';
import type { Sink } from '../../../core/sink.ts';
import { type Markup, markup } from '../../../present/markup.ts';
import { pageHead } from '../../../present/page-head.ts';
import type { DifferenceReport } from '../contract.ts';
import { shortName } from '../page.ts';
import { changeSections } from '../sections.ts';
import { changeSectionsMarkup } from './change-section.ts';
import { COMPARISON_SCRIPT } from './html-script.data.ts';
import { COMPARISON_STYLE } from './html-style.data.ts';
import { layerSection } from './layer-picture.ts';
import { matrixSection } from './matrix-picture.ts';
import { coverageSection, headline, numbersSection } from './page-sections.ts';
import { sizeSection } from './size-picture.ts';
import { surfaceSection } from './surface-section.ts';

/** Writes one self-contained page with charts; it is complete without its script. */
export function writeHtml({ difference, page, tool }: DifferenceReport, sink: Sink): void {
  const parts: readonly (readonly [id: string, title: string, content: Markup | undefined])[] = [
    ['coverage', 'Not judged', coverageSection(difference)],
    ['matrix', 'Findings', matrixSection(difference)],
    ['sizes', 'Size', sizeSection(difference)],
    ['layers', 'Layers', layerSection(difference)],
    ['surface', 'Attack surface', surfaceSection(difference)],
  ];
  const shown = parts.filter(([, , content]) => content !== undefined);
  const links = [
    ...shown.map(([id, title]) => markup`<li><a href="#${id}">${title}</a></li>`),
    ...changeSections(difference).map(
      ({ id, title }) =>
        markup`<li><a href="#c-${id}">${id === 'findings' ? 'List of findings' : title}</a></li>`,
    ),
    markup`<li><a href="#numbers">All numbers</a></li>`,
  ];
  sink.write(head(difference.before, difference.after));
  sink.write(headline(difference).html);
  sink.write(
    markup`<nav class="toc" aria-label="Parts of the page"><ul>${links}</ul></nav>\n<main id="main">\n`
      .html,
  );
  for (const [, , content] of shown) {
    sink.write(content?.html ?? '');
  }
  sink.write(FILTER);
  for (const section of changeSectionsMarkup(difference)) {
    sink.write(section.html);
  }
  sink.write(numbersSection(difference, page).html);
  const made = markup`<footer class="dim"><p>Made by ${tool.name} ${tool.version}.</p></footer>`;
  sink.write(`</main>\n${made.html}\n<script>${COMPARISON_SCRIPT}</script>\n</body></html>\n`);
}

const FILTER = `<form id="filter" hidden><label>Search the changes <input type="search" autocomplete="off"></label> <output></output></form>
`;

type Named = Parameters<typeof shortName>[0];

function head(before: Named, after: Named): string {
  return pageHead({
    title: `${shortName(before)} compared with ${shortName(after)}`,
    style: COMPARISON_STYLE,
    script: COMPARISON_SCRIPT,
    digestOf: (text) => hash('sha256', text, 'base64'),
  });
}
