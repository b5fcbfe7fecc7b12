import { posix } from 'node:path';
import { readText } from '../../../foundation/core/bytes.ts';
import type {
  Assembly,
  AssemblyInput,
  Cataloger,
  DependencyEdge,
  Extraction,
  VisibleFact,
  WantedFile,
} from '../../../foundation/core/cataloger.ts';
import type { Package } from '../../../foundation/core/package.ts';
import { mergeLicenses, toDeclaredLicense } from '../../../foundation/identity/license/license.ts';
import { writePurl } from '../../../foundation/identity/purl/purl.ts';
import { splitLines } from '../../../foundation/syntax/text/lines.ts';
import { parseXml, type XmlElement } from '../../../foundation/syntax/xml/xml-tree.ts';
import { toEvidenceLocation } from '../evidence-location.ts';
import { listNestedFiles } from '../nested-files.ts';

/** Content of one file of a deployed application or runtime. */
export type FlatpakFact =
  | {
      readonly kind: 'metadata';
      readonly name: string;
      /** `org.gnome.Platform/x86_64/47`; empty if it needs none. */
      readonly runtime: string;
    }
  | {
      readonly kind: 'metainfo';
      readonly id: string;
      /** Version of the newest release. */
      readonly version: string;
      readonly license: string;
    };

/** `app/ID/ARCH/BRANCH/COMMIT/…` in an installation of the system, of a user, or an extra one. */
const DEPLOYED = ['app', 'runtime'].map((kind) => `**/flatpak/${kind}/*/*/*/*`);
/** `files/share/metainfo/ID.metainfo.xml` below the directory of a deployment. */
const RECORD_DEPTH = 4;
const GROUPS: ReadonlySet<string> = new Set(['[Application]', '[Runtime]', '[ExtensionOf]']);

/**
 * Applications and runtimes deployed by Flatpak, with their files. The version is that of the
 * newest release in the AppStream record, or the branch without a record, as in runtimes.
 */
export const flatpak: Cataloger<FlatpakFact> = {
  id: 'flatpak',
  alias: 'flatpak-cataloger',
  version: 1,
  title: 'Applications installed by Flatpak',
  spec: 'https://docs.flatpak.org/en/latest/flatpak-command-reference.html#flatpak-metadata',
  tags: ['directory', 'flatpak', 'image', 'installed', 'package'],
  can: { licenses: 'yes', dependencies: 'yes', ownedFiles: 'yes' },
  wants: [
    {
      role: 'metadata',
      paths: DEPLOYED.map((folder) => `${folder}/metadata`),
      maxBytes: 'configFileBytesMax',
    },
    {
      role: 'metainfo',
      paths: DEPLOYED.flatMap((folder) => [
        `${folder}/files/share/metainfo/*.xml`,
        `${folder}/files/share/appdata/*.xml`,
      ]),
      maxBytes: 'configFileBytesMax',
    },
  ],
  extract({ role, content, budget }: WantedFile): Extraction<FlatpakFact> {
    return role === 'metadata'
      ? extractMetadata(readText(content))
      : extractMetainfo(parseXml(readText(content), budget));
  },
  assemble,
};

/** A key file: groups in brackets, and `key=value` lines. */
function extractMetadata(text: string): Extraction<FlatpakFact> {
  const values = new Map<string, string>();
  let group = '';
  for (const { text: line } of splitLines(text)) {
    const [, key, value] = /^([A-Za-z-]+)\s*=\s*(.*)$/.exec(line) ?? [];
    if (line.startsWith('[')) {
      group = line.trim();
    } else if (key !== undefined && value !== undefined && GROUPS.has(group)) {
      values.set(`${group}${key}`, value.trim());
    }
  }
  const getValue = (key: string): string =>
    values.get(`[Application]${key}`) ?? values.get(`[Runtime]${key}`) ?? '';
  const name = getValue('name');
  return name === ''
    ? {
        problems: [
          { code: 'P_RECORD', message: 'the file does not name an application or runtime' },
        ],
      }
    : { fact: { kind: 'metadata', name, runtime: getValue('runtime') } };
}

