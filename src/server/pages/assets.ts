import { hash } from 'node:crypto';
import { COMPARISON_STYLE } from '../../report/format/comparison/parts/comparison-style.data.ts';
import { PAGE_STYLE } from '../../report/format/page/page-style.data.ts';
import { CONSOLE_STYLE } from './console-style.data.ts';
import { readIslands } from './island/island-source.ts';

/** A circle with a line through it: the mark of the load line on a ship. */
const ICON = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><circle cx="16" cy="16" r="11" fill="none" stroke="#2f6ea8" stroke-width="4"/><path d="M1 16h30" stroke="#2f6ea8" stroke-width="4"/></svg>`;

/** Styles of the pages by their names. */
const STYLES = {
  page: `${PAGE_STYLE}${CONSOLE_STYLE}`,
  comparison: `${COMPARISON_STYLE}${CONSOLE_STYLE}`,
} as const;

export type StyleName = keyof typeof STYLES;

const DIGEST_CHARS = 16;

const NAMES = new Map(
  Object.entries(STYLES).map(([name, style]): [string, string] => [
    name,
    `${name}-${hash('sha256', style).slice(0, DIGEST_CHARS)}.css`,
  ]),
);

const ISLANDS = readIslands();
const ISLANDS_NAME = `islands-${hash('sha256', ISLANDS).slice(0, DIGEST_CHARS)}.js`;

/** Address of the script of the pages. */
export const ISLANDS_ADDRESS = `/assets/${ISLANDS_NAME}`;

const ICON_NAME = `icon-${hash('sha256', ICON).slice(0, DIGEST_CHARS)}.svg`;

export interface Asset {
  readonly content: string;
  readonly type: string;
}

const CSS = 'text/css; charset=UTF-8';

const ASSETS: ReadonlyMap<string, Asset> = new Map([
  ...Object.entries(STYLES).map(([name, content]): [string, Asset] => [
    NAMES.get(name) ?? '',
    { content, type: CSS },
  ]),
  [ISLANDS_NAME, { content: ISLANDS, type: 'text/javascript; charset=UTF-8' }],
  [ICON_NAME, { content: ICON, type: 'image/svg+xml' }],
]);

/** Returns the address of a style. It contains a digest, so browsers keep the style for good. */
export function getStyleAddress(name: StyleName): string {
  return `/assets/${NAMES.get(name)}`;
}

export const ICON_ADDRESS = `/assets/${ICON_NAME}`;

/** Returns an asset by the name in its address. */
export function findAsset(file: string): Asset | undefined {
  return ASSETS.get(file);
}
