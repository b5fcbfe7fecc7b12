import { writePurl } from '../../identity/purl/purl.ts';

export interface Distribution {
  readonly name: string;
  readonly version: string;
}

/**
 * Name and version of `Foo-Bar-1.02`, `Foo-v1.2.3` or `Foo-Bar-0.01-TRIAL`; `undefined` where there
 * is no version. The version begins at the last dash with a digit behind it, or a `v` and a digit.
 */
export function distributionOf(title: string): Distribution | undefined {
  const [, name, version] = /^(\S{1,255})-(v?\d[\w.]{0,63}(?:-TRIAL\d?)?)$/.exec(title) ?? [];
  return name === undefined || version === undefined ? undefined : { name, version };
}

/** A module has the name of its distribution unless that has a main module of another name. */
export function distributionName(module: string): string {
  return module.replaceAll('::', '-');
}

/** The author's folder: `M/MI/MIYAGAWA/Foo-1.0.tar.gz` is of `MIYAGAWA`. Empty where unknown. */
export function authorOfPath(pathname: string): string {
  return /^[A-Z]\/[A-Z][A-Z0-9-]\/([A-Z][A-Z0-9-]{1,30})\//.exec(pathname)?.[1] ?? '';
}

/**
 * The type requires an author. Where none is known, the name alone still tells the distribution.
 */
export function cpanPurl(name: string, version: string, author: string): string {
  return writePurl({ type: 'cpan', namespace: author || undefined, name, version });
}
