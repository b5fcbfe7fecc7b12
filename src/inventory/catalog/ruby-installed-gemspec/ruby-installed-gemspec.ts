import { posix } from 'node:path';
import { addToList } from '../../../foundation/core/add-to-list.ts';
import { readText } from '../../../foundation/core/bytes.ts';
import type {
  Assembly,
  AssemblyInput,
  Cataloger,
  Extraction,
  VisibleFact,
  WantedFile,
} from '../../../foundation/core/cataloger.ts';
import type { Package } from '../../../foundation/core/package.ts';
import { writePurl } from '../../../foundation/identity/purl/purl.ts';
import {
  assemblePackageLists,
  type ListedPackage,
  listEdges,
  type PackageList,
} from '../../ecosystem/package-list.ts';
import { parseGemspec } from '../../ecosystem/ruby/gemspec.ts';
import { listNestedFiles } from '../nested-files.ts';

/**
 * Installed gems, including those that come with Ruby. A gem owns its directory and its
 * specification; files of Ruby's own library that belong to a bundled gem are not attributed to it.
 */
export const rubyInstalledGemspec: Cataloger<PackageList> = {
  id: 'ruby-installed-gemspec',
  alias: 'ruby-installed-gemspec-cataloger',
  version: 1,
  title: 'Installed gems',
  spec: 'https://guides.rubygems.org/specification-reference/',
  tags: ['directory', 'gem', 'image', 'installed', 'language', 'package', 'ruby'],
  can: { licenses: 'yes', dependencies: 'yes', ownedFiles: 'partly' },
  isOwnable: true,
  wants: [
    {
      role: 'specification',
      paths: [
        '**/specifications/*.gemspec',
        '**/specifications/*/*.gemspec',
        '**/specifications/*/*/*.gemspec',
      ],
      maxBytes: 'configFileBytesMax',
    },
  ],
  extract,
  assemble,
};

function extract({ content }: WantedFile): Extraction<PackageList> {
  const { name, version, licenses, homepage, authors, files, dependencies } = parseGemspec(
    readText(content),
  );
  if (name === '' || version === '') {
    const message = 'the specification has no name or no version as a literal string';
    return { problems: [{ code: 'P_RECORD', message }] };
  }
  const metadata = {
    name,
    version,
    ...(files.length === 0 ? {} : { files }),
    ...(authors.length === 0 ? {} : { authors }),
    ...(homepage === '' ? {} : { homepage }),
  };
  return { fact: { packages: [{ name, version, licenses, requires: dependencies, metadata }] } };
}

/** A gem finds others in its own home, including the default gems of that home. */
function assemble(input: AssemblyInput<PackageList>): Assembly {
  const { packages: stated = [] } = assemblePackageLists(input, ({ name, version }) => ({
    type: 'gem',
    language: 'ruby',
    purl: writePurl({ type: 'gem', name, version }),
    foundBy: rubyInstalledGemspec.id,
    rule: 'the specification of an installed gem',
    kind: 'ruby-gemspec',
  }));
  const packages = withOwnFiles(stated, input);
  const homes = new Map<string, { readonly listed: ListedPackage; readonly made: Package }[]>();
  for (const [place, visible] of input.facts.entries()) {
    const [listed] = visible.fact.packages;
    const made = packages[place];
    if (listed !== undefined && made !== undefined) {
      addToList(homes, toGemHome(visible), { listed, made });
    }
  }
  const dependencies = [...homes.values()].flatMap((gems) =>
    listEdges(
      gems.map(({ listed }) => listed),
      input.budget,
    ).flatMap(({ from, to }) => {
      const [needed, dependent] = [gems[from]?.made, gems[to]?.made];
      return needed === undefined || dependent === undefined
        ? []
        : [{ from: needed, to: dependent }];
    }),
  );
  return { packages, dependencies };
}

/** RubyGems unpacks a gem into a directory with the name of its specification. */
function withOwnFiles(
  packages: readonly Package[],
  { view, facts }: AssemblyInput<PackageList>,
): readonly Package[] {
  const folders = facts.map((visible) =>
    posix.join(toGemHome(visible), '../gems', posix.basename(visible.path, '.gemspec')),
  );
  const files = listNestedFiles(view, folders);
  return packages.map((made, place) => {
    const paths = files.get(folders[place] ?? '') ?? [];
    const specification = facts[place]?.path;
    return {
      ...made,
      ownedFiles: [...paths, ...(specification === undefined ? [] : [specification])].map(
        (path) => ({ path }),
      ),
    };
  });
}

function toGemHome({ path }: VisibleFact<PackageList>): string {
  const folder = posix.dirname(path);
  return posix.basename(folder) === 'default' ? posix.dirname(folder) : folder;
}
