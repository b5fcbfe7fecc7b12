import type { Purl } from './purl.ts';
import { PURL_TYPE_RULES } from './type-rules.ts';

const SCHEME = /^pkg:\/*/i;
/** Letters, digits, period, plus and dash; no digit at the beginning. */
const TYPE = /^[a-z.+-][a-z0-9.+-]*$/;
const QUALIFIER_KEY = /^[a-z._-][a-z0-9._-]*$/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: none of these is in a package URL
const CONTROL = /[\u0000-\u001f\u007f]/;

/**
 * Parses a package URL (ECMA-427) as leniently as tools write it: a scope may begin with an
 * unencoded `@`, and a query starts at the first `?`, so that the value of a qualifier may be an
 * unencoded URL. Returns `undefined` if the string is not a package URL.
 */
export function parsePurl(text: string): Purl | undefined {
  const written = text.trim();
  const scheme = SCHEME.exec(written)?.[0];
  if (scheme === undefined || CONTROL.test(written)) {
    return undefined;
  }
  const [beforeHash, hash] = cut(written.slice(scheme.length), '#');
  const [path, query] = cut(beforeHash, '?');
  const slash = path.indexOf('/');
  if (slash < 1 || (scheme.length > 'pkg:/'.length && path.slice(0, slash).includes('@'))) {
    return undefined;
  }
  const type = path.slice(0, slash).toLowerCase();
  const parts = parsePath(path.slice(slash + 1));
  const qualifiers = parseQualifiers(query);
  const subpath = decode(hash ?? '');
  if (!TYPE.test(type) || parts === undefined || !qualifiers || subpath === undefined) {
    return undefined;
  }
  const isStep = (segment: string): boolean => segment === '.' || segment === '..';
  return applyRule({
    type,
    ...parts,
    qualifiers,
    subpath: joinSegments(subpath, (segment) => !isStep(segment)),
  });
}

/** Splits at the first occurrence of a character. */
function cut(text: string, character: string): readonly [before: string, after?: string] {
  const at = text.indexOf(character);
  return at === -1 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}

/** Parses namespace, name and version. */
function parsePath(path: string): Pick<Purl, 'namespace' | 'name' | 'version'> | undefined {
  const at = path.lastIndexOf('@');
  // An `@` after a slash begins a scope that is not encoded, not a version.
  const hasVersion = at > 0 && path.charAt(at - 1) !== '/';
  const beforeVersion = hasVersion ? path.slice(0, at) : path;
  const slash = beforeVersion.lastIndexOf('/');
  const name = decode(beforeVersion.slice(slash + 1))?.trim();
  const namespace = decode(beforeVersion.slice(0, Math.max(slash, 0)));
  const version = hasVersion ? decode(path.slice(at + 1)) : '';
  const isNamed = name !== undefined && name !== '' && (hasVersion || !name.startsWith('@'));
  return isNamed && namespace !== undefined && version !== undefined
    ? {
        namespace: joinSegments(namespace),
        name,
        version: version.trim() || undefined,
      }
    : undefined;
}

/** Removes empty segments from a path. Returns `undefined` if nothing is left. */
function joinSegments(path: string, isKept = (_: string): boolean => true): string | undefined {
  const segments = path.split('/').filter((segment) => segment !== '' && isKept(segment));
  return segments.length === 0 ? undefined : segments.join('/');
}

/** A plus sign is literal, not a blank. Qualifiers without a value are dropped. */
function parseQualifiers(query = ''): Readonly<Record<string, string>> | undefined {
  const qualifiers: [key: string, value: string][] = [];
  for (const pair of query === '' ? [] : query.split('&')) {
    const [written, encoded = ''] = cut(pair, '=');
    const key = written.toLowerCase();
    const value = decode(encoded)?.trim();
    if (value === undefined || (value !== '' && !QUALIFIER_KEY.test(key))) {
      return undefined;
    }
    if (value !== '') {
      qualifiers.push([key, value]);
    }
  }
  return Object.fromEntries(qualifiers);
}

function applyRule(purl: Purl): Purl | undefined {
  const { folds, replaces, isValid } = PURL_TYPE_RULES.get(purl.type) ?? {};
  const folded = { ...purl };
  for (const part of folds ?? []) {
    const value = folded[part];
    if (value !== undefined) {
      folded[part] = value.toLowerCase();
    }
  }
  if (replaces !== undefined) {
    folded.name = folded.name.replaceAll(...replaces);
  }
  if (purl.type === 'mlflow' && purl.qualifiers?.['repository_url']?.includes('databricks')) {
    folded.name = folded.name.toLowerCase();
  }
  return isValid?.(folded) === false ? undefined : folded;
}

/** Returns `undefined` for an invalid escape. */
function decode(text: string): string | undefined {
  // Letting the engine search for escapes takes much longer if there are none.
  if (!text.includes('%')) {
    return text;
  }
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
