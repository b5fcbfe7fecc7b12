import { posix } from 'node:path';
import { addToList } from '../../../foundation/core/add-to-list.ts';
import { type Bytes, readWhole } from '../../../foundation/core/bytes.ts';
import type {
  Cataloger,
  Extraction,
  FileView,
  VisibleFact,
  WantedFile,
} from '../../../foundation/core/cataloger.ts';
import { compareText } from '../../../foundation/core/compare-text.ts';
import { createLocation } from '../../../foundation/core/location.ts';
import type { License, Location, OwnedFile, Package } from '../../../foundation/core/package.ts';
import { mergeLicenses, toDeclaredLicense } from '../../../foundation/identity/license/license.ts';
import {
  classifyFile,
  concludeLicenses,
  isLicenseFile,
  type TextLicense,
} from '../../../foundation/identity/license/license-file.ts';
import { decodeDocument } from '../../../foundation/syntax/json/bounded-json.ts';
import { parseJson } from '../../../foundation/syntax/json/parse-json.ts';
import { isInExtensionsFolder, readEditorExtension } from '../../ecosystem/npm/editor-extension.ts';
import { toNpmPurl } from '../../ecosystem/npm/npm-purl.ts';
import { type PackageJson, readPackageJson } from '../../ecosystem/npm/package-json.ts';
import { findInstalledDirectory, isForTests, type NpmPlace, toNpmPlace } from './npm-place.ts';

/** Licenses of a file beside the record of a package. */
interface LicenseFact {
  readonly licenseTexts: readonly TextLicense[];
}

type NpmFact = PackageJson | LicenseFact;

const LICENSE_NAMES = ['LICEN*', 'licen*', 'Licen*', 'COPYING*', 'MIT-LICEN*', 'UNLICENSE*'];

/** Packages of npm, yarn and pnpm by the `package.json` in each of them. */
export const npmInstalled: Cataloger<NpmFact> = {
  id: 'npm-installed',
  version: 3,
  title: 'Installed JavaScript packages',
  spec: 'https://docs.npmjs.com/cli/v11/configuring-npm/package-json',
  tags: ['package', 'image', 'installed', 'language', 'javascript', 'npm'],
  can: { licenses: 'yes', dependencies: 'no', ownedFiles: 'yes' },
  alias: 'javascript-package-cataloger',
  isOwnable: true,
  wants: [
    { role: 'package', paths: ['**/package.json'], maxBytes: 'configFileBytesMax' },
    {
      role: 'license',
      paths: LICENSE_NAMES.flatMap((name) => [
        `**/node_modules/*/${name}`,
        `**/node_modules/*/*/${name}`,
      ]),
      maxBytes: 'licenseFileBytesMax',
    },
  ],
  extract: (file) => (file.role === 'license' ? extractLicense(file) : extractPackageJson(file)),
  assemble({ facts, view }) {
    const records = facts.filter(isRecordFact);
    const places = new Map(records.map((visible) => [visible, toNpmPlace(visible.path)]));
    const terms = Map.groupBy(facts.filter(isLicenseFact), ({ path }) => posix.dirname(path));
    const owners = new Map<string, string>();
    for (const [{ fact }, place] of places) {
      if (place.kind === 'installed') {
        owners.set(place.folder, fact.name);
      }
    }
    const kept = [...places].filter(([{ fact }, place]) => isPackage(fact, place, owners));
    const files = owners.size === 0 ? new Map() : groupOwnedFiles(view, owners);
    return {
      packages: kept.map(([visible, place]) => toNpmPackage(visible, place, { files, terms })),
    };
  },
};

/**
 * Files without a name are not packages: they only control how Node.js loads their directory. Files
 * inside an installed package may be broken on purpose, as test data.
 */
function extractPackageJson({ content, path }: WantedFile): Extraction<PackageJson> {
  const fact = readPackageJson(content);
  if (fact === undefined) {
    return toNpmPlace(path).kind === 'inner'
      ? {}
      : { problems: [{ code: 'P_MALFORMED', message: 'the file is not a JSON object' }] };
  }
  return fact.name === '' || isEditorExtension(path, content) ? {} : { fact };
}

/** Extensions of editors have files of this name and are packages of their own type. */
function isEditorExtension(path: string, content: Bytes): boolean {
  return (
    isInExtensionsFolder(path) &&
    readEditorExtension(parseJson(decodeDocument(readWhole(content)))) !== undefined
  );
}

