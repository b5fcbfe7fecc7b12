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

interface BottlerocketPackage {
  readonly name: string;
  /** With release and epoch in the form of rpm. */
  readonly version: string;
  readonly architecture: string;
}

export interface BottlerocketFact {
  readonly packages: readonly BottlerocketPackage[];
}

/** Packages of Bottlerocket, which has an inventory instead of a package database. */
export const bottlerocket: Cataloger<BottlerocketFact> = {
  id: 'bottlerocket',
  alias: 'bottlerocket-cataloger',
  version: 1,
  title: 'Bottlerocket packages',
  spec: 'https://bottlerocket.dev/en/os/latest/concepts/application-inventory/',
  tags: ['bottlerocket', 'directory', 'image', 'installed', 'linux', 'os', 'package'],
  systems: ['bottlerocket'],
  can: { licenses: 'no', dependencies: 'no', ownedFiles: 'no' },
  wants: [
    {
      role: 'inventory',
      paths: ['**/usr/share/bottlerocket/application-inventory.json'],
      maxBytes: 'configFileBytesMax',
    },
  ],
  extract,
  assemble: (input) => ({
    packages: input.facts.flatMap((visible) =>
      visible.fact.packages.map((each) => toBottlerocketPackage(each, visible, input)),
    ),
  }),
};

function extract({ content, limits, budget }: WantedFile): Extraction<BottlerocketFact> {
  const document = parseFileJson(readText(content), budget);
  if (!isRecord(document)) {
    return { problems: [{ code: 'P_MALFORMED', message: 'the inventory is not an object' }] };
  }
  const { packages, problems } = readListRecords(
    getList(document, 'Content'),
    'package',
    limits,
    readBottlerocketPackage,
  );
  return { fact: { packages }, problems };
}

function readBottlerocketPackage(record: unknown): BottlerocketPackage | undefined {
  if (!isRecord(record)) {
    return undefined;
  }
  const [name, version, release, epoch, architecture] = (
    ['Name', 'Version', 'Release', 'Epoch', 'Architecture'] as const
  ).map((member) => getText(record, member)) as [string, string, string, string, string];
  if (name === '' || version === '') {
    return undefined;
  }
  const before = epoch === '' || epoch === '0' ? '' : `${epoch}:`;
  const after = release === '' ? '' : `-${release}`;
  return { name, version: `${before}${version}${after}`, architecture };
}

function toBottlerocketPackage(
  { name, version, architecture }: BottlerocketPackage,
  visible: VisibleFact<BottlerocketFact>,
  { distro }: AssemblyInput<BottlerocketFact>,
): Package {
  return {
    name,
    version,
    type: 'bottlerocket',
    language: '',
    purl: writePurl({
      type: 'bottlerocket',
      name,
      version,
      qualifiers: { arch: architecture, distro: formatDistroQualifier(distro) },
    }),
    foundBy: bottlerocket.id,
    rule: 'a package in the application inventory of Bottlerocket',
    confidence: 1,
    locations: [createLocation(visible)],
    licenses: [],
    cpes: [],
    upstreams: [],
    ...(architecture === '' ? {} : { architecture }),
    ownedFiles: [],
  };
}
