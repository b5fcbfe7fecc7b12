import { type Bytes, wholeOf } from '../../core/bytes.ts';
import type {
  Cataloger,
  Extraction,
  FileView,
  VisibleFact,
  WantedFile,
} from '../../core/cataloger.ts';
import { compareText } from '../../core/digest.ts';
import { locationOf } from '../../core/location.ts';
import type { License, Location, OwnedFile, Package } from '../../core/package.ts';
import { documentText } from '../../parse/json/bounded-json.ts';
import { declaredLicense, mergeLicenses } from '../../parse/license/license.ts';
import { editorExtensionOf, isInExtensionsFolder } from '../../parse/npm/editor-extension.ts';
import { npmPurl } from '../../parse/npm/npm-purl.ts';
import { type PackageJson, parsePackageJson } from '../../parse/npm/package-json.ts';
import { parseJson } from '../../parse/text/json.ts';
import { installedFolderOf, isForTests, type NpmPlace, npmPlaceOf } from './npm-place.ts';

/** Packages of npm, yarn and pnpm by the `package.json` that each of them brings along. */
export const npmInstalled: Cataloger<PackageJson> = {
  id: 'npm-installed',
  version: 2,
  title: 'JavaScript packages that are installed',
  spec: 'https://docs.npmjs.com/cli/v11/configuring-npm/package-json',
  tags: ['package', 'image', 'installed', 'language', 'javascript', 'npm'],
  can: { licenses: 'partly', dependencies: 'no', ownedFiles: 'yes' },
  alias: 'javascript-package-cataloger',
  wants: [{ role: 'package', paths: ['**/package.json'], maxBytes: 'configFileBytesMax' }],
  extract: extractPackageJson,
  assemble({ facts, view }) {
    const places = new Map(facts.map((visible) => [visible, npmPlaceOf(visible.path)]));
    const owners = new Map<string, string>();
    for (const [{ fact }, place] of places) {
      if (place.kind === 'installed') {
        owners.set(place.folder, fact.name);
      }
    }
    const kept = [...places].filter(([{ fact }, place]) => isPackage(fact, place, owners));
    const files = owners.size === 0 ? new Map() : filesByFolder(view, owners);
    return { packages: kept.map(([visible, place]) => packageOf(visible, place, files)) };
  },
};

/**
 * Files without a name are no packages: they only steer how Node.js loads their folder. What lies
 * inside an installed package may be broken on purpose, as tests have it.
 */
function extractPackageJson({ content, path }: WantedFile): Extraction<PackageJson> {
  const fact = parsePackageJson(wholeOf(content));
  if (fact === undefined) {
    return npmPlaceOf(path).kind === 'inner'
      ? {}
      : { problems: [{ code: 'P_MALFORMED', message: 'the file is not a JSON object' }] };
  }
  return fact.name === '' || isEditorExtension(path, content) ? {} : { fact };
}

/** Extensions of editors have files of this name, and are packages of their own kind. */
function isEditorExtension(path: string, content: Bytes): boolean {
  return (
    isInExtensionsFolder(path) &&
    editorExtensionOf(parseJson(documentText(wholeOf(content)))) !== undefined
  );
}

/** The placeholder of packages that are never published. */
const NO_RELEASE = '0.0.0';

/**
 * Inside an installed package, a file without a version, or with the name of the package itself,
 * describes one of its folders. Others are packages that were copied in, unless they belong to its
 * tests and examples.
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
  installed: { rule: 'a package.json directly in a folder of node_modules', confidence: 1 },
  inner: { rule: 'a package.json with a version inside another package', confidence: 0.7 },
  outside: { rule: 'a package.json outside of node_modules', confidence: 0.9 },
} as const satisfies Record<NpmPlace['kind'], Pick<Package, 'rule' | 'confidence'>>;

function packageOf(
  { fact, path, layer }: VisibleFact<PackageJson>,
  place: NpmPlace,
  files: ReadonlyMap<string, readonly OwnedFile[]>,
): Package {
  const location = locationOf({ path, layer });
  const { name, version, author, homepage, description, url, isPrivate } = fact;
  return {
    name,
    version,
    type: 'npm',
    language: 'javascript',
    purl: npmPurl(name, version),
    foundBy: npmInstalled.id,
    ...RULES[place.kind],
    locations: [location],
    licenses: licensesOf(fact, location),
    cpes: [],
    upstreams: [],
    ownedFiles: place.kind === 'installed' ? (files.get(place.folder) ?? []) : [],
    metadata: {
      kind: 'javascript-npm-package',
      value: { name, version, author, homepage, description, url, private: isPrivate },
    },
  };
}

function licensesOf({ licenses }: PackageJson, location: Location): License[] {
  return mergeLicenses(licenses.map((name) => declaredLicense(name, { locations: [location] })));
}

/** npm keeps no list of files: a package owns its folder, without the `node_modules` in it. */
function filesByFolder(
  view: FileView,
  owners: ReadonlyMap<string, string>,
): Map<string, OwnedFile[]> {
  const files = new Map<string, OwnedFile[]>();
  for (const path of view.paths()) {
    const folder = installedFolderOf(path);
    if (folder !== undefined && owners.has(folder) && !isFolder(view, path)) {
      const known = files.get(folder);
      if (known === undefined) {
        files.set(folder, [{ path }]);
      } else {
        known.push({ path });
      }
    }
  }
  for (const list of files.values()) {
    list.sort((left, right) => compareText(left.path, right.path));
  }
  return files;
}

function isFolder(view: FileView, path: string): boolean {
  const ref = view.find(path);
  return ref === undefined || view.layers[ref.layer]?.files.type(ref.row) === 'directory';
}
