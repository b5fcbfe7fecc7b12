import { parseArchiveName } from './archive-name.ts';
import { pythonName } from './python-name.ts';

/** One requirement as it is written, taken apart. PEP 508. */
export interface PythonRequirement {
  /** As written. */
  readonly name: string;
  readonly extras: readonly string[];
  /** All clauses, e.g. `>=1.0, <2.0`; empty where any version will do. */
  readonly constraint: string;
  /** Where it comes from instead of an index. */
  readonly url: string;
  /** The condition under which it holds, e.g. `python_version < "3"`. */
  readonly markers: string;
}

const NAME = /^[A-Za-z0-9_][A-Za-z0-9._-]*/;

/** An address or a path of an archive, with extras behind it or not. */
const ARCHIVE =
  /^(\S+\.(?:whl|zip|tgz|tar\.(?:gz|bz2|xz))(?:[?#][^\s;[]*)?)(\[[^\]]*\])?\s*(?:;(.*))?$/;

/** An address of a repository, with the name of the project behind `#egg=` or not. */
const REPOSITORY = /^(?:git|hg|svn|bzr)\+\S+/;

/** `undefined` where the text is no requirement. */
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
    // A semicolon may be part of an address; the one that ends it has a blank before it.
    const { before, after } = cut(rest.slice(1), ' ;');
    return { name, extras, constraint: '', url: before, markers: after };
  }
  const { before, after } = cut(rest, ';');
  // Some files give a version and an address, though the grammar has no place for both.
  const { before: clauses, after: url } = cut(before, '@');
  const isInParentheses = clauses.startsWith('(') && clauses.endsWith(')');
  const constraint = isInParentheses ? clauses.slice(1, -1).trim() : clauses;
  return constraint === '' || '~=!<>'.includes(constraint.charAt(0))
    ? { name, extras, constraint, url, markers: after }
    : undefined;
}

/** Nothing states the version of what lies in a repository. */
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

/** The one version that a requirement lets pass, by its clauses or by the archive that it names. */
export function requiredVersion(requirement: PythonRequirement): string | undefined {
  const { name, constraint, url } = requirement;
  const archived = parseArchiveName(url);
  const isOfProject = archived !== undefined && pythonName(archived.name) === pythonName(name);
  return pinnedVersion(constraint) ?? (isOfProject ? archived.version : undefined);
}

/** The one version that a constraint lets pass; `undefined` where there may be several. */
export function pinnedVersion(constraint: string): string | undefined {
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
