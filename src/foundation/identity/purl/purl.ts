import { compareText } from '../../core/compare-text.ts';
import type { Distro } from '../../core/distro.ts';

/** The decoded parts of a package URL. ECMA-427. */
export interface Purl {
  readonly type: string;
  /** Segments joined by `/`. */
  readonly namespace?: string | undefined;
  readonly name: string;
  readonly version?: string | undefined;
  /** Members without a value are omitted. */
  readonly qualifiers?: Readonly<Record<string, string | undefined>>;
  readonly subpath?: string | undefined;
}

/**
 * Formats a package URL. Everything but unreserved characters is percent-encoded (RFC 3986, 2.3),
 * as other tools do. Case is kept: a cataloger knows whether its ecosystem folds it.
 */
export function writePurl(purl: Purl): string {
  const namespace = splitSegments(purl.namespace)
    .map((segment) => `${encode(segment)}/`)
    .join('');
  const version = purl.version ? `@${encode(purl.version)}` : '';
  const qualifiers = Object.entries(purl.qualifiers ?? {})
    .filter(([, value]) => value !== undefined && value !== '')
    .sort(([left], [right]) => compareText(left, right))
    .map(([key, value]) => `${encode(key)}=${encode(value ?? '')}`)
    .join('&');
  const subpath = splitSegments(purl.subpath).map(encode).join('/');
  return [
    `pkg:${purl.type}/${namespace}${encode(purl.name)}${version}`,
    qualifiers === '' ? '' : `?${qualifiers}`,
    subpath === '' ? '' : `#${subpath}`,
  ].join('');
}

/**
 * Returns the value of the `distro` qualifier: `alpine-3.20.3`. Rolling releases have a build
 * instead of a version.
 */
export function formatDistroQualifier(distro: Distro | undefined): string | undefined {
  if (distro === undefined) {
    return undefined;
  }
  return [distro.id, distro.versionId || distro.buildId].filter(Boolean).join('-');
}

function splitSegments(path: string | undefined): string[] {
  return (path ?? '').split('/').filter((segment) => segment !== '');
}

function encode(text: string): string {
  return encodeURIComponent(text.toWellFormed()).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
