import { posix } from 'node:path';
import { readWhole } from '../../../foundation/core/bytes.ts';
import type {
  Assembly,
  AssemblyInput,
  Cataloger,
  DependencyEdge,
  Extraction,
  VisibleFact,
  WantedFile,
} from '../../../foundation/core/cataloger.ts';
import { createLocation } from '../../../foundation/core/location.ts';
import type { Package } from '../../../foundation/core/package.ts';
import { toDeclaredLicense } from '../../../foundation/identity/license/license.ts';
import { writePurl } from '../../../foundation/identity/purl/purl.ts';
import { decodeXml } from '../../../foundation/syntax/xml/decode-xml.ts';
import { parseXml, type XmlElement } from '../../../foundation/syntax/xml/xml-tree.ts';
import { listNestedFiles } from '../nested-files.ts';

export interface ChocolateyFact {
  readonly name: string;
  readonly version: string;
  readonly license: string;
  readonly licenseUrl: string;
  /** Names of required packages. */
  readonly requires: readonly string[];
}

/**
 * Windows packages installed by Chocolatey. Files that their scripts installed elsewhere cannot be
 * attributed to them.
 */
export const chocolatey: Cataloger<ChocolateyFact> = {
  id: 'chocolatey',
  alias: 'chocolatey-cataloger',
  version: 1,
  title: 'Packages installed by Chocolatey',
  spec: 'https://docs.chocolatey.org/en-us/create/create-packages/',
  tags: ['chocolatey', 'directory', 'image', 'installed', 'package', 'windows'],
  can: { licenses: 'yes', dependencies: 'yes', ownedFiles: 'partly' },
  wants: [
    { role: 'record', paths: ['**/chocolatey/lib/*/*.nuspec'], maxBytes: 'configFileBytesMax' },
  ],
  extract,
  assemble,
};

function extract({ content, budget }: WantedFile): Extraction<ChocolateyFact> {
  const root = parseXml(decodeXml(readWhole(content)), budget);
  const about = root?.name === 'package' ? findChild(root, 'metadata') : undefined;
  if (about === undefined) {
    return { problems: [{ code: 'P_MALFORMED', message: 'the file does not describe a package' }] };
  }
  const [name, version] = [readChildText(about, 'id'), readChildText(about, 'version')];
  if (name === '' || version === '') {
    const message = 'the package was left out: it has no name or no version';
    return { problems: [{ code: 'P_RECORD', message }] };
  }
  const license = findChild(about, 'license');
  return {
    fact: {
      name,
      version,
      license: license?.attributes['type'] === 'expression' ? license.text : '',
      licenseUrl: readChildText(about, 'licenseUrl'),
      requires: readDependencies(about),
    },
  };
}

/** They may be in groups. Windows ignores case. */
function readDependencies(about: XmlElement): string[] {
  const listed = findChild(about, 'dependencies')?.children ?? [];
  const names = listed
    .flatMap((element) => (element.name === 'group' ? element.children : [element]))
    .filter((element) => element.name === 'dependency')
    .map(({ attributes }) => attributes['id']?.toLowerCase() ?? '');
  return [...new Set(names)].filter((name) => name !== '');
}

function findChild({ children }: XmlElement, name: string): XmlElement | undefined {
  return children.find((child) => child.name === name);
}

function readChildText(element: XmlElement, name: string): string {
  return findChild(element, name)?.text ?? '';
}

function assemble({ facts, view }: AssemblyInput<ChocolateyFact>): Assembly {
  const files = listNestedFiles(
    view,
    facts.map(({ path }) => posix.dirname(path)),
  );
  const made = facts.map((visible) => ({
    fact: visible.fact,
    pkg: toChocolateyPackage(visible, files.get(posix.dirname(visible.path)) ?? []),
  }));
  const byName = new Map(made.map(({ fact, pkg }) => [fact.name.toLowerCase(), pkg]));
  const dependencies = made.flatMap(({ fact, pkg }) =>
    fact.requires.flatMap((name): DependencyEdge[] => {
      const needed = byName.get(name);
      return needed === undefined || needed === pkg ? [] : [{ from: needed, to: pkg }];
    }),
  );
  return { packages: made.map(({ pkg }) => pkg), dependencies };
}

function toChocolateyPackage(
  visible: VisibleFact<ChocolateyFact>,
  paths: readonly string[],
): Package {
  const { name, version, license, licenseUrl } = visible.fact;
  const location = createLocation(visible);
  const urls = licenseUrl === '' ? [] : [licenseUrl];
  const declared = toDeclaredLicense(license, { locations: [location], urls });
  return {
    name,
    version,
    type: 'chocolatey',
    language: '',
    purl: writePurl({ type: 'chocolatey', name, version }),
    foundBy: chocolatey.id,
    rule: 'the description of a package in the Chocolatey library',
    confidence: 1,
    locations: [location],
    licenses: declared === undefined ? [] : [declared],
    cpes: [],
    upstreams: [],
    ownedFiles: paths.map((path) => ({ path })),
  };
}
