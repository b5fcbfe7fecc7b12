import { readText } from '../../../foundation/core/bytes.ts';
import type { Cataloger, Extraction, WantedFile } from '../../../foundation/core/cataloger.ts';
import { writePurl } from '../../../foundation/identity/purl/purl.ts';
import { isRecord } from '../../../foundation/syntax/json/guard.ts';
import { getText } from '../../../foundation/syntax/json/member.ts';
import { parseYaml } from '../../../foundation/syntax/text/yaml.ts';
import {
  assemblePackageLists,
  createMalformedList,
  type ListedPackage,
  type PackageList,
  readPackageList,
} from '../../ecosystem/package-list.ts';

/**
 * Packages locked by pub, including those for development: the lock file does not mark indirect
 * development dependencies, and has no edges.
 */
export const dartPubspecLock: Cataloger<PackageList> = {
  id: 'dart-pubspec-lock',
  alias: 'dart-pubspec-lock-cataloger',
  version: 1,
  title: 'Packages locked by pub',
  spec: 'https://dart.dev/tools/pub/glossary#lockfile',
  tags: ['dart', 'declared', 'directory', 'language', 'package', 'pub'],
  can: { licenses: 'no', dependencies: 'no', ownedFiles: 'no' },
  isOwnable: true,
  wants: [{ role: 'lock', paths: ['**/pubspec.lock'], maxBytes: 'yamlFileBytesMax' }],
  extract,
  assemble: (input) =>
    assemblePackageLists(input, ({ name, version, metadata = {} }) => {
      const hosted = getText(metadata, 'hosted_url');
      const repository = getText(metadata, 'vcs_url');
      const qualifiers = hosted === '' ? { vcs_url: repository } : { hosted_url: hosted };
      return {
        type: 'dart-pub',
        language: 'dart',
        purl: writePurl({ type: 'pub', name, version, qualifiers }),
        foundBy: dartPubspecLock.id,
        rule: 'a package in pubspec.lock',
        kind: 'dart-pubspec-lock-entry',
      };
    }),
};

/** Default host of packages; it has had two names. */
const USUAL_HOSTS: ReadonlySet<string> = new Set(['pub.dev', 'pub.dartlang.org']);

type Members = Readonly<Record<string, unknown>>;

function extract({ content, limits, budget }: WantedFile): Extraction<PackageList> {
  const document = parseYaml(readText(content), budget);
  const packages = isRecord(document) ? document['packages'] : undefined;
  if (!isRecord(document) || !isRecord(packages)) {
    return createMalformedList('the lock file has no packages');
  }
  const kits = isRecord(document['sdks']) ? document['sdks'] : {};
  return readPackageList(Object.entries(packages), 'package', limits, ([name, entry]) =>
    readDartPackage(name, entry, kits),
  );
}

function readDartPackage(name: string, entry: unknown, kits: Members): ListedPackage | undefined {
  if (!isRecord(entry)) {
    return undefined;
  }
  const about = isRecord(entry['description']) ? entry['description'] : {};
  const source = getText(entry, 'source');
  const version = resolveVersion(entry, kits);
  if (name === '' || version === '') {
    return undefined;
  }
  const hosted = source === 'hosted' ? toUnusualHost(getText(about, 'url')) : '';
  const repository = source === 'git' ? formatRepository(about) : '';
  return {
    name,
    version,
    metadata: {
      name,
      version,
      ...(hosted === '' ? {} : { hosted_url: hosted }),
      ...(repository === '' ? {} : { vcs_url: repository }),
    },
  };
}

/**
 * Packages of a software development kit have version 0.0.0 and thus at least the version of the
 * kit.
 */
function resolveVersion(entry: Members, kits: Members): string {
  const version = getText(entry, 'version');
  if (getText(entry, 'source') !== 'sdk' || version !== '0.0.0') {
    return version;
  }
  const range = getText(kits, getText(entry, 'description'));
  const [, least = ''] = /^(?:\^|>=)(\d[\w.+-]*)(?: |$)/.exec(range) ?? [];
  return least;
}

function toUnusualHost(address: string): string {
  const host = URL.parse(address)?.host ?? address;
  return USUAL_HOSTS.has(host) ? '' : host;
}

function formatRepository(about: Members): string {
  const path = getText(about, 'path');
  const place = `${getText(about, 'url')}@${getText(about, 'resolved-ref')}`;
  return path === '' || path === '.' ? place : `${place}#${path}`;
}
