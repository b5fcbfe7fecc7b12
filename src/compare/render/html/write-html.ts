import { hash } from 'node:crypto';
import { type Markup, markup } from '../../../core/markup.ts';
import { EARLY_SCRIPT } from '../../../core/page-look.data.ts';
import type { Sink } from '../../../core/sink.ts';
import type { DifferenceReport } from '../contract.ts';
import { shortName } from '../page.ts';
import { changeSections } from '../sections.ts';
import { changeSectionsMarkup } from './change-section.ts';
import { COMPARISON_SCRIPT } from './html-script.data.ts';
import { COMPARISON_STYLE } from './html-style.data.ts';
import { layerSection } from './layer-picture.ts';
import { matrixSection } from './matrix-picture.ts';
import { headline, numbersSection } from './page-sections.ts';
import { sizeSection } from './size-picture.ts';
import { surfaceSection } from './surface-section.ts';

/** One page with pictures that needs nothing but itself; all of it is there without its script. */
export function writeHtml({ difference, page, tool }: DifferenceReport, sink: Sink): void {
  const parts: readonly (readonly [id: string, title: string, content: Markup | undefined])[] = [
    ['numbers', 'Side by side', numbersSection(difference, page)],
    ['matrix', 'Severity and reach', matrixSection(difference)],
    ['layers', 'Layers', layerSection(difference)],
    ['sizes', 'Bytes', sizeSection(difference)],
    ['surface', 'Attack surface', surfaceSection(difference)],
  ];
  const shown = parts.filter(([, , content]) => content !== undefined);
  const links = [
    ...shown.map(([id, title]) => markup`<li><a href="#${id}">${title}</a></li>`),
    ...changeSections(difference).map(
      ({ id, title }) => markup`<li><a href="#c-${id}">${title}</a></li>`,
    ),
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
  const made = markup`<footer class="dim"><p>Made by ${tool.name} ${tool.version}.</p></footer>`;
  sink.write(`</main>\n${made.html}\n<script>${COMPARISON_SCRIPT}</script>\n</body></html>\n`);
}

const FILTER = `<form id="filter" hidden><label>Search the changes <input type="search" autocomplete="off"></label> <output></output></form>
`;

/** Nothing is loaded, sent or run but what stands in the page, held by its digest. */
function policy(): string {
  const digestOf = (text: string): string => `'sha256-${hash('sha256', text, 'base64')}'`;
  return [
    "default-src 'none'",
    `style-src ${digestOf(COMPARISON_STYLE)}`,
    `script-src ${digestOf(EARLY_SCRIPT)} ${digestOf(COMPARISON_SCRIPT)}`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
}

type Named = Parameters<typeof shortName>[0];

function head(before: Named, after: Named): string {
  const start = markup`<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy()}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${shortName(before)} against ${shortName(after)}: comparison of plimsoll</title>
`;
  return `${start.html}<style>${COMPARISON_STYLE}</style><script>${EARLY_SCRIPT}</script></head><body>
<a class="skip" href="#main">Skip to the details</a>
`;
}
