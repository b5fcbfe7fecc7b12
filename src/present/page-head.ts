import { markup } from './markup.ts';
import { EARLY_SCRIPT } from './page-look.data.ts';

/** What a page is made of besides its content. */
export interface PageParts {
  /** Shown in the tab of a browser. */
  readonly title: string;
  readonly style: string;
  /** Stands at the end of the page. */
  readonly script: string;
  /** The SHA-256 of a text in base64. */
  readonly digestOf: (text: string) => string;
}

/** The beginning of a page that needs nothing but itself, up to its content. */
export function pageHead({ title, ...held }: PageParts): string {
  const { style } = held;
  const start = markup`<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy(held)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${title}</title>
`;
  return `${start.html}<style>${style}</style><script>${EARLY_SCRIPT}</script></head><body>
<a class="skip" href="#main">Skip to the details</a>
`;
}

/** Nothing is loaded, sent or run but what stands in the page, held by its digest. */
function policy({ style, script, digestOf }: Omit<PageParts, 'title'>): string {
  const held = (text: string): string => `'sha256-${digestOf(text)}'`;
  return [
    "default-src 'none'",
    `style-src ${held(style)}`,
    `script-src ${held(EARLY_SCRIPT)} ${held(script)}`,
    "base-uri 'none'",
    "form-action 'none'",
    "require-trusted-types-for 'script'",
  ].join('; ');
}
