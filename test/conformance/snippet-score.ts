import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { readInventory } from '../../src/assess/read-inventory.ts';
import type { InventoryPackage } from '../../src/foundation/core/inventory.ts';
import { withFolder } from './score.ts';

/** A file whose detected version is missing or wrong. */
export interface Miss {
  readonly path: string;
  readonly expected: string;
  readonly found: readonly string[];
}

export interface SnippetScore {
  readonly files: number;
  readonly misses: readonly Miss[];
}

/** Versions that differ from the directory name. Syft's own expectations. */
const VERSIONS: Readonly<Record<string, string>> = {
  'envoy/1.18.6': '1.18.6-dev',
  'erlang/26.2.0.0': '26.2',
  'fluent-bit/1.7.0-dev-3': '1.7.0',
  'go-version-hint/1.15-dev': '1.15',
  'go-version-hint/1.15w': '1.15',
  'go-version-hint/1.25': '1.25-d524e1e',
  'go-version-hint/1.25w': '1.25-d524e1e',
  'grafana/12.3.2-security-01': '12.3.2',
  'java-jre-openjdk/11.0.17': '11.0.17+8-LTS',
  'java-jre-openjdk-arm64-eclipse/11.0.22': '11.0.22+7',
  'java-jre-openjdk-eclipse/11.0.22': '11.0.22+7',
  'java-jre-oracle/19.0.1': '19.0.1+10-21',
  'nginx-openresty/1.21.4.3': '1.21.4',
};

/** Files beside a program that are intentionally misleading, or contain no version. */
const NO_EVIDENCE: ReadonlySet<string> = new Set(['patchlevel.h']);

/** Programs with the versions of two products. */
const FURTHER_VERSIONS: Readonly<Record<string, readonly string[]>> = {
  'mysql-cluster/7.6.17': ['5.7.33'],
};

/** Programs that are only detected in a directory of this name. */
const FOLDERS: Readonly<Record<string, string>> = { 'php-apache': 'usr/lib/apache2/modules' };

const CATALOGERS = ['binary-classifier', 'php-interpreter'];

/**
 * Detects the version of each product and platform, in a directory that contains only its files.
 */
export function scoreSnippets(shared: string, only = /^/): Promise<SnippetScore> {
  return withFolder(async (folder) => {
    const root = join(shared, 'snippets');
    let files = 0;
    const misses: Miss[] = [];
    for (const group of listGroups(root).filter((path) => only.test(path))) {
      const target = join(folder, group.replaceAll('/', '+'));
      const [product = '', version = ''] = group.split('/');
      const paths = layOut(join(root, group), join(target, FOLDERS[product] ?? ''));
      const expected = VERSIONS[`${product}/${version}`] ?? version;
      const { packages } = await readInventory(`dir:${target}`, {
        temporaryFolder: folder,
        catalogers: { overrideDefaultCatalogers: CATALOGERS },
      });
      files += paths.length;
      const others = FURTHER_VERSIONS[`${product}/${version}`] ?? [];
      misses.push(
        ...paths
          .filter((path) => !isRight(path, packages, [expected, ...others]))
          .map((path) => ({
            path: join(group, path),
            expected,
            found: packages.map((pkg) => `${pkg.name} ${pkg.version}`),
          })),
      );
    }
    return { files, misses };
  });
}

/** Returns directories of a product, a version and a platform. */
function listGroups(root: string): string[] {
  const listFolders = (path: string): string[] =>
    readdirSync(join(root, path), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => join(path, entry.name));
  return listFolders('').flatMap(listFolders).flatMap(listFolders).toSorted();
}

function isRight(
  path: string,
  packages: readonly InventoryPackage[],
  versions: readonly string[],
): boolean {
  const isNone = packages.length === 0 || packages.some((pkg) => !versions.includes(pkg.version));
  const places = packages.flatMap(({ locations }) => locations);
  const isEvidence = places.some((place) =>
    [place.path, place.accessPath].some((real) => real.endsWith(`/${path}`)),
  );
  return !isNone && isEvidence !== NO_EVIDENCE.has(path);
}

/** Restores the original files, without the header before their bytes. */
function layOut(source: string, target: string): string[] {
  const paths = readdirSync(source, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(source.length + 1));
  for (const path of paths) {
    const content = dropHead(readFileSync(join(source, path)));
    const place = join(target, path);
    mkdirSync(dirname(place), { recursive: true });
    const linked = readLink(content);
    if (linked !== undefined && paths.includes(join(dirname(path), linked))) {
      symlinkSync(linked, place);
    } else {
      writeFileSync(place, content);
    }
  }
  return paths;
}

const HEAD_END = '### byte snippet to follow ###\n';

function dropHead(content: Buffer): Buffer {
  const end = content.indexOf(HEAD_END);
  return end < 0 ? content : content.subarray(end + HEAD_END.length);
}

/** A link is recorded as a file that contains the target name. */
function readLink(content: Buffer): string | undefined {
  return content.length < 100 && !content.includes(0) ? content.toString() : undefined;
}
