import { posix } from 'node:path';
import { expandWhole } from '../../../foundation/bytes/compression/expand-whole.ts';
import { readText, readWhole, toBuffer } from '../../../foundation/core/bytes.ts';
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
import type { Distro } from '../../../foundation/core/distro.ts';
import { findLayerOfLastChange } from '../../../foundation/core/layer-of-last-change.ts';
import type { OwnedFile, Package } from '../../../foundation/core/package.ts';
import { mergeLicenses, toDeclaredLicense } from '../../../foundation/identity/license/license.ts';
import { formatDistroQualifier, writePurl } from '../../../foundation/identity/purl/purl.ts';
import { resolveRequirements } from '../../ecosystem/resolve-requirements.ts';
import { toEvidenceLocation } from '../evidence-location.ts';
import { readRecordedDigests } from '../recorded-digests.ts';
import {
  type AlpmFile,
  parseAlpmSections,
  parseBackupFiles,
  parseMtreeFiles,
} from './alpm-record.ts';

/** Members of Syft's metadata that are strings or numbers in `desc`. */
export interface AlpmEntry {
  readonly basepackage: string;
  readonly package: string;
  readonly version: string;
  readonly description: string;
  readonly architecture: string;
  readonly size: number;
  readonly packager: string;
  readonly url: string;
  readonly validation: string;
  readonly reason: number;
  readonly provides?: readonly string[];
  readonly depends?: readonly string[];
}

/** Content of one file in a package's directory. */
export type AlpmFact =
  | { readonly kind: 'desc'; readonly entry: AlpmEntry; readonly licenses: readonly string[] }
  | {
      readonly kind: 'files';
      readonly paths: readonly string[];
      readonly backup: readonly AlpmFile[];
    }
  | { readonly kind: 'mtree'; readonly files: readonly AlpmFile[] };

const LOCAL = '**/var/lib/pacman/local/*';
const DATABASE = /\/var\/lib\/pacman\/local\/[^/]+\/desc$/;

/**
 * Packages installed by pacman, in Arch Linux and its derivatives, with the files of each. If
 * several providers of a name exist, the intended one is unknown.
 */
export const alpmDb: Cataloger<AlpmFact> = {
  id: 'alpm-db',
  alias: 'alpm-db-cataloger',
  version: 1,
  title: 'Packages installed by pacman',
  spec: 'https://man.archlinux.org/man/alpm-files.5',
  tags: [
    'alpm',
    'archlinux',
    'directory',
    'image',
    'installed',
    'linux',
    'os',
    'package',
    'pacman',
  ],
  systems: ['arch'],
  can: { licenses: 'yes', dependencies: 'yes', ownedFiles: 'yes' },
  wants: [
    { role: 'desc', paths: [`${LOCAL}/desc`], maxBytes: 'recordBytesMax' },
    { role: 'files', paths: [`${LOCAL}/files`], maxBytes: 'textFileBytesMax' },
    { role: 'mtree', paths: [`${LOCAL}/mtree`], maxBytes: 'textFileBytesMax' },
  ],
  extract,
  assemble,
};

function extract(file: WantedFile): Extraction<AlpmFact> {
  switch (file.role) {
    case 'desc':
      return extractDesc(file);
    case 'files':
      return extractFiles(file);
    default:
      return extractMtree(file);
  }
}

function extractDesc({ content, budget }: WantedFile): Extraction<AlpmFact> {
  const sections = parseAlpmSections(readText(content), (chars) => budget.takeName(chars));
  const getSection = (title: string): readonly string[] => sections.get(title) ?? [];
  const getFirst = (title: string): string => sections.get(title)?.[0] ?? '';
  const name = getFirst('NAME');
  const version = getFirst('VERSION');
  if (name === '' || version === '') {
    const message = 'the record has no name or no version';
    return { problems: [{ code: 'P_RECORD', message }] };
  }
  const provides = getSection('PROVIDES');
  const depends = getSection('DEPENDS');
  const entry: AlpmEntry = {
    basepackage: getFirst('BASE'),
    package: name,
    version,
    description: getFirst('DESC'),
    architecture: getFirst('ARCH'),
    size: parseNumber(getFirst('SIZE')),
    packager: getFirst('PACKAGER'),
    url: getFirst('URL'),
    validation: (sections.get('VALIDATION') ?? []).join('\n'),
    reason: parseNumber(getFirst('REASON')),
    ...(provides.length === 0 ? {} : { provides }),
    ...(depends.length === 0 ? {} : { depends }),
  };
  return { fact: { kind: 'desc', entry, licenses: getSection('LICENSE') } };
}

function parseNumber(text: string): number {
  return /^[0-9]{1,15}$/.test(text) ? Number(text) : 0;
}

function extractFiles({ content, budget }: WantedFile): Extraction<AlpmFact> {
  const listing = budget.createFileList();
  const sections = parseAlpmSections(readText(content), (chars) => listing.take(chars));
  const paths = (sections.get('FILES') ?? []).map((path) => posix.join('/', path));
  return { fact: { kind: 'files', paths, backup: parseBackupFiles(sections.get('BACKUP') ?? []) } };
}

