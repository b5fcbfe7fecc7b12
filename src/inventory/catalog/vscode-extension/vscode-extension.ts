import { posix } from 'node:path';
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
import { isInExtensionsFolder, readEditorExtension } from '../../ecosystem/npm/editor-extension.ts';
import { listNpmLicenses } from '../../ecosystem/npm/package-json.ts';
import {
  assemblePackageLists,
  createMalformedList,
  type ListedPackage,
  type PackageList,
  readPackageList,
} from '../../ecosystem/package-list.ts';

/**
 * Extensions of Visual Studio Code and of editors and servers based on it, by the manifest of each,
 * or by the index of an extension directory if the manifest is missing.
 */
export const vscodeExtension: Cataloger<PackageList> = {
  id: 'vscode-extension',
  alias: 'vscode-extension-cataloger',
  version: 1,
  title: 'Visual Studio Code extensions',
  spec: 'https://code.visualstudio.com/api/references/extension-manifest',
  tags: ['directory', 'editor', 'image', 'installed', 'javascript', 'language', 'package'],
  can: { licenses: 'yes', dependencies: 'yes', ownedFiles: 'no' },
  isOwnable: true,
  wants: [
    { role: 'manifest', paths: ['**/extensions/*/package.json'], maxBytes: 'configFileBytesMax' },
    { role: 'index', paths: ['**/extensions/extensions.json'], maxBytes: 'configFileBytesMax' },
  ],
  extract: (file) => (file.role === 'index' ? readIndex(file) : readManifest(file)),
  assemble,
};

function readManifest({ path, content, budget }: WantedFile): Extraction<PackageList> {
  const document = parseFileJson(decodeDocument(readWhole(content)), budget);
  const extension = readEditorExtension(document);
  if (!isInExtensionsFolder(path) || extension === undefined || !isRecord(document)) {
    // Packages of other types are in directories of this name, too.
    return {};
  }
  const about = document['__metadata'];
  const platform = isRecord(about) ? getText(about, 'targetPlatform') : '';
  const { publisher, name, version } = extension;
  const packs = [document['extensionDependencies'], document['extensionPack']];
  return {
    fact: {
      packages: [
        {
          name: `${publisher}.${name}`.toLowerCase(),
          version,
          licenses: listNpmLicenses(document),
          requires: packs.flatMap(readNames),
          metadata: { platform },
        },
      ],
    },
  };
}

function readNames(list: unknown): string[] {
  const names: readonly unknown[] = Array.isArray(list) ? list : [];
  return names.flatMap((name) => (typeof name === 'string' ? name.toLowerCase() : []));
}

/** Reads the editor's own list of installed extensions in a directory. */
function readIndex({ content, limits, budget }: WantedFile): Extraction<PackageList> {
  const document = parseFileJson(decodeDocument(readWhole(content)), budget);
  if (!Array.isArray(document)) {
    // Browsers have a file of this name, too, which is an object.
    return isRecord(document) ? {} : createMalformedList('the extension index is not a list');
  }
  return readPackageList<unknown>(document, 'extension', limits, (entry) =>
    readIndexEntry(isRecord(entry) ? entry : {}),
  );
}

function readIndexEntry(entry: Readonly<Record<string, unknown>>): ListedPackage | undefined {
  const { identifier, metadata } = entry;
  const name = isRecord(identifier) ? getText(identifier, 'id').toLowerCase() : '';
  const version = getText(entry, 'version');
  const platform = isRecord(metadata) ? getText(metadata, 'targetPlatform') : '';
  return name === '' || version === '' ? undefined : { name, version, metadata: { platform } };
}

/** Manifests show which extensions are present; the index only adds missing data. */
function assemble({ facts, ...input }: AssemblyInput<PackageList>): Assembly {
  const toExtensionKey = (folder: string, { name, version }: ListedPackage): string =>
    `${folder}\0${name}\0${version}`;
  const seen = new Set(
    facts
      .filter(({ role }) => role === 'manifest')
      .flatMap(({ path, fact }) =>
        fact.packages.map((listed) => toExtensionKey(posix.dirname(posix.dirname(path)), listed)),
      ),
  );
  const kept = facts.map((visible) => {
    const { role, path, fact } = visible;
    const packages = fact.packages.filter(
      (listed) => role === 'manifest' || !seen.has(toExtensionKey(posix.dirname(path), listed)),
    );
    return { ...visible, fact: { packages } };
  });
  return assemblePackageLists({ ...input, facts: kept }, (listed, { role }) => ({
    type: 'vscode-extension',
    language: 'javascript',
    purl: toVscodePurl(listed),
    foundBy: vscodeExtension.id,
    rule:
      role === 'manifest'
        ? 'the manifest of a Visual Studio Code extension'
        : 'the index of Visual Studio Code extensions',
    confidence: role === 'manifest' ? 1 : 0.7,
  }));
}

/** Neither publisher nor name may contain a dot; case is ignored. */
function toVscodePurl({ name, version, metadata = {} }: ListedPackage): string {
  const dot = name.indexOf('.');
  const platform = getText(metadata, 'platform');
  const isAny = ['undefined', 'universal', 'unknown'].includes(platform);
  return writePurl({
    type: 'vscode-extension',
    namespace: dot < 0 ? undefined : name.slice(0, dot),
    name: name.slice(dot + 1),
    version,
    qualifiers: { platform: isAny ? '' : platform },
  });
}
