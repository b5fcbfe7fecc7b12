import { readWhole } from '../../../foundation/core/bytes.ts';
import type {
  Assembly,
  AssemblyInput,
  Cataloger,
  Extraction,
  WantedFile,
} from '../../../foundation/core/cataloger.ts';
import { writePurl } from '../../../foundation/identity/purl/purl.ts';
import { decodeDocument } from '../../../foundation/syntax/json/bounded-json.ts';
import { isRecord } from '../../../foundation/syntax/json/guard.ts';
import { getText } from '../../../foundation/syntax/json/member.ts';
import { parseFileJson } from '../../../foundation/syntax/json/parse-json.ts';
import {
  assemblePackageLists,
  createMalformedList,
  type ListedPackage,
  type PackageList,
} from '../../ecosystem/package-list.ts';
import { readUnpacked, readXpi } from './firefox-manifest.ts';

/**
 * Extensions in profiles of Chrome, Edge and Firefox and of browsers based on them. Bundled
 * extensions belong to the browser.
 */
export const browserExtension: Cataloger<PackageList> = {
  id: 'browser-extension',
  alias: 'browser-extension-cataloger',
  version: 1,
  title: 'Browser extensions',
  spec: 'https://developer.mozilla.org/docs/Mozilla/Add-ons/WebExtensions/manifest.json',
  tags: ['browser', 'directory', 'image', 'installed', 'javascript', 'language', 'package'],
  can: { licenses: 'no', dependencies: 'no', ownedFiles: 'no' },
  isOwnable: true,
  wants: [
    {
      role: 'chrome',
      paths: ['**/Extensions/*/*/manifest.json', '**/extensions/*/*/manifest.json'],
      maxBytes: 'configFileBytesMax',
    },
    {
      role: 'index',
      paths: ['**/firefox/*/extensions.json', '**/Profiles/*/extensions.json'],
      maxBytes: 'textFileBytesMax',
    },
    { role: 'xpi', paths: ['**/extensions/*.xpi'], maxBytes: 'lockFileBytesMax' },
    {
      role: 'unpacked',
      paths: ['**/extensions/*/manifest.json'],
      maxBytes: 'configFileBytesMax',
    },
  ],
  extract,
  assemble,
};

function extract(file: WantedFile): Extraction<PackageList> {
  switch (file.role) {
    case 'chrome':
      return readChrome(file);
    case 'index':
      return readIndex(file);
    case 'unpacked':
      return readUnpacked(file);
    default:
      return readXpi(file);
  }
}

/** The name of the directory is the ID, 32 letters from `a` to `p`, and the version. */
function readChrome({ path, content, budget }: WantedFile): Extraction<PackageList> {
  const [, name] = /\/([a-p]{32})\/[^/]+\/manifest\.json$/.exec(path) ?? [];
  if (name === undefined) {
    return {};
  }
  const document = parseFileJson(decodeDocument(readWhole(content)), budget);
  const version = isRecord(document) ? getText(document, 'version') : '';
  if (!isRecord(document) || version === '') {
    const message = 'the manifest of the extension has no version';
    return { problems: [{ code: 'P_RECORD', message }] };
  }
  const isOfEdge = getText(document, 'update_url').includes('edge.microsoft.com');
  const type = isOfEdge ? 'edge-extension' : 'chrome-extension';
  return { fact: { packages: [{ name, version, metadata: { type } }] } };
}

/** Reads Firefox's index of the add-ons of a profile. */
function readIndex({ content, budget }: WantedFile): Extraction<PackageList> {
  const document = parseFileJson(decodeDocument(readWhole(content)), budget);
  const addons = isRecord(document) ? document['addons'] : undefined;
  if (!Array.isArray(addons)) {
    return createMalformedList('the index of extensions has no list of add-ons');
  }
  const packages = budget
    .limitItems(addons, 'recordsMax')
    .flatMap((addon: unknown) => (isRecord(addon) ? (readAddon(addon) ?? []) : []));
  return { fact: { packages } };
}

/** Themes, dictionaries and add-ons bundled with Firefox are left out. */
function readAddon(addon: Readonly<Record<string, unknown>>): ListedPackage | undefined {
  const [name, version] = [getText(addon, 'id'), getText(addon, 'version')];
  const isBuiltIn = /^app-(?:builtin|system)/.test(getText(addon, 'location'));
  return getText(addon, 'type') !== 'extension' || isBuiltIn || name === '' || version === ''
    ? undefined
    : { name, version, metadata: { type: 'firefox-extension' } };
}

/** The index repeats data of archives and directories in the same profile. */
function assemble({ facts, ...input }: AssemblyInput<PackageList>): Assembly {
  const toExtensionKey = ({ name, version }: ListedPackage): string => `${name}\0${version}`;
  const present = new Set(
    facts.flatMap(({ role, fact }) => (role === 'index' ? [] : fact.packages.map(toExtensionKey))),
  );
  const kept = facts.map((visible) => {
    const packages = visible.fact.packages.filter(
      (listed) => visible.role !== 'index' || !present.has(toExtensionKey(listed)),
    );
    return { ...visible, fact: { packages } };
  });
  return assemblePackageLists({ ...input, facts: kept }, ({ name, version, metadata = {} }) => ({
    type: 'browser-extension',
    language: 'javascript',
    purl: writePurl({ type: getText(metadata, 'type'), name, version }),
    foundBy: browserExtension.id,
    rule: 'an extension in a browser profile',
  }));
}
