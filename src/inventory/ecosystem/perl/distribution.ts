import { writePurl } from '../../../foundation/identity/purl/purl.ts';

export interface Distribution {
  readonly name: string;
  readonly version: string;
}

/**
 * Parses name and version of `Foo-Bar-1.02`, `Foo-v1.2.3` or `Foo-Bar-0.01-TRIAL`; `undefined` if
 * there is no version. The version begins after the last dash followed by a digit, or by a `v` and
 * a digit.
 */
export function parseDistribution(title: string): Distribution | undefined {
  const [, name, version] = /^(\S{1,255})-(v?\d[\w.]{0,63}(?:-TRIAL\d?)?)$/.exec(title) ?? [];
  return name === undefined || version === undefined ? undefined : { name, version };
}

/**
 * A module has the name of its distribution, unless the distribution has a main module with another
 * name.
 */
export function toDistributionName(module: string): string {
  return module.replaceAll('::', '-');
}

/**
 * Returns the author in a path: `MIYAGAWA` for `M/MI/MIYAGAWA/Foo-1.0.tar.gz`. Empty if unknown.
 */
export function parseAuthor(pathname: string): string {
  return /^[A-Z]\/[A-Z][A-Z0-9-]\/([A-Z][A-Z0-9-]{1,30})\//.exec(pathname)?.[1] ?? '';
}

/**
 * The type requires an author. If it is unknown, the name alone still identifies the distribution.
 */
export function toCpanPurl(name: string, version: string, author: string): string {
  return writePurl({ type: 'cpan', namespace: author || undefined, name, version });
}
