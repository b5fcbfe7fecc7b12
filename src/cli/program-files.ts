import { createHash } from 'node:crypto';
import { existsSync, globSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { digestTree, type ProgramFiles } from '../compliance/attest/program-manifest.ts';
import { compareText } from '../foundation/core/compare-text.ts';
import { isRecord } from '../foundation/syntax/json/guard.ts';
import { parseJson } from '../foundation/syntax/json/parse-json.ts';

/** The files that Node loads, and the data that commands read. Types and documents are not run. */
const PROGRAM_FILES = ['package.json', 'dist/*.js', 'dist/chunk/*.js', 'examples/**', 'packs/**'];

/** Digests the files of an installed program, and the packages that it loads. */
export function readProgramFiles(root: string): ProgramFiles {
  const packages = new Map<string, string>();
  collectPackages(root, packages);
  return { files: digestFiles(root, PROGRAM_FILES), packages };
}

function digestFiles(folder: string, patterns: readonly string[]): ReadonlyMap<string, string> {
  const paths = globSync([...patterns], { cwd: folder, exclude: ['node_modules/**'] });
  const digests = new Map<string, string>();
  for (const path of paths.sort(compareText)) {
    const file = join(folder, path);
    if (statSync(file).isFile()) {
      const digest = createHash('sha256').update(readFileSync(file)).digest('hex');
      digests.set(path.replaceAll('\\', '/'), digest);
    }
  }
  return digests;
}

interface Manifest {
  readonly name?: string;
  readonly version?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
}

/** Adds the packages that a package depends on, and those that they depend on. */
function collectPackages(folder: string, packages: Map<string, string>): void {
  const manifest = readPackageFile(folder);
  for (const name of Object.keys(manifest.dependencies ?? {})) {
    const directory = findPackageDirectory(folder, name);
    // A missing package is a difference: the signed manifest has it.
    if (directory !== undefined) {
      const { version = '' } = readPackageFile(directory);
      const key = `${name}@${version}`;
      if (!packages.has(key)) {
        packages.set(key, digestTree(digestFiles(directory, ['**'])));
        collectPackages(directory, packages);
      }
    }
  }
}

/** A damaged file lists no dependencies: it differs from its digest, and they are missing. */
function readPackageFile(folder: string): Manifest {
  const manifest = parseJson(readFileSync(join(folder, 'package.json'), 'utf8'));
  return isRecord(manifest) ? manifest : {};
}

/** Node looks in `node_modules` of the directory and of every directory above it. */
function findPackageDirectory(folder: string, name: string): string | undefined {
  for (let current = folder; ; current = dirname(current)) {
    const directory = join(current, 'node_modules', name);
    if (existsSync(join(directory, 'package.json'))) {
      return directory;
    }
    if (dirname(current) === current) {
      return undefined;
    }
  }
}
