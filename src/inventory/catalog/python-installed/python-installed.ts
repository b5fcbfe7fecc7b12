import { posix } from 'node:path';
import type { Budget } from '../../../foundation/core/budget.ts';
import type { AssemblyInput, Cataloger, VisibleFact } from '../../../foundation/core/cataloger.ts';
import { FileRefMap } from '../../../foundation/core/file-ref-map.ts';
import { createLocation } from '../../../foundation/core/location.ts';
import type { License, Location, OwnedFile, Package } from '../../../foundation/core/package.ts';
import { mergeLicenses, toDeclaredLicense } from '../../../foundation/identity/license/license.ts';
import { concludeLicenses } from '../../../foundation/identity/license/license-file.ts';
import type { RecordedFile } from '../../ecosystem/python/installed-files.ts';
import { normalizePythonName, toPypiPurl } from '../../ecosystem/python/python-name.ts';
import { type InstalledProject, resolveEnvironmentEdges } from './python-environment.ts';
import {
  type DirectUrl,
  extractPythonFact,
  findSiteDirectory,
  isLoneFile,
  PYTHON_WANTS,
  type PythonFact,
} from './python-fact.ts';

/** Python projects installed by pip and other installers, as wheels or eggs. */
export const pythonInstalled: Cataloger<PythonFact> = {
  id: 'python-installed',
  version: 3,
  title: 'Installed Python projects',
  spec: 'https://packaging.python.org/en/latest/specifications/recording-installed-packages/',
  tags: ['package', 'image', 'directory', 'installed', 'language', 'python'],
  can: { licenses: 'yes', dependencies: 'yes', ownedFiles: 'yes' },
  alias: 'python-installed-package-cataloger',
  isOwnable: true,
  wants: PYTHON_WANTS,
  extract: extractPythonFact,
  assemble(input) {
    const companions = new Companions(input);
    const projects: InstalledProject[] = [];
    for (const visible of input.facts) {
      if (visible.fact.kind === 'metadata') {
        const { metadata } = visible.fact;
        const pkg = toPythonPackage(visible, visible.fact, companions);
        const { requiresDist } = metadata;
        projects.push({ pkg, metadataPath: visible.path, requiresDist });
      }
    }
    return {
      packages: projects.map(({ pkg }) => pkg),
      dependencies: resolveEnvironmentEdges(projects, input),
    };
  },
};

type FactOf<Kind extends PythonFact['kind']> = Extract<PythonFact, { readonly kind: Kind }>;

interface Companion<Kind extends PythonFact['kind']> {
  readonly fact: FactOf<Kind>;
  readonly location: Location;
}

/** Finds the files beside the metadata of a project. */
class Companions {
  readonly #view: AssemblyInput<PythonFact>['view'];
  readonly #byRef: FileRefMap<VisibleFact<PythonFact>>;
  readonly #budget: Budget;

  constructor({ view, facts, budget }: AssemblyInput<PythonFact>) {
    this.#view = view;
    this.#budget = budget;
    this.#byRef = new FileRefMap(facts.map((visible) => [visible.ref, visible]));
  }

  /** License files in the directory of the metadata and in its directory for licenses. */
  findLicenseFiles(metadataPath: string): Companion<'license'>[] {
    const folder = posix.dirname(metadataPath);
    return LICENSE_FOLDERS.flatMap((inner) =>
      this.#view
        .list(posix.join(folder, inner))
        .map((name) => this.findCompanion(metadataPath, posix.join(inner, name), 'license')),
    ).filter((companion) => companion !== undefined);
  }

  findCompanion<Kind extends PythonFact['kind']>(
    metadataPath: string,
    name: string,
    kind: Kind,
  ): Companion<Kind> | undefined {
    if (isLoneFile(metadataPath)) {
      return undefined;
    }
    const accessPath = posix.join(posix.dirname(metadataPath), name);
    const found = this.#view.resolve(accessPath);
    const visible = found && this.#byRef.get(found.ref);
    if (found === undefined || visible === undefined || !isOfKind(visible.fact, kind)) {
      return undefined;
    }
    if (!this.#budget.takeList(getListEntries(visible.fact))) {
      return undefined;
    }
    const place = { path: found.path, layer: visible.layer };
    return {
      fact: visible.fact,
      location: createLocation(place, { accessPath, evidence: 'supporting' }),
    };
  }
}

function getListEntries(fact: PythonFact): readonly unknown[] {
  switch (fact.kind) {
    case 'record':
      return fact.files;
    case 'installed':
      return fact.paths;
    case 'top-level':
      return fact.names;
    case 'license':
      return fact.licenses;
    default:
      return [];
  }
}

/** Directories of license files. Packaging specifications, "Recording installed projects". */
const LICENSE_FOLDERS = ['', 'licenses'];

