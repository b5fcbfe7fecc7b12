/**
 * Packs a release by nfpm: the executables as .deb and .rpm, and the archive with dependencies as
 * .apk, because the executables need glibc.
 *
 * RELEASE_NFPM=nfpm node tools/release/system-packages.ts release
 */
import { spawnSync } from 'node:child_process';
import { copyFileSync, globSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { compareText } from '../../src/foundation/core/compare-text.ts';
import { VERSION } from '../../src/foundation/core/package-version.ts';
import { ROOT } from '../source-tree.ts';
import { LICENSES_NAME } from './licenses.ts';
import { writeManuals } from './man-pages.ts';
import { PLATFORMS, runTool } from './node-binary.ts';

interface Packing {
  readonly packager: 'deb' | 'rpm' | 'apk';
  /** The file that describes the package, beside this one. */
  readonly configuration: string;
  /** As in Go; absent if the package is for every processor. */
  readonly architecture?: string;
}

/** Runs nfpm in a directory, which receives the package in `output`. */
function runPacker(
  nfpm: string,
  { packager, configuration, architecture = '' }: Packing,
  folder: string,
): void {
  const path = join(ROOT, 'tools', 'release', configuration);
  const args = ['package', '--config', path, '--packager', packager, '--target', 'output'];
  const { status, error, stderr } = spawnSync(nfpm, args, {
    cwd: folder,
    encoding: 'utf8',
    env: { ...process.env, NFPM_ARCH: architecture, NFPM_VERSION: VERSION },
  });
  if (status !== 0) throw new Error(`nfpm ended with ${status}: ${error?.message ?? stderr}`);
}

/** Writes the packages beside the artifacts that they contain, and returns their paths. */
export function buildSystemPackages(nfpm: string, target: string): readonly string[] {
  const folder = mkdtempSync(join(tmpdir(), 'plimsoll-packages-'));
  try {
    writeManuals(folder);
    copyFileSync(join(target, LICENSES_NAME), join(folder, LICENSES_NAME));
    const output = join(folder, 'output');
    mkdirSync(output);
    for (const { name, architecture } of PLATFORMS) {
      copyFileSync(join(target, `plimsoll-${name}`), join(folder, 'plimsoll-executable'));
      for (const packager of ['deb', 'rpm'] as const) {
        runPacker(nfpm, { packager, configuration: 'nfpm.yaml', architecture }, folder);
      }
    }
    runTool('tar', ['-xzf', join(target, `plimsoll-${VERSION}.tar.gz`), '-C', folder]);
    runPacker(nfpm, { packager: 'apk', configuration: 'nfpm-apk.yaml' }, folder);
    return globSync('*', { cwd: output })
      .sort(compareText)
      .map((name) => {
        const path = join(target, basename(name));
        copyFileSync(join(output, name), path);
        return path;
      });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

if (import.meta.main) {
  const { RELEASE_NFPM: nfpm = 'nfpm' } = process.env;
  const program = nfpm.includes('/') ? resolve(nfpm) : nfpm;
  const paths = buildSystemPackages(program, resolve(process.argv[2] ?? join(ROOT, 'release')));
  process.stdout.write(paths.map((path) => `${path}\n`).join(''));
}
