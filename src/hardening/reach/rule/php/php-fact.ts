/** A setting that loads something, with its line, starting at 1. */
export type IniLine = readonly [key: string, value: string, line: number];

/** Class, prefix or key, with the path relative to the `vendor` directory. */
export type AutoloadMap = readonly (readonly [name: string, path: string])[];

/** The fact about a PHP file: its `uses`, encoded with `PHP_CODEC`. */
export type PhpFact =
  | { readonly kind: 'source'; readonly uses: string }
  | { readonly kind: 'autoload'; readonly map: AutoloadMap; readonly uses: string }
  | { readonly kind: 'ini'; readonly lines: readonly IniLine[] };
