import { posix } from 'node:path';
import { readWhole } from '../../core/bytes.ts';
import type {
  Assembly,
  AssemblyInput,
  Cataloger,
  DependencyEdge,
  Extraction,
  VisibleFact,
  WantedFile,
} from '../../core/cataloger.ts';
import { createLocation } from '../../core/location.ts';
import type { Package } from '../../core/package.ts';
import { toDeclaredLicense } from '../../identity/license/license.ts';
import { writePurl } from '../../identity/purl/purl.ts';
import { decodeXml } from '../../syntax/xml/decode-xml.ts';
import { parseXml, type XmlElement } from '../../syntax/xml/xml-tree.ts';
import { filesBelow } from '../files-below.ts';

export interface ChocolateyFact {
  readonly name: string;
  readonly version: string;
  readonly license: string;
  readonly licenseUrl: string;
  /** Names of packages that it needs. */
  readonly requires: readonly string[];
}

/**
 * Packages of Windows that Chocolatey installed. What their scripts installed elsewhere is not
 * known to be theirs.
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
  const about = root?.name === 'package' ? childOf(root, 'metadata') : undefined;
  if (about === undefined) {
    return { problems: [{ code: 'P_MALFORMED', message: 'the file does not describe a package' }] };
  }
  const [name, version] = [textIn(about, 'id'), textIn(about, 'version')];
  if (name === '' || version === '') {
    const message = 'the package was left out: it has no name or no version';
    return { problems: [{ code: 'P_RECORD', message }] };
  }
  const license = childOf(about, 'license');
  return {
    fact: {
      name,
      version,
      license: license?.attributes['type'] === 'expression' ? license.text : '',
      licenseUrl: textIn(about, 'licenseUrl'),
      requires: dependenciesIn(about),
    },
  };
}

/** They may be in groups. Windows does not tell case apart. */
function dependenciesIn(about: XmlElement): string[] {
  const listed = childOf(about, 'dependencies')?.children ?? [];
  const names = listed
    .flatMap((element) => (element.name === 'group' ? element.children : [element]))
    .filter((element) => element.name === 'dependency')
    .map(({ attributes }) => attributes['id']?.toLowerCase() ?? '');
  return [...new Set(names)].filter((name) => name !== '');
}

function childOf({ children }: XmlElement, name: string): XmlElement | undefined {
  return children.find((child) => child.name === name);
}

function textIn(element: XmlElement, name: string): string {
  return childOf(element, name)?.text ?? '';
}

function assemble({ facts, view }: AssemblyInput<ChocolateyFact>): Assembly {
  const files = filesBelow(
    view,
    facts.map(({ path }) => posix.dirname(path)),
  );
  const made = facts.map((visible) => ({
    fact: visible.fact,
    pkg: packageOf(visible, files.get(posix.dirname(visible.path)) ?? []),
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

function packageOf(visible: VisibleFact<ChocolateyFact>, paths: readonly string[]): Package {
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
