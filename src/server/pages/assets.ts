import { hash } from 'node:crypto';
import { COMPARISON_STYLE } from '../../report/comparison/parts/comparison-style.data.ts';
import { PAGE_STYLE } from '../../report/page/page-style.data.ts';
import { CONSOLE_STYLE } from './console-style.data.ts';

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

const FILES: ReadonlyMap<string, string> = new Map(
  Object.entries(STYLES).map(([name, style]): [string, string] => [NAMES.get(name) ?? '', style]),
);

/** Returns the address of a style. It contains a digest, so browsers keep the style for good. */
export function getStyleAddress(name: StyleName): string {
  return `/assets/${NAMES.get(name)}`;
}

/** Returns a style by the name in its address. */
export function findStyle(file: string): string | undefined {
  return FILES.get(file);
}
