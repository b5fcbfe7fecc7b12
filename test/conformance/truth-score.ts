import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { zstdDecompressSync } from 'node:zlib';
import { readInventory } from '../../src/assess/read-inventory.ts';
import { compareText } from '../../src/foundation/core/compare-text.ts';
import type { InventoryFile, InventoryPackage } from '../../src/foundation/core/inventory.ts';
import { withFolder } from './score.ts';
import { listCorpusTargets } from './targets.ts';

/** Agreement and differences between ours and an independent reading of one image. */
export interface TruthScore {
  readonly name: string;
  readonly packages: number;
  readonly files: number;
  /** Each line states the actual and the expected value. */
  readonly differences: readonly string[];
}

/** Letters of file types in the recorded files. */
const TYPE_LETTERS: Readonly<Partial<Record<InventoryFile['type'], string>>> = {
  regular: 'f',
  hardlink: 'f',
  directory: 'd',
  symlink: 'l',
};
const OTHER = 'o';

/**
 * Compares every package and file of the recorded images with the output of native tools, or with
 * the records themselves. Only our packages of the recorded types count.
 */
export function scoreTruth(shared: string, only: RegExp): Promise<TruthScore[]> {
  return withFolder(async (folder) => {
    const scores: TruthScore[] = [];
    for (const { name, input } of listCorpusTargets(shared, folder, only)) {
      const recorded = readRecords(join(shared, 'corpus', 'truth', name));
      if (recorded === undefined) {
        continue;
      }
      const { packages, files } = await readInventory(input, {
        name,
        temporaryFolder: folder,
        files: { selection: 'all', digests: ['sha256'] },
      });
      const types = new Set(recorded.packages.map((line) => line.slice(0, line.indexOf('\t'))));
      const ours = packages
        .filter((pkg) => types.has(pkg.type) && isWithinRecords(pkg))
        .map(formatPackage);
      scores.push({
        name,
        packages: recorded.packages.length,
        files: recorded.files.length,
        differences: [
          ...listDifferences(recorded.packages, ours),
          ...listDifferences(recorded.files, files.map(formatFile)),
        ],
      });
    }
    return scores;
  });
}

interface Records {
  readonly packages: readonly string[];
  readonly files: readonly string[];
}

function readRecords(path: string): Records | undefined {
  let files: Buffer;
  try {
    files = readFileSync(`${path}.files.tsv.zst`);
  } catch {
    return undefined;
  }
  return {
    packages: splitLines(readFileSync(`${path}.pkgs.tsv`, 'utf8')).map(normalizeLine),
    files: splitLines(zstdDecompressSync(files).toString('utf8')).map((line) => `/${line}`),
  };
}

function splitLines(text: string): string[] {
  return text.split('\n').filter((line) => line !== '');
}

/** rpm writes "(none)" for a missing epoch, and for every other missing member. */
function normalizeLine(line: string): string {
  const [type = '', name = '', version = '', detail = ''] = line.split('\t');
  const written = type === 'python' ? normalizePythonName(name) : name;
  return [type, written, version.replace(/^\(none\):/, ''), detail.replaceAll('(none)', '')].join(
    '\t',
  );
}

/** Names of Python projects are case-insensitive. PEP 503. */
function normalizePythonName(name: string): string {
  return name.replace(/[-_.]+/g, '-').toLowerCase();
}

/** For npm, only installed packages were recorded. */
function isWithinRecords({ type, locations }: InventoryPackage): boolean {
  return type !== 'npm' || (locations[0]?.path ?? '').includes('/node_modules/');
}

/** Formats type, name, version, and the other recorded members of that type. */
function formatPackage(pkg: InventoryPackage): string {
  const { type, name, version } = pkg;
  return [type, name, version, formatDetail(pkg)].join('\t');
}

function formatDetail(pkg: InventoryPackage): string {
  const { type, name, version, architecture = '', upstreams, locations, metadata } = pkg;
  const source = upstreams[0];
  switch (type) {
    case 'deb':
      return [architecture, source?.name ?? name, source?.version ?? version].join(',');
    case 'apk':
      return [architecture, source?.name ?? name].join(',');
    case 'rpm':
      return [architecture, toText(metadata?.value['sourceRpm'])].join(',');
    default:
      return (locations[0]?.path ?? '').slice(1);
  }
}

function toText(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** Formats path, type, mode, size and digest, as far as they are recorded for the type. */
function formatFile(file: InventoryFile): string {
  const { path, type, mode, sizeBytes, linkTarget = '', sha256 = '' } = file;
  const letter = TYPE_LETTERS[type] ?? OTHER;
  const isRegular = letter === 'f';
  return [
    path,
    letter,
    letter === 'l' ? '' : `0o${mode.toString(8)}`,
    isRegular ? String(sizeBytes) : '0',
    letter === 'l' ? linkTarget : sha256,
  ].join('\t');
}

function listDifferences(expected: readonly string[], actual: readonly string[]): string[] {
  const [want, got] = [new Set(expected), new Set(actual)];
  return [
    ...[...want].filter((line) => !got.has(line)).map((line) => `missing ${line}`),
    ...[...got].filter((line) => !want.has(line)).map((line) => `extra   ${line}`),
  ].sort((left, right) => compareText(left.slice(8), right.slice(8)));
}
