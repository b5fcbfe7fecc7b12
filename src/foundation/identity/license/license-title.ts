import { readLicenseTitles } from './license-title.data.ts';

/** Longer values are texts about licenses, not titles. */
const TITLE_CHARS_MAX = 100;

/** Words that are often omitted and do not distinguish licenses. */
const IDLE_WORDS: ReadonlySet<string> = new Set(['the', 'license', 'licence', 'version', 'v']);

let idByTitle: ReadonlyMap<string, string> | undefined;

/**
 * Returns the SPDX identifier for a common title of a license: `The Apache Software License,
 * Version 2.0` is `Apache-2.0`. Case, punctuation and idle words are ignored. Returns `undefined`
 * if the title is unknown or means several licenses.
 */
export function findSpdxIdByTitle(value: string): string | undefined {
  // A title has several words; a single word can only be an identifier.
  if (value.length > TITLE_CHARS_MAX || !/\S\s+\S/.test(value)) {
    return undefined;
  }
  idByTitle ??= new Map(
    Object.entries(readLicenseTitles()).flatMap(([id, titles]) =>
      titles.map((title) => [normalizeWords(title), id] as const),
    ),
  );
  return idByTitle.get(normalizeWords(value));
}

/** `v2`, `2` and `2.0` are the same version. */
function normalizeWords(title: string): string {
  return (title.toLowerCase().match(/[a-z\d]+(?:\.[a-z\d]+)*/g) ?? [])
    .filter((word) => !IDLE_WORDS.has(word))
    .map((word) => /^v?(?<major>\d+)(?<rest>\.\d+)?$/.exec(word)?.groups ?? { word })
    .map(({ word, major, rest }) => word ?? `${major}${rest ?? '.0'}`)
    .join(' ');
}
