import { parseArchiveName } from './archive-name.ts';
import { normalizePythonName } from './python-name.ts';

/** The parts of one requirement, as written. PEP 508. */
export interface PythonRequirement {
  /** As written. */
  readonly name: string;
  readonly extras: readonly string[];
  /** All clauses, e.g. `>=1.0, <2.0`; empty if any version is permitted. */
  readonly constraint: string;
  /** Source used instead of an index. */
  readonly url: string;
  /** The condition under which it applies, e.g. `python_version < "3"`. */
  readonly markers: string;
}

const NAME = /^[A-Za-z0-9_][A-Za-z0-9._-]*/;

/** URL or path of an archive, optionally followed by extras. */
const ARCHIVE =
  /^(\S+\.(?:whl|zip|tgz|tar\.(?:gz|bz2|xz))(?:[?#][^\s;[]*)?)(\[[^\]]*\])?\s*(?:;(.*))?$/;

/** URL of a repository, optionally with the name of the project after `#egg=`. */
const REPOSITORY = /^(?:git|hg|svn|bzr)\+\S+/;

/** Returns `undefined` if the string is not a requirement. */
export function parsePythonRequirement(text: string): PythonRequirement | undefined {
  const trimmed = text.trim();
  const direct = parseArchiveRequirement(trimmed) ?? parseRepositoryRequirement(trimmed);
  if (direct !== undefined) {
    return direct;
  }
  const name = NAME.exec(trimmed)?.[0];
  if (name === undefined) {
    return undefined;
  }
  const { extras, rest } = splitExtras(trimmed.slice(name.length).trimStart());
  if (rest.startsWith('@')) {
    // A semicolon may be part of a URL; the semicolon that ends the URL is preceded by a blank.
    const { before, after } = cut(rest.slice(1), ' ;');
    return { name, extras, constraint: '', url: before, markers: after };
  }
  const { before, after } = cut(rest, ';');
  // Some files state both a version and a URL, although the grammar does not permit it.
  const { before: clauses, after: url } = cut(before, '@');
  const isInParentheses = clauses.startsWith('(') && clauses.endsWith(')');
  const constraint = isInParentheses ? clauses.slice(1, -1).trim() : clauses;
  return constraint === '' || '~=!<>'.includes(constraint.charAt(0))
    ? { name, extras, constraint, url, markers: after }
    : undefined;
}

/** The version of a package in a repository is not stated. */
function parseRepositoryRequirement(text: string): PythonRequirement | undefined {
  const [url] = REPOSITORY.exec(text) ?? [];
  if (url === undefined) {
    return undefined;
  }
  const [, name = '', asked = ''] = /[#&]egg=([A-Za-z0-9._-]+)(\[[^\]]*\])?/.exec(url) ?? [];
  const { after: markers } = cut(text, ' ;');
  return { name, extras: splitExtras(asked).extras, constraint: '', url, markers };
}

function parseArchiveRequirement(text: string): PythonRequirement | undefined {
  const [, url = '', asked = '', markers = ''] = ARCHIVE.exec(text) ?? [];
  const archived = parseArchiveName(url);
  return (
    archived && {
      name: archived.name,
      extras: splitExtras(asked).extras,
      constraint: '',
      url,
      markers: markers.trim(),
    }
  );
}

function splitExtras(text: string): { readonly extras: string[]; readonly rest: string } {
  const end = text.startsWith('[') ? text.indexOf(']') : -1;
  if (end < 0) {
    return { extras: [], rest: text };
  }
  const extras = text
    .slice(1, end)
    .split(',')
    .map((extra) => extra.trim())
    .filter((extra) => extra !== '');
  return { extras, rest: text.slice(end + 1).trimStart() };
}

function cut(text: string, separator: string): { readonly before: string; readonly after: string } {
  const at = text.indexOf(separator);
  return at < 0
    ? { before: text.trim(), after: '' }
    : { before: text.slice(0, at).trim(), after: text.slice(at + separator.length).trim() };
}

/**
 * Returns the only version that a requirement permits, by its clauses or by the name of its
 * archive.
 */
export function findRequiredVersion(requirement: PythonRequirement): string | undefined {
  const { name, constraint, url } = requirement;
  const archived = parseArchiveName(url);
  const isOfProject =
    archived !== undefined && normalizePythonName(archived.name) === normalizePythonName(name);
  return findPinnedVersion(constraint) ?? (isOfProject ? archived.version : undefined);
}

/** Returns the only version that a constraint permits; `undefined` if there may be several. */
export function findPinnedVersion(constraint: string): string | undefined {
  for (const clause of constraint.split(',')) {
    const trimmed = clause.trim();
    const operator = ['===', '=='].find((each) => trimmed.startsWith(each));
    const version = operator === undefined ? '' : trimmed.slice(operator.length).trim();
    if (/^[^\s*=<>!~$][^\s*=<>~$]*$/.test(version)) {
      return version;
    }
  }
  return undefined;
}
