import { hash } from 'node:crypto';
import type { Sink } from '../../../../foundation/core/sink.ts';
import { markup } from '../../../../foundation/present/markup.ts';
import { pageHead } from '../../../../foundation/present/page-head.ts';
import type { Comparison } from '../../../../hardening/compare/comparison.ts';
import { toShortName } from '../../../../hardening/compare/distinct-names.ts';
import type { DifferenceReport } from '../contract.ts';
import { COMPARISON_STYLE } from '../parts/comparison-style.data.ts';
import { listComparisonParts } from '../parts/list-parts.ts';
import { createHeadline, createNumbersSection } from '../parts/page-sections.ts';
import { COMPARISON_SCRIPT } from './html-script.data.ts';

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

function createHead({ columns }: Comparison): string {
  const names = columns.map(({ side }) => toShortName(side));
  return pageHead({
    title: names.join(names.length === 2 ? ' compared with ' : ', '),
    style: COMPARISON_STYLE,
    script: COMPARISON_SCRIPT,
    computeDigest: (text) => hash('sha256', text, 'base64'),
  });
}