/** Only of a package itself: deeper files describe something else. */
function extractLicense({ path, content, limits }: WantedFile): Extraction<LicenseFact> {
  const isOfPackage = findInstalledDirectory(path) === posix.dirname(path);
  return isOfPackage && isLicenseFile(posix.basename(path))
    ? { fact: { licenseTexts: classifyFile(content, limits) } }
    : {};
}

function isLicenseFact(visible: VisibleFact<NpmFact>): visible is VisibleFact<LicenseFact> {
  return 'licenseTexts' in visible.fact;
}

function isRecordFact(visible: VisibleFact<NpmFact>): visible is VisibleFact<PackageJson> {
  return !isLicenseFact(visible);
}

/** The placeholder version of packages that are never published. */
const NO_RELEASE = '0.0.0';

/**
 * Inside an installed package, a file without a version, or with the name of the package itself,
 * describes one of its directories. Others are bundled packages, unless they belong to its tests
 * and examples.
 */
function isPackage(
  { name, version, isPrivate }: PackageJson,
  place: NpmPlace,
  owners: ReadonlyMap<string, string>,
): boolean {
  if (place.kind !== 'inner') {
    return true;
  }
  const isPublished = version !== '' && version !== NO_RELEASE && !isPrivate;
  return isPublished && name !== owners.get(place.folder) && !isForTests(place.innerFolders);
}

const RULES = {
  installed: { rule: 'a package.json directly in a node_modules directory', confidence: 1 },
  inner: { rule: 'a package.json with a version inside another package', confidence: 0.7 },
  outside: { rule: 'a package.json outside node_modules', confidence: 0.9 },
} as const satisfies Record<NpmPlace['kind'], Pick<Package, 'rule' | 'confidence'>>;

interface Surroundings {
  readonly files: ReadonlyMap<string, readonly OwnedFile[]>;
  readonly terms: ReadonlyMap<string, readonly VisibleFact<LicenseFact>[]>;
}

function toNpmPackage(
  { fact, path, layer }: VisibleFact<PackageJson>,
  place: NpmPlace,
  { files, terms }: Surroundings,
): Package {
  const location = createLocation({ path, layer });
  const { name, version, author, homepage, description, url, isPrivate } = fact;
  return {
    name,
    version,
    type: 'npm',
    language: 'javascript',
    purl: toNpmPurl(name, version),
    foundBy: npmInstalled.id,
    ...RULES[place.kind],
    locations: [location],
    licenses: collectNpmLicenses(fact, location, terms.get(posix.dirname(path)) ?? []),
    cpes: [],
    upstreams: [],
    ownedFiles: place.kind === 'installed' ? (files.get(place.folder) ?? []) : [],
    metadata: {
      kind: 'javascript-npm-package',
      value: { name, version, author, homepage, description, url, private: isPrivate },
    },
  };
}

/** Licenses in the record, else those recognized in the license files beside it. */
function collectNpmLicenses(
  { licenses }: PackageJson,
  location: Location,
  terms: readonly VisibleFact<LicenseFact>[],
): License[] {
  const stated = mergeLicenses(
    licenses.map((name) => toDeclaredLicense(name, { locations: [location] })),
  );
  return stated.length > 0
    ? stated
    : mergeLicenses(
        terms.flatMap(({ fact, path, layer }) =>
          concludeLicenses(fact.licenseTexts, [
            createLocation({ path, layer }, { evidence: 'supporting' }),
          ]),
        ),
      );
}

/** npm keeps no list of files: a package owns its directory, without the `node_modules` in it. */
function groupOwnedFiles(
  view: FileView,
  owners: ReadonlyMap<string, string>,
): Map<string, OwnedFile[]> {
  const files = new Map<string, OwnedFile[]>();
  for (const path of view.listPaths()) {
    const folder = findInstalledDirectory(path);
    if (folder !== undefined && owners.has(folder) && !isFolder(view, path)) {
      addToList(files, folder, { path });
    }
  }
  for (const list of files.values()) {
    list.sort((left, right) => compareText(left.path, right.path));
  }
  return files;
}

function isFolder(view: FileView, path: string): boolean {
  const ref = view.find(path);
  return ref === undefined || view.layers[ref.layer]?.files.getType(ref.row) === 'directory';
}
