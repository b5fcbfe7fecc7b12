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
 * The licence that a package's own record states, with the SPDX expression for it where there is
 * one. A value of several lines is a text and not a name: it is the licence with that text, or else
 * known by its digest. `undefined` for an empty value without address.
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

/** Several licences in one text all hold. */
function toTextLicense(text: string): Pick<License, 'value' | 'expression'> {
  const found = classifyText(text).map(({ expression }) => expression);
  const joined = found.join(' AND ');
  return found.length > 0
    ? { value: joined, expression: joined }
    : { value: toTextLicenseValue(Buffer.from(text)), expression: '' };
}

/**
 * The names in a field that may hold one expression or a list separated by blanks, as apk and opkg
 * have it: one name where the whole is valid SPDX.
 */
export function splitLicenseField(field: string): string[] {
  return toSpdxExpression(field) === '' ? field.split(/\s+/).filter(Boolean) : [field];
}

/**
 * Puts equal licences together with all their addresses and locations; sorted by value, expression
 * and kind.
 */
export function mergeLicenses(licenses: Iterable<License | undefined>): License[] {
  const merged = new Map<string, License>();
  for (const license of licenses) {
    if (license === undefined) {
      continue;
    }
    const key = `${license.value}\0${license.expression}\0${license.kind}`;
    const known = merged.get(key);
    merged.set(key, known === undefined ? license : mergePair(known, license));
  }
  return [...merged.entries()]
    .sort(([left], [right]) => compareText(left, right))
    .map(([, license]) => license);
}

function mergePair(left: License, right: License): License {
  const locations = new Map(
    [...left.locations, ...right.locations].map((at) => [
      `${at.path}\0${at.accessPath}\0${at.layer ?? ''}`,
      at,
    ]),
  );
  return {
    ...left,
    urls: [...new Set([...left.urls, ...right.urls])].sort(compareText),
    locations: [...locations.values()],
  };
}
