import type { Purl } from './purl.ts';

/** Types whose namespace and name are in lower case. */
const FOLDED: ReadonlySet<string> = new Set([
  'alpm',
  'apk',
  'bitnami',
  'composer',
  'deb',
  'github',
  'hex',
  'npm',
  'pypi',
  'rpm',
]);

/** Types whose namespace and name stand as they are. */
const VERBATIM: ReadonlySet<string> = new Set([
  'cargo',
  'conda',
  'gem',
  'generic',
  'golang',
  'maven',
  'nuget',
]);

/** None of these bytes has two readings; of escapes, there are those that most tools write. */
const PLAIN =
  /^pkg:([a-z]+)\/((?:(?:[A-Za-z0-9._~-]|%40)+\/)*)([A-Za-z0-9._~+-]+)(?:@((?:[A-Za-z0-9._~+:-]|%2B|%3A|%7E)+))?(?:\?([^?#]+))?$/;
const QUALIFIER = /^([a-z][a-z0-9._-]*)=((?:[A-Za-z0-9._~:/-]|%2B|%2F|%3A|%40|%7E)+)$/;
/** What begins with `v` must be a semantic version in Go; of these, the shortest form. */
const GO_VERSION = /^(?:[^v].*|v(?:0|[1-9][0-9]*)(?:\.(?:0|[1-9][0-9]*)){2})$/;
const CAPITAL = /[A-Z]/;
const CHARS_MAX = 1_000;

/**
 * Takes a package URL apart that is written as most are; `undefined` for any other, which may be
 * none at all. Lists have thousands of them, and the library takes more time to be loaded than they
 * take to be matched.
 */
export function plainPurl(text: string): Purl | undefined {
  const found = text.length > CHARS_MAX ? null : PLAIN.exec(text);
  if (found === null) {
    return undefined;
  }
  // By their places: to go through the list costs as much as all that follows.
  const { 1: type = '', 2: folders = '', 3: name = '', 4: version, 5: query } = found;
  const qualifiers = qualifiersOf(query);
  if (!isUsual(type, folders, name) || !isFitting(type, folders, version) || !qualifiers) {
    return undefined;
  }
  return {
    type,
    namespace: folders === '' ? undefined : decoded(folders.slice(0, -1)),
    name,
    version: version === undefined ? undefined : decoded(version),
    qualifiers,
    subpath: undefined,
  };
}

/** Whether the type would leave namespace and name as they are. */
function isUsual(type: string, folders: string, name: string): boolean {
  return (
    VERBATIM.has(type) ||
    (FOLDED.has(type) &&
      !CAPITAL.test(folders) &&
      !CAPITAL.test(name) &&
      !(type === 'pypi' && name.includes('_')))
  );
}

/** Whether there is what the type wants. */
function isFitting(type: string, folders: string, version: string | undefined): boolean {
  return type === 'maven' ? folders !== '' : type !== 'golang' || GO_VERSION.test(version ?? '0');
}

function qualifiersOf(query: string | undefined): Record<string, string> | undefined {
  const qualifiers: Record<string, string> = {};
  if (query === undefined) {
    return qualifiers;
  }
  for (const pair of query.split('&')) {
    const { 1: key, 2: value } = QUALIFIER.exec(pair) ?? [];
    if (key === undefined || value === undefined) {
      return undefined;
    }
    qualifiers[key] = decoded(value);
  }
  return qualifiers;
}

/** To have the engine look for escapes takes much longer where there are none. */
function decoded(text: string): string {
  return text.includes('%') ? decodeURIComponent(text) : text;
}
