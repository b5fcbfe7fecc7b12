import { readWhole } from '../../../foundation/core/bytes.ts';
import type {
  Cataloger,
  Extraction,
  VisibleFact,
  WantedFile,
} from '../../../foundation/core/cataloger.ts';
import { defined } from '../../../foundation/core/defined.ts';
import type { Location, Package } from '../../../foundation/core/package.ts';
import {
  type PropertyList,
  readPropertyList,
} from '../../../foundation/syntax/plist/property-list.ts';

export interface AppBundleFact {
  readonly name: string;
  readonly version: string;
  /** Members as in Syft's JSON. */
  readonly about: Readonly<Record<string, string | readonly string[]>>;
}

/** macOS applications by their property lists. Bundled components are not listed there. */
export const appleAppBundle: Cataloger<AppBundleFact> = {
  id: 'apple-app-bundle',
  alias: 'apple-app-bundle-cataloger',
  version: 1,
  title: 'macOS applications',
  spec: 'https://developer.apple.com/documentation/bundleresources/information-property-list',
  tags: ['app-bundle', 'apple', 'directory', 'image', 'installed', 'macos', 'package'],
  can: { licenses: 'no', dependencies: 'no', ownedFiles: 'no' },
  wants: [
    { role: 'info', paths: ['**/*.app/Contents/Info.plist'], maxBytes: 'configFileBytesMax' },
  ],
  extract,
  assemble: ({ facts }) => ({ packages: facts.map(toAppPackage) }),
};

const MEMBERS: readonly (readonly [key: string, member: string])[] = [
  ['CFBundleIdentifier', 'bundleIdentifier'],
  ['CFBundleName', 'name'],
  ['CFBundleDisplayName', 'displayName'],
  ['CFBundleExecutable', 'executable'],
  ['CFBundleShortVersionString', 'shortVersion'],
  ['CFBundleVersion', 'version'],
  ['CFBundlePackageType', 'packageType'],
  ['CFBundleSupportedPlatforms', 'supportedPlatforms'],
  ['LSMinimumSystemVersion', 'minimumSystemVersion'],
  ['MinimumOSVersion', 'minimumOSVersion'],
  ['NSHumanReadableCopyright', 'copyright'],
  ['DTPlatformName', 'platformName'],
  ['DTSDKName', 'sdkName'],
];
/** Possible names of an application; the name shown to the user comes first. */
const NAMES = ['CFBundleDisplayName', 'CFBundleName', 'CFBundleExecutable', 'CFBundleIdentifier'];
const VERSIONS = ['CFBundleShortVersionString', 'CFBundleVersion'];

function extract({ content, budget }: WantedFile): Extraction<AppBundleFact> {
  const list = readPropertyList(readWhole(content), budget);
  if (list === undefined) {
    return {
      problems: [{ code: 'P_MALFORMED', message: 'the property list is malformed' }],
    };
  }
  const name = findFirstText(list, NAMES);
  const version = findFirstText(list, VERSIONS);
  if (name === '' || version === '') {
    return {};
  }
  const about = MEMBERS.flatMap(([key, member]) => {
    const value = list.get(key) ?? '';
    return value.length === 0 ? [] : [[member, value] as const];
  });
  return { fact: { name, version, about: Object.fromEntries(about) } };
}

function findFirstText(list: PropertyList, keys: readonly string[]): string {
  for (const key of keys) {
    const value = list.get(key);
    if (typeof value === 'string' && value !== '') {
      return value;
    }
  }
  return '';
}

function toAppPackage({ path, otherNames = [], layer, fact }: VisibleFact<AppBundleFact>): Package {
  const locations: Location[] = [path, ...otherNames].map((accessPath) => ({
    path: accessPath,
    accessPath,
    ...defined({ layer }),
    evidence: 'primary',
  }));
  return {
    name: fact.name,
    version: fact.version,
    type: 'apple-app-bundle',
    language: '',
    purl: '',
    foundBy: appleAppBundle.id,
    rule: 'the property list of a macOS application',
    confidence: 0.9,
    locations,
    licenses: [],
    cpes: [],
    upstreams: [],
    ownedFiles: [],
    metadata: { kind: 'apple-app-bundle-entry', value: fact.about },
  };
}
