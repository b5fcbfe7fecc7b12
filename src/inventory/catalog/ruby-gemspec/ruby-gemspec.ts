import { posix } from 'node:path';
import { addToList } from '../../../foundation/core/add-to-list.ts';
import { readText } from '../../../foundation/core/bytes.ts';
import type {
  Assembly,
  AssemblyInput,
  Cataloger,
  Extraction,
  FileView,
  VisibleFact,
  WantedFile,
} from '../../../foundation/core/cataloger.ts';
import { defined } from '../../../foundation/core/defined.ts';
import type { Problem } from '../../../foundation/core/problem.ts';
import { writePurl } from '../../../foundation/identity/purl/purl.ts';
import {
  assemblePackageLists,
  type ListedPackage,
  type PackageList,
} from '../../ecosystem/package-list.ts';
import { parseGemspec } from '../../ecosystem/ruby/gemspec.ts';

/** A gem whose version may be a constant of another file, or such constants with their values. */
type GemFact = PackageList & {
  readonly constant?: string;
  readonly values?: Readonly<Record<string, string>>;
};

/**
 * Gems by the specification in their source. The version is a string or a constant of a
 * `version.rb` in the same source. Sources of installed gems are left out, because those have a
 * record.
 */
export const rubyGemspec: Cataloger<GemFact> = {
  id: 'ruby-gemspec',
  alias: 'ruby-gemspec-cataloger',
  version: 1,
  title: 'Gem specifications in source trees',
  spec: 'https://guides.rubygems.org/specification-reference/',
  tags: ['declared', 'directory', 'gem', 'gemspec', 'language', 'package', 'ruby'],
  can: { licenses: 'yes', dependencies: 'no', ownedFiles: 'no' },
  isOwnable: true,
  wants: [
    { role: 'specification', paths: ['**/*.gemspec'], maxBytes: 'configFileBytesMax' },
    { role: 'version', paths: ['**/version.rb'], maxBytes: 'configFileBytesMax' },
  ],
  extract: (file) => (file.role === 'version' ? readVersion(file) : readSpecification(file)),
  assemble,
};

const VERSION = /\.version\s{0,9}=\s{0,9}(?:[A-Z]\w{0,63}::){0,9}([A-Z]\w{0,63})/;

function readSpecification({ path, content }: WantedFile): Extraction<GemFact> {
  if (path.includes('/specifications/')) {
    return {};
  }
  const text = readText(content);
  const { name, version: stated, licenses, homepage, authors, files } = parseGemspec(text);
  const used = stated === '' ? VERSION.exec(text)?.[1] : undefined;
  const version = stated || (used === undefined ? '' : (parseConstants(text).get(used) ?? ''));
  const constant = version === '' ? used : undefined;
  if (name === '' || (version === '' && constant === undefined)) {
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
  const packages = [{ name, version, licenses, metadata }];
  return { fact: constant === undefined ? { packages } : { packages, constant } };
}

const ASSIGNMENT = /^[ \t]{0,40}(VERSION|Version)[ \t]{0,9}=[ \t]{0,9}["']([\w.-]{1,64})["']/gm;

function readVersion({ content }: WantedFile): Extraction<GemFact> {
  const values = parseConstants(readText(content));
  return values.size === 0 ? {} : { fact: { packages: [], values: Object.fromEntries(values) } };
}

function parseConstants(text: string): ReadonlyMap<string, string> {
  return new Map(
    [...text.matchAll(ASSIGNMENT)].map(([, constant = '', version = '']) => [constant, version]),
  );
}

function assemble(input: AssemblyInput<GemFact>): Assembly {
  const versions = new VersionFiles(input);
  const problems: Problem[] = [];
  const facts = input.facts.map((visible) => {
    const { path, layer, fact } = visible;
    const packages = isInstalled(path, input.view) ? [] : fact.packages;
    const found = packages.flatMap((listed) => withVersion(listed, visible, versions) ?? []);
    if (found.length < packages.length) {
      problems.push({
        code: 'P_RECORD',
        message: 'the specification computes its version in Ruby code',
        plugin: rubyGemspec.id,
        path,
        ...defined({ layer }),
      });
    }
    return { ...visible, fact: { packages: found } };
  });
  const { packages = [] } = assemblePackageLists({ ...input, facts }, ({ name, version }) => ({
    type: 'gem',
    language: 'ruby',
    purl: writePurl({ type: 'gem', name, version }),
    foundBy: rubyGemspec.id,
    rule: 'the specification of a gem in its source tree',
    confidence: 0.9,
    kind: 'ruby-gemspec',
  }));
  return { packages, problems };
}

/** `gems/a-1.0/a.gemspec` is the source of the gem recorded by `specifications/a-1.0.gemspec`. */
function isInstalled(path: string, view: FileView): boolean {
  const folder = posix.dirname(path);
  const home = posix.dirname(posix.dirname(folder));
  const record = `${posix.basename(folder)}.gemspec`;
  return ['specifications', 'specifications/default'].some(
    (kind) => view.resolve(posix.join(home, kind, record)) !== undefined,
  );
}

/** Files that define constants with versions, and the `lib` directories around them. */
class VersionFiles {
  readonly #byPath = new Map<string, VisibleFact<GemFact>>();
  /** By directory and constant. */
  readonly #byConstant = new Map<string, VisibleFact<GemFact>[]>();

  constructor({ facts, budget }: AssemblyInput<GemFact>) {
    for (const visible of facts) {
      const { path, role, fact } = visible;
      const constants = role === 'version' ? Object.keys(fact.values ?? {}) : [];
      if (constants.length > 0) {
        this.#byPath.set(path, visible);
      }
      for (const { index, 0: lib } of constants.length > 0 ? path.matchAll(LIBRARY) : []) {
        const library = path.slice(0, index + lib.length);
        for (const constant of budget.takeSteps(library.length) ? constants : []) {
          addToList(this.#byConstant, `${library}\0${constant}`, visible);
        }
      }
    }
  }

  /**
   * Returns the version of a gem. If several files define the constant, the file whose directories
   * match the name of the gem counts.
   */
  find(library: string, name: string, constant: string): string | undefined {
    const named = [name.replaceAll('-', '/'), name.replaceAll('-', '_')]
      .map((folder) => this.#byPath.get(posix.join(library, folder, 'version.rb')))
      .find((visible) => getConstant(visible, constant) !== undefined);
    const [only, ...others] = this.#byConstant.get(`${library}\0${constant}`) ?? [];
    return getConstant(named ?? (others.length === 0 ? only : undefined), constant);
  }
}

const LIBRARY = /\/lib(?=\/)/g;

function getConstant(
  visible: VisibleFact<GemFact> | undefined,
  constant: string,
): string | undefined {
  const values = visible?.fact.values ?? {};
  return Object.hasOwn(values, constant) ? values[constant] : undefined;
}

function withVersion(
  listed: ListedPackage,
  { path, fact: { constant } }: VisibleFact<GemFact>,
  versions: VersionFiles,
): ListedPackage | undefined {
  if (constant === undefined) {
    return listed;
  }
  const library = posix.join(posix.dirname(path), 'lib');
  const version = versions.find(library, listed.name, constant);
  return version === undefined
    ? undefined
    : { ...listed, version, metadata: { ...listed.metadata, version } };
}
