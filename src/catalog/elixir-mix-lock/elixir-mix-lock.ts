import type { Budget } from '../../core/budget.ts';
import { textOf } from '../../core/bytes.ts';
import type { Cataloger, Extraction, WantedFile } from '../../core/cataloger.ts';
import type { ProblemNote } from '../../core/problem.ts';
import {
  assemblePackageLists,
  type ListedPackage,
  type PackageList,
} from '../../ecosystem/package-list.ts';
import { writePurl } from '../../identity/purl/purl.ts';
import { parseTerms, type Term, termList, termText } from '../../syntax/erlang-term/erlang-term.ts';
import { textIn } from '../../syntax/json/member.ts';
import { type Line, linesOf } from '../../syntax/text/lines.ts';

/** Packages that Mix locks. What lies in a folder of the project has no version and is none. */
export const elixirMixLock: Cataloger<PackageList> = {
  id: 'elixir-mix-lock',
  alias: 'elixir-mix-lock-cataloger',
  version: 1,
  title: 'Packages locked by Mix',
  spec: 'https://hexdocs.pm/mix/Mix.Tasks.Deps.html',
  tags: ['declared', 'directory', 'elixir', 'hex', 'language', 'package'],
  can: { licenses: 'no', dependencies: 'yes', ownedFiles: 'no' },
  wants: [{ role: 'lock', paths: ['**/mix.lock'], maxBytes: 'lockFileBytesMax' }],
  extract,
  assemble: (input) =>
    assemblePackageLists(input, ({ name, version, metadata }) => ({
      type: 'hex',
      language: 'elixir',
      // A commit of a repository is no release of the registry's package of that name.
      purl:
        textIn(metadata ?? {}, 'pkgHash') === '' ? '' : writePurl({ type: 'hex', name, version }),
      foundBy: elixirMixLock.id,
      rule: 'an entry of mix.lock',
      kind: 'elixir-mix-lock-entry',
    })),
};

/** Mix writes each entry on a line of its own; older ones open the map on the first of them. */
function extract({ content, limits, budget }: WantedFile): Extraction<PackageList> {
  const packages: ListedPackage[] = [];
  const problems: ProblemNote[] = [];
  for (const line of linesOf(textOf(content))) {
    const entry = readEntry(line, budget);
    if (packages.length === limits.recordsMax) {
      problems.push({ code: 'P_LIMIT', message: 'the lock has more entries than recordsMax' });
      break;
    }
    if (entry === 'broken') {
      const message = 'the entry could not be understood and was left out';
      problems.push({ code: 'P_RECORD', message, line: line.number });
    } else if (entry !== undefined) {
      packages.push(entry);
    }
  }
  return { fact: { packages }, problems };
}

function readEntry({ text, number }: Line, budget: Budget): ListedPackage | 'broken' | undefined {
  const entry = text.trim().replace(/^%\{/, '');
  if (entry === '' || entry === '}') {
    return undefined;
  }
  const [name, source, ...others] = parseTerms(entry, budget, { comment: '#' }) ?? [];
  if (typeof name !== 'string' || typeof source !== 'object' || others.length > 0) {
    return 'broken';
  }
  switch (termText(source, 0)) {
    case 'hex':
      return readHex(name, source, number);
    case 'git':
      return readGit(name, source, number);
    case 'path':
      return undefined;
    default:
      return 'broken';
  }
}

/** `{:hex, name, version, hash, managers, dependencies, repository, outer hash}`. */
function readHex(key: string, source: Term, line: number): ListedPackage | 'broken' {
  const name = termText(source, 1);
  const version = termText(source, 2);
  if (name === '' || version === '') {
    return 'broken';
  }
  const dependencies = termList(source, 5)
    .map((dependency) => termText(dependency, 0))
    .filter((dependency) => dependency !== '');
  const hashes = { pkgHash: termText(source, 3), pkgHashExt: termText(source, 7) };
  const known = Object.entries(hashes).filter(([, hash]) => hash !== '');
  return {
    name,
    version,
    line,
    provides: [key],
    requires: dependencies,
    metadata: {
      name,
      version,
      ...Object.fromEntries(known),
      ...(dependencies.length === 0 ? {} : { dependencies }),
    },
  };
}

/** `{:git, address, commit, options}`. */
function readGit(name: string, source: Term, line: number): ListedPackage | 'broken' {
  const version = termText(source, 2);
  return version === '' ? 'broken' : { name, version, line, metadata: { name, version } };
}
