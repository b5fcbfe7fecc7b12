import { markup } from './markup.ts';
import { EARLY_SCRIPT } from './page-look.data.ts';

/** The parts of a page other than its content. */
export interface PageParts {
  /** Shown in the browser tab. */
  readonly title: string;
  readonly style: string;
  /** Placed at the end of the page. */
  readonly script: string;
  /** Returns the SHA-256 of a text in base64. */
  readonly computeDigest: (text: string) => string;
}

/** Returns the beginning of a self-contained page, up to its content. */
export function pageHead({ title, ...held }: PageParts): string {
  const { style } = held;
  const start = markup`<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${formatPolicy(held)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${title}</title>
`;
  return `${start.html}<style>${style}</style><script>${EARLY_SCRIPT}</script></head><body>
<a class="skip" href="#main">Skip to the details</a>
`;
}

/** Only parts of the page are loaded or run, verified by digest, and nothing is sent. */
function formatPolicy({ style, script, computeDigest }: Omit<PageParts, 'title'>): string {
  const quoteDigest = (text: string): string => `'sha256-${computeDigest(text)}'`;
  return [
    "default-src 'none'",
    `style-src ${quoteDigest(style)}`,
    `script-src ${quoteDigest(EARLY_SCRIPT)} ${quoteDigest(script)}`,
    "base-uri 'none'",
    "form-action 'none'",
    "require-trusted-types-for 'script'",
  ].join('; ');
}
