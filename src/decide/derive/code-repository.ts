import { parsePurl } from '../../identity/purl/parse-purl.ts';

/** A project, identified by its code repository. */
export interface CodeRepository {
  readonly host: string;
  readonly owner: string;
  readonly name: string;
}

/** Hosts whose paths begin with an owner and a project. */
const FORGES: ReadonlySet<string> = new Set([
  'bitbucket.org',
  'codeberg.org',
  'github.com',
  'gitlab.com',
]);

/** `https://HOST/OWNER/NAME…`, optionally with a repository type before it or `git@` in it. */
const ADDRESS =
  /^(?:[a-z+]{1,12}:\/\/)?(?:[\w.-]{1,64}@)?(?<host>[a-z.]{1,64})[/:](?<owner>[\w.-]{1,128})\/(?<name>[\w.-]{1,128})/i;

/** Returns `undefined` if the URL does not belong to a known host. */
export function parseRepositoryUrl(url: string): CodeRepository | undefined {
  const { host = '', owner = '', name = '' } = ADDRESS.exec(url)?.groups ?? {};
  const forge = host.toLowerCase().replace(/^www\./, '');
  return FORGES.has(forge)
    ? { host: forge, owner: owner.toLowerCase(), name: name.toLowerCase().replace(/\.git$/, '') }
    : undefined;
}

/**
 * Returns the repository in a package URL: its namespace and name, if its type stands for
 * repositories, or its qualifier `vcs_url`.
 */
export function parseRepositoryPurl(text: string): CodeRepository | undefined {
  const purl = parsePurl(text);
  if (purl === undefined) {
    return undefined;
  }
  const { type, namespace = '', name, qualifiers = {} } = purl;
  const names = `${namespace}/${name}`;
  const stated = qualifiers['vcs_url'];
  return (
    (stated === undefined ? undefined : parseRepositoryUrl(stated)) ??
    parseRepositoryUrl(names) ??
    parseRepositoryUrl(`${type}.com/${names}`) ??
    parseRepositoryUrl(`${type}.org/${names}`)
  );
}

export function isSameRepository(left: CodeRepository, right: CodeRepository): boolean {
  return formatRepository(left) === formatRepository(right);
}

export function formatRepository({ host, owner, name }: CodeRepository): string {
  return `${host}/${owner}/${name}`;
}
