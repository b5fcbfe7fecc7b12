import { readText } from '../../../foundation/core/bytes.ts';
import type { Cataloger, Extraction, WantedFile } from '../../../foundation/core/cataloger.ts';
import { writePurl } from '../../../foundation/identity/purl/purl.ts';
import {
  getTermList,
  getTermText,
  parseTerms,
  type Term,
} from '../../../foundation/syntax/erlang-term/erlang-term.ts';
import {
  assemblePackageLists,
  createMalformedList,
  type ListedPackage,
  type PackageList,
  readPackageList,
} from '../../ecosystem/package-list.ts';

/** Packages locked by Rebar3. The lock file contains no edges. */
export const erlangRebarLock: Cataloger<PackageList> = {
  id: 'erlang-rebar-lock',
  alias: 'erlang-rebar-lock-cataloger',
  version: 1,
  title: 'Packages locked by Rebar3',
  spec: 'https://rebar3.org/docs/configuration/dependencies/',
  tags: ['declared', 'directory', 'erlang', 'hex', 'language', 'package'],
  can: { licenses: 'no', dependencies: 'no', ownedFiles: 'no' },
  isOwnable: true,
  wants: [{ role: 'lock', paths: ['**/rebar.lock'], maxBytes: 'lockFileBytesMax' }],
  extract,
  assemble: (input) =>
    assemblePackageLists(input, ({ provides = [], version }) => {
      const [registryName = ''] = provides;
      return {
        type: 'hex',
        language: 'erlang',
        // A commit of a repository is not a release of the registry package with that name.
        purl: registryName === '' ? '' : writePurl({ type: 'hex', name: registryName, version }),
        foundBy: erlangRebarLock.id,
        rule: 'an entry in rebar.lock',
        kind: 'erlang-rebar-lock-entry',
      };
    }),
};

/**
 * Newer lock files contain `{version, packages}` and a second term with hashes; older ones only the
 * packages.
 */
function extract({ content, limits, budget }: WantedFile): Extraction<PackageList> {
  const [first, second = []] = parseTerms(readText(content), budget, { comment: '%' }) ?? [];
  if (typeof first !== 'object') {
    return createMalformedList('the lock file is not a list of terms');
  }
  const entries = typeof first[0] === 'string' ? getTermList(first, 1) : first;
  const hashes = readHashes(second);
  return readPackageList(entries, 'entry', limits, (entry) => readRebarEntry(entry, hashes));
}

/** Hashes by kind and name. */
function readHashes(term: Term): ReadonlyMap<string, string> {
  const lists = typeof term === 'string' ? [] : term;
  return new Map(
    lists.flatMap((list) =>
      getTermList(list, 1).map((entry): [string, string] => [
        `${getTermText(list, 0)} ${getTermText(entry, 0)}`,
        getTermText(entry, 1),
      ]),
    ),
  );
}

/** `{name, {pkg, name in the registry, version}, level}`, or `{git, URL, {ref, commit}}`. */
function readRebarEntry(
  entry: Term,
  hashes: ReadonlyMap<string, string>,
): ListedPackage | undefined {
  const name = getTermText(entry, 0);
  const source = getTermList(entry, 1);
  const isRegistry = getTermText(source, 0) === 'pkg';
  const version = isRegistry ? getTermText(source, 2) : getTermText(getTermList(source, 2), 1);
  if (name === '' || version === '') {
    return undefined;
  }
  const pkgHash = hashes.get(`pkg_hash ${name}`) ?? '';
  const pkgHashExt = hashes.get(`pkg_hash_ext ${name}`) ?? '';
  return {
    name,
    version,
    provides: isRegistry ? [getTermText(source, 1) || name] : [],
    metadata: {
      name,
      version,
      ...(pkgHash === '' ? {} : { pkgHash }),
      ...(pkgHashExt === '' ? {} : { pkgHashExt }),
    },
  };
}