function extractMtree({ content, budget }: WantedFile): Extraction<AlpmFact> {
  const packed = readWhole(content);
  const { bytes, problem } = expandWhole(packed, budget, 'textFileBytesMax');
  const files = parseMtreeFiles(toBuffer(bytes).toString('utf8'), budget);
  const problems = problem === undefined ? [] : [problem];
  return problem !== undefined && files.length === 0
    ? { problems }
    : { fact: { kind: 'mtree', files }, problems };
}

type Fact<Kind extends AlpmFact['kind']> = Extract<AlpmFact, { kind: Kind }>;

function assemble({ view, facts, distro, budget }: AssemblyInput<AlpmFact>): Assembly {
  const byPath = new Map(facts.map((visible) => [visible.path, visible]));
  const made = facts.flatMap((visible) => {
    const { fact, path } = visible;
    if (fact.kind !== 'desc') {
      return [];
    }
    const folder = posix.dirname(path);
    const besides = {
      files: byPath.get(`${folder}/files`),
      mtree: byPath.get(`${folder}/mtree`),
    };
    const pkg = toAlpmPackage(fact, visible, { view, distro, ...besides });
    return [{ pkg, entry: fact.entry }];
  });
  const dependencies = resolveRequirements(
    made.map(({ pkg, entry }) => ({
      item: pkg,
      provides: listProvidedNames(entry),
      requires: (entry.depends ?? []).map((text) =>
        /[<>]/.test(text) ? stripVersion(text) : text,
      ),
    })),
    budget,
  );
  return {
    packages: made.map(({ pkg }) => pkg),
    dependencies,
    recordedDigests: readRecordedDigests,
  };
}

/**
 * The names that other packages may require. A requirement with a range uses the name alone,
 * because pacman has verified that the installed version satisfies it. `=` requires one version,
 * with or without the build number, or one interface of a library, as in `libgmp.so=10-64`.
 */
function listProvidedNames({ package: name, version, provides = [] }: AlpmEntry): string[] {
  return [
    name,
    `${name}=${version}`,
    `${name}=${version.replace(/-[^-]*$/, '')}`,
    ...provides.flatMap((provided) => [provided, stripVersion(provided)]),
  ];
}

/** `glibc>=2.33` and `libgmp.so=10-64` without their versions. */
function stripVersion(dependency: string): string {
  return dependency.split(/[<>=]/, 1)[0]?.trim() ?? '';
}

interface Context {
  readonly view: FileView;
  readonly distro: Distro | undefined;
  readonly files: VisibleFact<AlpmFact> | undefined;
  readonly mtree: VisibleFact<AlpmFact> | undefined;
}

function toAlpmPackage(
  { entry, licenses }: Fact<'desc'>,
  visible: VisibleFact<AlpmFact>,
  context: Context,
): Package {
  const { distro, files, mtree } = context;
  const root = visible.path.replace(DATABASE, '');
  const location = toEvidenceLocation(visible, 'primary');
  const serialized = JSON.stringify(entry);
  const introducedIn = findLayerOfLastChange(
    visible.layer,
    visible.earlier,
    ({ fact }) => fact.kind === 'desc' && JSON.stringify(fact.entry) === serialized,
  );
  const listed = mtree?.fact.kind === 'mtree' ? mtree.fact.files : [];
  const backup = files?.fact.kind === 'files' ? files.fact.backup : [];
  return {
    name: entry.package,
    version: entry.version,
    type: 'alpm',
    language: '',
    purl: toAlpmPurl(entry, distro),
    foundBy: alpmDb.id,
    rule: 'a record of the local pacman database',
    confidence: 1,
    locations: [
      location,
      ...[files, mtree].flatMap((other) =>
        other === undefined ? [] : [toEvidenceLocation(other, 'supporting')],
      ),
    ],
    ...defined({ introducedIn }),
    licenses: mergeLicenses(
      licenses.map((value) => toDeclaredLicense(value, { locations: [location] })),
    ),
    cpes: [],
    upstreams: entry.basepackage === '' ? [] : [{ name: entry.basepackage }],
    ...(entry.architecture === '' ? {} : { architecture: entry.architecture }),
    ownedFiles: listOwnedFiles(listed, files?.fact).map(({ path }) => ({ path: root + path })),
    metadata: { kind: 'alpm-db-entry', value: { ...entry, files: listed, backup } },
  };
}

/** The mtree specification has more details, but only the list is present in every database. */
function listOwnedFiles(
  listed: readonly AlpmFile[],
  files: AlpmFact | undefined,
): readonly OwnedFile[] {
  const plain = files?.kind === 'files' ? files.paths.map((path) => ({ path })) : [];
  return listed.length > 0 ? listed : plain.filter(({ path }) => !path.endsWith('/'));
}

/**
 * The namespace is the distribution, which only os-release names: other distributions use pacman,
 * too. purl-spec, types/alpm.
 */
function toAlpmPurl(entry: AlpmEntry, distro: Distro | undefined): string {
  if (distro === undefined || !isArch(distro)) {
    return '';
  }
  return writePurl({
    type: 'alpm',
    namespace: distro.id.toLowerCase(),
    name: entry.package,
    version: entry.version,
    qualifiers: {
      arch: entry.architecture,
      upstream: entry.basepackage,
      distro: formatDistroQualifier(distro),
    },
  });
}

function isArch({ id, idLike }: Distro): boolean {
  return [id, ...idLike].some((name) => name === 'arch' || name === 'archlinux');
}