function extractMetainfo(component: XmlElement | undefined): Extraction<FlatpakFact> {
  if (component === undefined) {
    return { problems: [{ code: 'P_MALFORMED', message: 'the file is not valid XML' }] };
  }
  const findChild = (name: string): XmlElement | undefined =>
    component.children.find((element) => element.name === name);
  // The newest release is the first. AppStream specification, "Releases".
  const release = findChild('releases')?.children.find(({ name }) => name === 'release');
  return {
    fact: {
      kind: 'metainfo',
      id: (findChild('id')?.text ?? '').replace(/\.desktop$/, ''),
      version: release?.attributes['version'] ?? '',
      license: findChild('project_license')?.text ?? '',
    },
  };
}

interface Deployment {
  readonly visible: VisibleFact<FlatpakFact>;
  readonly name: string;
  readonly runtime: string;
  readonly folder: string;
  readonly installation: string;
  readonly architecture: string;
  readonly branch: string;
  readonly commit: string;
}

function assemble({ view, facts }: AssemblyInput<FlatpakFact>): Assembly {
  const deployments = facts.flatMap(toDeployments);
  const below = listNestedFiles(
    view,
    deployments.map(({ folder }) => folder),
  );
  const records = Map.groupBy(facts, ({ fact, path }) =>
    fact.kind === 'metainfo' ? path.split('/').slice(0, -RECORD_DEPTH).join('/') : '',
  );
  const packages = deployments.map((deployment) => {
    const { folder, name } = deployment;
    const record = records
      .get(folder)
      ?.find(({ fact }) => fact.kind === 'metainfo' && fact.id === name);
    return toFlatpakPackage(deployment, record, below.get(folder) ?? []);
  });
  const places = new Map(
    deployments.map((deployment, place) => [toDeploymentRef(deployment), place]),
  );
  const dependencies = deployments.flatMap((deployment, place): DependencyEdge[] => {
    const { installation, runtime } = deployment;
    const from = packages[places.get(`${installation}\0${runtime}`) ?? -1];
    const to = packages[place];
    return from === undefined || to === undefined || from === to ? [] : [{ from, to }];
  });
  return { packages, dependencies };
}

/** The reference by which an application of the same installation names a runtime. */
function toDeploymentRef({ installation, name, architecture, branch }: Deployment): string {
  return `${installation}\0${name}/${architecture}/${branch}`;
}

function toDeployments(visible: VisibleFact<FlatpakFact>): Deployment[] {
  const { fact, path } = visible;
  if (fact.kind !== 'metadata') {
    return [];
  }
  const folder = posix.dirname(path);
  const [, , architecture = '', branch = '', commit = ''] = folder.split('/').slice(-5);
  const installation = folder.split('/').slice(0, -5).join('/');
  const { name, runtime } = fact;
  return [{ visible, name, runtime, folder, installation, architecture, branch, commit }];
}

function toFlatpakPackage(
  { visible, name, architecture, branch, commit }: Deployment,
  record: VisibleFact<FlatpakFact> | undefined,
  files: readonly string[],
): Package {
  const about = record?.fact.kind === 'metainfo' ? record.fact : undefined;
  const version = about?.version || branch;
  const locations = [
    toEvidenceLocation(visible, 'primary'),
    ...(record === undefined ? [] : [toEvidenceLocation(record, 'supporting')]),
  ];
  return {
    name,
    version,
    type: 'flatpak',
    language: '',
    purl: writePurl({
      type: 'flatpak',
      name,
      version,
      qualifiers: { arch: architecture, branch, commit },
    }),
    foundBy: flatpak.id,
    rule: 'the metadata of a Flatpak deployment',
    confidence: 1,
    locations,
    licenses: mergeLicenses([
      toDeclaredLicense(about?.license ?? '', { locations: locations.slice(1) }),
    ]),
    cpes: [],
    upstreams: [],
    ...(architecture === '' ? {} : { architecture }),
    ownedFiles: files.map((path) => ({ path })),
  };
}
