import { readLicenseTitles } from './license-title.data.ts';

/** Longer values are texts about licences, and no titles. */
const TITLE_CHARS_MAX = 100;

/** Words that are left out as often as not, and tell no licence from another. */
const IDLE_WORDS: ReadonlySet<string> = new Set(['the', 'license', 'licence', 'version', 'v']);

let idByTitle: ReadonlyMap<string, string> | undefined;

/**
 * The SPDX identifier of the licence that people call so: `The Apache Software License, Version
 * 2.0` is `Apache-2.0`. Case, marks and idle words do not count. `undefined` for what is no such
 * title, or one of several licences.
 */
export function findSpdxIdByTitle(value: string): string | undefined {
  // A title has words; what is one word alone is an identifier or nothing.
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

/** `v2`, `2` and `2.0` are one version. */
function normalizeWords(title: string): string {
  return (title.toLowerCase().match(/[a-z\d]+(?:\.[a-z\d]+)*/g) ?? [])
    .filter((word) => !IDLE_WORDS.has(word))
    .map((word) => /^v?(?<major>\d+)(?<rest>\.\d+)?$/.exec(word)?.groups ?? { word })
    .map(({ word, major, rest }) => word ?? `${major}${rest ?? '.0'}`)
    .join(' ');
}
