import { compareText } from '../../core/compare-text.ts';
import type { License, Location } from '../../core/package.ts';
import { classifyText } from './classify-license.ts';
import { toTextLicenseValue } from './license-file.ts';
import { findSpdxIdByUrl, toSpdxExpression } from './spdx-expression.ts';

export interface LicenseOrigin {
  readonly locations: readonly Location[];
  readonly urls?: readonly string[];
}

/**
 * Returns the license that a package's own record states, with its SPDX expression if it has one. A
 * value of several lines is a text instead of a name: it becomes the license with that text, or
 * else the digest of the text. Returns `undefined` for an empty value without URL.
 */
export function toDeclaredLicense(value: string, origin: LicenseOrigin): License | undefined {
  const urls = (origin.urls ?? []).map((url) => url.trim()).filter((url) => url !== '');
  const base = { kind: 'declared', urls, locations: origin.locations } as const;
  if (value.includes('\n')) {
    return { ...base, ...toTextLicense(value) };
  }
  const trimmed = value.trim();
  if (trimmed !== '') {
    return { ...base, value: trimmed, expression: toSpdxExpression(value) };
  }
  const published = urls.length === 0 ? undefined : findSpdxIdByUrl(urls[0] ?? '');
  return urls.length === 0
    ? undefined
    : { ...base, value: published ?? '', expression: published ?? '' };
}

/** Several licenses in one text all apply. */
function toTextLicense(text: string): Pick<License, 'value' | 'expression'> {
  const found = classifyText(text).map(({ expression }) => expression);
  const joined = found.join(' AND ');
  return found.length > 0
    ? { value: joined, expression: joined }
    : { value: toTextLicenseValue(Buffer.from(text)), expression: '' };
}

/**
 * Splits a field that may contain one expression or a list separated by blanks, as in apk and opkg.
 * Returns one name if the whole field is valid SPDX.
 */
export function splitLicenseField(field: string): string[] {
  return toSpdxExpression(field) === '' ? field.split(/\s+/).filter(Boolean) : [field];
}

/**
 * Merges equal licenses with all their URLs and locations; sorted by value, expression and kind.
 */
export function mergeLicenses(licenses: Iterable<License | undefined>): License[] {
  const stated = [...licenses].filter((license) => license !== undefined);
  const groups = Map.groupBy(
    stated,
    ({ value, expression, kind }) => `${value}\0${expression}\0${kind}`,
  );
  return [...groups]
    .sort(([left], [right]) => compareText(left, right))
    .flatMap(([, group]) => mergeEqualLicenses(group));
}

function mergeEqualLicenses(group: readonly License[]): readonly License[] {
  const [first] = group;
  if (first === undefined || group.length === 1) {
    return group;
  }
  const locations = new Map(
    group.flatMap((license) =>
      license.locations.map((at) => [`${at.path}\0${at.accessPath}\0${at.layer ?? ''}`, at]),
    ),
  );
  return [
    {
      ...first,
      urls: [...new Set(group.flatMap(({ urls }) => urls))].sort(compareText),
      locations: [...locations.values()],
    },
  ];
}
