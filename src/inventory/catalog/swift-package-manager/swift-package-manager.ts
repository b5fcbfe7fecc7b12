import { readWhole } from '../../../foundation/core/bytes.ts';
import type { Cataloger, Extraction, WantedFile } from '../../../foundation/core/cataloger.ts';
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
  readPackageList,
} from '../../ecosystem/package-list.ts';

/** Packages pinned by Swift's package manager. The pins contain no edges. */
export const swiftPackageManager: Cataloger<PackageList> = {
  id: 'swift-package-manager',
  alias: 'swift-package-manager-cataloger',
  version: 1,
  title: 'Packages pinned by Swift Package Manager',
  spec: 'https://docs.swift.org/package-manager/',
  tags: ['declared', 'directory', 'language', 'package', 'swift'],
  can: { licenses: 'no', dependencies: 'no', ownedFiles: 'no' },
  isOwnable: true,
  wants: [
    {
      role: 'pins',
      paths: ['**/Package.resolved', '**/.package.resolved'],
      maxBytes: 'lockFileBytesMax',
    },
  ],
  extract,
  assemble: (input) =>
    assemblePackageLists(input, ({ name, version, provides = [] }) => ({
      type: 'swift',
      language: 'swift',
      purl: writePurl({
        type: 'swift',
        namespace: toNamespace(provides[0] ?? '', name),
        name,
        version,
      }),
      foundBy: swiftPackageManager.id,
      rule: 'a pin in Package.resolved',
      kind: 'swift-package-manager-lock-entry',
    })),
};

/** Version 1 has the pins in an object, with other member names. */
function extract({ content, limits, budget }: WantedFile): Extraction<PackageList> {
  const document = parseFileJson(decodeDocument(readWhole(content)), budget);
  const outer = isRecord(document) ? document['object'] : undefined;
  const holder = isRecord(outer) ? outer : document;
  const pins = isRecord(holder) ? holder['pins'] : undefined;
  return Array.isArray(pins)
    ? readPackageList<unknown>(pins, 'pin', limits, readPin)
    : createMalformedList('the file has no list of pins');
}

/** A pin to a branch or a commit has no version; the commit replaces it. */
function readPin(pin: unknown): ListedPackage | undefined {
  if (!isRecord(pin)) {
    return undefined;
  }
  const state = isRecord(pin['state']) ? pin['state'] : {};
  const name = getText(pin, 'identity') || getText(pin, 'package');
  const revision = getText(state, 'revision');
  const version = getText(state, 'version') || revision;
  const location = getText(pin, 'location') || getText(pin, 'repositoryURL');
  return name === '' || version === ''
    ? undefined
    : { name, version, provides: [location], metadata: { revision } };
}

/** The URL of the repository without the name, which identities have in lower case. */
function toNamespace(location: string, name: string): string {
  const place = location
    .replace(/^(?:https?|ssh|git\+ssh):\/\//, '')
    .replace(/^[\w.-]+@/, '')
    .replace(/\.git$/, '')
    .replace(/^([\w.-]+):(?!\d)/, '$1/');
  const slash = place.lastIndexOf('/');
  const last = place.slice(slash + 1);
  return slash >= 0 && last.toLowerCase() === name.toLowerCase() ? place.slice(0, slash) : place;
}
