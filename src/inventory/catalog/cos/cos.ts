import { readText } from '../../../foundation/core/bytes.ts';
import type {
  AssemblyInput,
  Cataloger,
  Extraction,
  VisibleFact,
  WantedFile,
} from '../../../foundation/core/cataloger.ts';
import { createLocation } from '../../../foundation/core/location.ts';
import type { Package } from '../../../foundation/core/package.ts';
import { formatDistroQualifier, writePurl } from '../../../foundation/identity/purl/purl.ts';
import { isRecord } from '../../../foundation/syntax/json/guard.ts';
import { getList, getText } from '../../../foundation/syntax/json/member.ts';
import { parseFileJson } from '../../../foundation/syntax/json/parse-json.ts';
import { readListRecords } from '../../ecosystem/package-list.ts';

interface CosPackage {
  readonly category: string;
  readonly name: string;
  /** Version of the system's build. */
  readonly version: string;
  /** Version of the source ebuild. */
  readonly ebuildVersion: string;
}

export interface CosFact {
  readonly packages: readonly CosPackage[];
}

/**
 * Packages of Container-Optimized OS, which has no package manager. Packages only needed to build
 * the system are left out.
 */
export const cos: Cataloger<CosFact> = {
  id: 'cos',
  alias: 'cos-cataloger',
  version: 1,
  title: 'Container-Optimized OS packages',
  spec: 'https://cloud.google.com/container-optimized-os/docs/how-to/view-packages',
  tags: ['cos', 'directory', 'image', 'installed', 'linux', 'os', 'package'],
  systems: ['cos'],
  can: { licenses: 'no', dependencies: 'no', ownedFiles: 'no' },
  wants: [
    { role: 'packages', paths: ['**/etc/cos-package-info.json'], maxBytes: 'configFileBytesMax' },
  ],
  extract,
  assemble: (input) => ({
    packages: input.facts.flatMap((visible) =>
      visible.fact.packages.map((each) => toCosPackage(each, visible, input)),
    ),
  }),
};

function extract({ content, limits, budget }: WantedFile): Extraction<CosFact> {
  const document = parseFileJson(readText(content), budget);
  if (!isRecord(document)) {
    return { problems: [{ code: 'P_MALFORMED', message: 'the package list is not an object' }] };
  }
  const { packages, problems } = readListRecords(
    getList(document, 'installedPackages'),
    'package',
    limits,
    readCosPackage,
  );
  return { fact: { packages }, problems };
}

function readCosPackage(record: unknown): CosPackage | undefined {
  if (!isRecord(record)) {
    return undefined;
  }
  const [name, version] = [getText(record, 'name'), getText(record, 'version')];
  const category = getText(record, 'category');
  return name === '' || version === ''
    ? undefined
    : { category, name, version, ebuildVersion: getText(record, 'ebuild_version') };
}

function toCosPackage(
  { category, name, version, ebuildVersion }: CosPackage,
  visible: VisibleFact<CosFact>,
  { distro }: AssemblyInput<CosFact>,
): Package {
  const ebuild = category === '' ? name : `${category}/${name}`;
  return {
    name,
    version,
    type: 'cos',
    language: '',
    purl: writePurl({
      type: 'cos',
      name,
      version,
      qualifiers: { distro: formatDistroQualifier(distro) },
    }),
    foundBy: cos.id,
    rule: 'an installed package in the package list of Container-Optimized OS',
    confidence: 1,
    locations: [createLocation(visible)],
    licenses: [],
    cpes: [],
    upstreams: ebuildVersion === '' ? [] : [{ name: ebuild, version: ebuildVersion }],
    ownedFiles: [],
  };
}
