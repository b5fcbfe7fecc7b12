import { readText } from '../../../foundation/core/bytes.ts';
import type { Cataloger, Extraction, WantedFile } from '../../../foundation/core/cataloger.ts';
import { writePurl } from '../../../foundation/identity/purl/purl.ts';
import { isRecord } from '../../../foundation/syntax/json/guard.ts';
import { parseFileJson } from '../../../foundation/syntax/json/parse-json.ts';
import { type DenoLocked, listDenoRecords } from '../../ecosystem/npm/deno-lock-file.ts';
import { toNpmPurl } from '../../ecosystem/npm/npm-purl.ts';
import {
  assemblePackageLists,
  createMalformedList,
  type ListedIdentity,
  type ListedPackage,
  mergeSameVersions,
  type PackageList,
  readPackageList,
} from '../../ecosystem/package-list.ts';

const JSR = 'https://jsr.io';

type Source = DenoLocked['source'];

/**
 * Metadata types by the origin of a package. Its npm packages are the same as those of an npm lock
 * file.
 */
const KINDS: Readonly<Record<Source, string>> = {
  jsr: 'deno-lock-entry',
  npm: 'javascript-npm-package-lock-entry',
  remote: 'deno-remote-lock-entry',
};

/**
 * Packages of JSR and npm that Deno locks, and modules that it loads from a URL with a version;
 * modules without one cannot be distinguished.
 */
export const denoLock: Cataloger<PackageList> = {
  id: 'deno-lock',
  alias: 'javascript-lock-cataloger',
  version: 1,
  title: 'JavaScript packages locked by Deno',
  spec: 'https://docs.deno.com/runtime/fundamentals/modules/#integrity-checking-and-lock-files',
  tags: ['declared', 'deno', 'directory', 'javascript', 'language', 'npm', 'package'],
  can: { licenses: 'no', dependencies: 'yes', ownedFiles: 'no' },
  isOwnable: true,
  wants: [{ role: 'lock', paths: ['**/deno.lock'], maxBytes: 'lockFileBytesMax' }],
  extract,
  assemble: (input) => assemblePackageLists(input, identifyDenoPackage),
};

function extract({ path, content, limits, budget }: WantedFile): Extraction<PackageList> {
  if (path.includes('/node_modules/')) {
    return {};
  }
  const document = parseFileJson(readText(content), budget);
  if (!isRecord(document)) {
    return createMalformedList('the lock file is not a JSON object');
  }
  const { fact, problems } = readPackageList(
    listDenoRecords(document),
    'package',
    limits,
    ({ name, version, source, provides, requires, metadata }): ListedPackage | undefined =>
      name === '' || version === ''
        ? undefined
        : { name, version, provides: [`${source}:`, ...provides], requires, metadata },
  );
  return { fact: { packages: mergeSameVersions(fact.packages) }, problems };
}

/** The source is the first name that a package provides. */
function identifyDenoPackage({ name, version, provides = [] }: ListedPackage): ListedIdentity {
  const source = (provides[0] ?? '').slice(0, -1) as Source;
  return {
    type: 'npm',
    language: 'javascript',
    purl: toDenoPurl(source, name, version),
    foundBy: denoLock.id,
    rule: source === 'remote' ? 'a URL in deno.lock' : 'a package in deno.lock',
    confidence: source === 'remote' ? 0.8 : 1,
    kind: KINDS[source],
  };
}

function toDenoPurl(source: Source, name: string, version: string): string {
  if (source === 'npm') {
    return toNpmPurl(name, version);
  }
  const slash = name.lastIndexOf('/');
  const host = source === 'jsr' ? JSR : `https://${name.split('/', 1)[0] ?? ''}`;
  return writePurl({
    type: 'npm',
    namespace: slash < 0 ? undefined : name.slice(0, slash),
    name: name.slice(slash + 1),
    version,
    qualifiers: { repository_url: host },
  });
}
