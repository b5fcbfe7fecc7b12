import { parsePurl } from '../../identity/purl/parse-purl.ts';

/** A project by the place where its code is kept. */
export interface CodeRepository {
  readonly host: string;
  readonly owner: string;
  readonly name: string;
}

/** Hosts on which the first two parts of a path are an owner and a project. */
const FORGES: ReadonlySet<string> = new Set([
  'bitbucket.org',
  'codeberg.org',
  'github.com',
  'gitlab.com',
]);

/** `https://HOST/OWNER/NAME…`, also with a kind of repository before it or `git@` in it. */
const ADDRESS =
  /^(?:[a-z+]{1,12}:\/\/)?(?:[\w.-]{1,64}@)?(?<host>[a-z.]{1,64})[/:](?<owner>[\w.-]{1,128})\/(?<name>[\w.-]{1,128})/i;

/** `undefined` where the address is of no forge. */
export function repositoryOfUrl(url: string): CodeRepository | undefined {
  const { host = '', owner = '', name = '' } = ADDRESS.exec(url)?.groups ?? {};
  const forge = host.toLowerCase().replace(/^www\./, '');
  return FORGES.has(forge)
    ? { host: forge, owner: owner.toLowerCase(), name: name.toLowerCase().replace(/\.git$/, '') }
    : undefined;
}

/**
 * The repository that a package URL says the package is: by its names, where these are those of a
 * repository, or by its qualifier `vcs_url`.
 */
export function repositoryOfPurl(text: string): CodeRepository | undefined {
  const purl = parsePurl(text);
  if (purl === undefined) {
    return undefined;
  }
  const { type, namespace = '', name, qualifiers = {} } = purl;
  const names = `${namespace}/${name}`;
  const stated = qualifiers['vcs_url'];
  return (
    (stated === undefined ? undefined : repositoryOfUrl(stated)) ??
    repositoryOfUrl(names) ??
    repositoryOfUrl(`${type}.com/${names}`) ??
    repositoryOfUrl(`${type}.org/${names}`)
  );
}

export function isSameRepository(left: CodeRepository, right: CodeRepository): boolean {
  return textOfRepository(left) === textOfRepository(right);
}

export function textOfRepository({ host, owner, name }: CodeRepository): string {
  return `${host}/${owner}/${name}`;
}
