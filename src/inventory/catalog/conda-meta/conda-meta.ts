import { posix } from 'node:path';
import { addToList } from '../../../foundation/core/add-to-list.ts';
import type { Budget } from '../../../foundation/core/budget.ts';
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
import type { OwnedFile, Package } from '../../../foundation/core/package.ts';
import { writePurl } from '../../../foundation/identity/purl/purl.ts';
import { isRecord } from '../../../foundation/syntax/json/guard.ts';
import { getText, toTexts } from '../../../foundation/syntax/json/member.ts';
import { isShallow, parseFileJson } from '../../../foundation/syntax/json/parse-json.ts';
import {
  assemblePackageLists,
  createMalformedList,
  type ListedPackage,
  listEdges,
  type PackageList,
} from '../../ecosystem/package-list.ts';

/** Packages installed in environments of conda, with the files of each. */
export const condaMeta: Cataloger<PackageList> = {
  id: 'conda-meta',
  alias: 'conda-meta-cataloger',
  version: 1,
  title: 'Packages installed by conda',
  spec: 'https://docs.conda.io/projects/conda-build/en/stable/resources/package-spec.html',
  tags: ['conda', 'directory', 'image', 'installed', 'language', 'package'],
  can: { licenses: 'yes', dependencies: 'yes', ownedFiles: 'yes' },
  wants: [{ role: 'record', paths: ['**/conda-meta/*.json'], maxBytes: 'lockFileBytesMax' }],
  extract,
  assemble,
};

/** Members that metadata keeps unchanged. */
const KEPT_MEMBERS = [
  'arch',
  'name',
  'version',
  'build',
  'build_number',
  'channel',
  'subdir',
  'noarch',
  'license',
  'license_family',
  'md5',
  'sha256',
  'size',
  'timestamp',
  'fn',
  'url',
  'extracted_package_dir',
  'depends',
  'files',
  'paths_data',
  'link',
] as const;

function extract({ content, limits, budget }: WantedFile): Extraction<PackageList> {
  const document = parseFileJson(readText(content), budget);
  if (!isRecord(document) || !isShallow(document, limits.documentDepthMax)) {
    return createMalformedList('the record is not a JSON object, or is nested too deeply');
  }
  const name = getText(document, 'name');
  const version = getText(document, 'version');
  if (name === '' || version === '') {
    const message = 'the record has no name or no version';
    return { problems: [{ code: 'P_RECORD', message }] };
  }
  const kept = KEPT_MEMBERS.filter(
    (member) => isStated(document[member]) && takeMember(document[member], member, budget),
  );
  const listed: ListedPackage = {
    name,
    version,
    licenses: [getText(document, 'license')],
    requires: kept.includes('depends')
      ? toTexts(document['depends']).map((text) => text.split(' ', 1)[0] ?? '')
      : [],
    metadata: Object.fromEntries(kept.map((member) => [member, document[member]])),
  };
  return { fact: { packages: [listed] } };
}

/** Members may be long; a list of files that is too long is left out completely. */
function takeMember(
  value: unknown,
  member: (typeof KEPT_MEMBERS)[number],
  budget: Budget,
): boolean {
  switch (member) {
    case 'depends':
      return toTexts(value).every(({ length }) => budget.takeName(length));
    case 'files': {
      const listing = budget.createFileList();
      return toTexts(value).every(({ length }) => listing.take(length));
    }
    case 'paths_data': {
      const paths = isRecord(value) ? value['paths'] : undefined;
      return budget.take('ownedFilesMax', Array.isArray(paths) ? paths.length : 0);
    }
    default:
      return true;
  }
}

function isStated(value: unknown): boolean {
  return value !== undefined && value !== null && value !== '';
}

function assemble(input: AssemblyInput<PackageList>): Assembly {
  const { packages = [] } = assemblePackageLists(input, (listed, visible) => ({
    type: 'conda',
    language: '',
    purl: toCondaPurl(listed),
    foundBy: condaMeta.id,
    rule: 'a record of a conda environment',
    kind: 'conda-metadata-entry',
    ownedFiles: listOwnedFiles(listed, visible),
  }));
  return { packages, dependencies: createEnvironmentEdges(input, packages) };
}

/** The channel is the last part of its URL. */
function toCondaPurl({ name, version, metadata = {} }: ListedPackage): string {
  const file = getText(metadata, 'fn');
  const qualifiers = {
    build: getText(metadata, 'build'),
    channel: /([^/]+)\/?$/.exec(getText(metadata, 'channel'))?.[1],
    subdir: getText(metadata, 'subdir'),
    type: /\.(conda|tar\.bz2)$/.exec(file)?.[1],
  };
  return writePurl({ type: 'conda', name, version, qualifiers });
}

/** Paths are relative to the environment and must not lead out of it. */
function listOwnedFiles(
  { metadata = {} }: ListedPackage,
  visible: VisibleFact<PackageList>,
): OwnedFile[] {
  const environment = toEnvironmentPath(visible);
  const inside = environment === '/' ? '/' : `${environment}/`;
  return toTexts(metadata['files'])
    .map((file) => ({ path: posix.join(environment, file) }))
    .filter(({ path }) => path.startsWith(inside));
}

function toEnvironmentPath({ path }: VisibleFact<PackageList>): string {
  return posix.dirname(posix.dirname(path));
}

/** Dependencies are packages of the same environment. */
function createEnvironmentEdges(
  { facts, budget }: AssemblyInput<PackageList>,
  packages: readonly Package[],
): DependencyEdge[] {
  const environments = new Map<
    string,
    { readonly listed: ListedPackage; readonly pkg: Package }[]
  >();
  for (const [place, visible] of facts.entries()) {
    const [listed] = visible.fact.packages;
    const pkg = packages[place];
    if (listed !== undefined && pkg !== undefined) {
      addToList(environments, toEnvironmentPath(visible), { listed, pkg });
    }
  }
  return [...environments.values()].flatMap((members) =>
    listEdges(
      members.map(({ listed }) => listed),
      budget,
    ).flatMap(({ from, to }) => {
      const [needed, dependent] = [members[from]?.pkg, members[to]?.pkg];
      return needed === undefined || dependent === undefined
        ? []
        : [{ from: needed, to: dependent }];
    }),
  );
}
