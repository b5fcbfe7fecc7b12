/** A setting that loads something, and the line that it stands on, from 1. */
export type IniLine = readonly [key: string, value: string, line: number];

/** Class, prefix or key, and the path from the `vendor` folder. */
export type AutoloadMap = readonly (readonly [name: string, path: string])[];

/** What one file of PHP says: `uses` as `parse/program` writes them. */
export type PhpFact =
  | { readonly kind: 'source'; readonly uses: string }
  | { readonly kind: 'autoload'; readonly map: AutoloadMap; readonly uses: string }
  | { readonly kind: 'ini'; readonly lines: readonly IniLine[] };