function isOfKind<Kind extends PythonFact['kind']>(
  fact: PythonFact,
  kind: Kind,
): fact is FactOf<Kind> {
  return fact.kind === kind;
}

function toPythonPackage(
  { path, layer }: VisibleFact<PythonFact>,
  fact: FactOf<'metadata'>,
  companions: Companions,
): Package {
  const { metadata } = fact;
  const place = createLocation({ path, layer });
  const site = findSiteDirectory(path);
  const installed = readInstalledFiles(path, companions);
  const topLevel = companions.findCompanion(path, 'top_level.txt', 'top-level');
  const directUrl = companions.findCompanion(path, 'direct_url.json', 'direct-url');
  const name = normalizePythonName(metadata.name);
  return {
    name,
    version: metadata.version,
    type: 'python',
    language: 'python',
    purl: toPypiPurl({
      name,
      version: metadata.version,
      vcsUrl: formatVcsUrl(directUrl?.fact.origin),
    }),
    foundBy: pythonInstalled.id,
    rule: 'the metadata of an installed Python project',
    confidence: 1,
    locations: [
      place,
      ...installed.locations,
      ...[topLevel, directUrl].flatMap((companion) => companion?.location ?? []),
    ],
    licenses: collectPythonLicenses(path, fact, { place, companions }),
    cpes: [],
    upstreams: [],
    ownedFiles: listOwnedFiles(site, installed.files),
    metadata: {
      kind: 'python-package',
      value: {
        name: metadata.name,
        version: metadata.version,
        author: metadata.author,
        authorEmail: metadata.authorEmail,
        platform: metadata.platform,
        ...listMember('files', installed.files),
        sitePackagesRootPath: site,
        ...listMember('topLevelPackages', topLevel?.fact.names ?? []),
        ...(directUrl === undefined ? {} : { directUrlOrigin: directUrl.fact.origin }),
        ...(metadata.requiresPython === '' ? {} : { requiresPython: metadata.requiresPython }),
        ...listMember('requiresDist', metadata.requiresDist),
        ...listMember('providesExtra', metadata.providesExtra),
      },
    },
  };
}

function listMember(name: string, list: readonly unknown[]): Record<string, readonly unknown[]> {
  return list.length === 0 ? {} : { [name]: list };
}

interface InstalledFiles {
  /** Relative to the directory of packages. */
  readonly files: readonly RecordedFile[];
  readonly locations: readonly Location[];
}

/** RECORD, or the list that older egg installers wrote instead. */
function readInstalledFiles(metadataPath: string, companions: Companions): InstalledFiles {
  const record = companions.findCompanion(metadataPath, 'RECORD', 'record');
  if (record !== undefined && record.fact.files.length > 0) {
    return { files: record.fact.files, locations: [record.location] };
  }
  const list = companions.findCompanion(metadataPath, 'installed-files.txt', 'installed');
  if (list === undefined) {
    return { files: [], locations: [] };
  }
  const folder = posix.dirname(metadataPath);
  const site = findSiteDirectory(metadataPath);
  const files = list.fact.paths.map((path) => ({
    path: posix.relative(site, posix.resolve(folder, path)),
  }));
  return { files, locations: [list.location] };
}

/** Absolute, and never above the root, however many parent steps a record contains. */
function listOwnedFiles(site: string, files: readonly RecordedFile[]): OwnedFile[] {
  const paths = new Set(files.map(({ path }) => posix.resolve(site, path)));
  return [...paths].map((path) => ({ path }));
}

/** Licenses in the metadata, else those recognized in the license files beside it. */
function collectPythonLicenses(
  metadataPath: string,
  { metadata, licenseTexts }: FactOf<'metadata'>,
  { place, companions }: { readonly place: Location; readonly companions: Companions },
): License[] {
  const { licenseExpression, license } = metadata;
  const { evidence: _, ...metadataPlace } = place;
  const locations = [metadataPlace];
  const stated = mergeLicenses([
    ...[licenseExpression, license].map((value) => toDeclaredLicense(value, { locations })),
    ...licenseTexts.map((text): License => ({ ...text, kind: 'declared', urls: [], locations })),
  ]);
  return stated.length > 0
    ? stated
    : mergeLicenses(
        companions
          .findLicenseFiles(metadataPath)
          .flatMap(({ fact, location }) => concludeLicenses(fact.licenses, [location])),
      );
}

/** Package URL specification, "Known qualifiers": `vcs_url`. */
function formatVcsUrl(origin: DirectUrl | undefined): string | undefined {
  return origin?.vcs === undefined || origin.vcs === ''
    ? undefined
    : `${origin.vcs}+${origin.url}@${origin.commitId ?? ''}`;
}
