/**
 * Packs the executables of a release as .deb and .rpm, by nfpm.
 *
 * RELEASE_NFPM=nfpm node tools/release/system-packages.ts release
 */
import { spawnSync } from 'node:child_process';
import { copyFileSync, globSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { compareText } from '../../src/core/compare-text.ts';
import { VERSION } from '../../src/core/package-version.ts';
import { ROOT } from '../source-tree.ts';
import { LICENSES_NAME } from './licenses.ts';
import { writeManuals } from './man-pages.ts';
import { PLATFORMS } from './node-binary.ts';

const CONFIGURATION = join(ROOT, 'tools', 'release', 'nfpm.yaml');
const PACKAGERS = ['deb', 'rpm'] as const;

/** Writes the packages beside the executables, and returns their paths. */
export function buildSystemPackages(nfpm: string, target: string): readonly string[] {
  const folder = mkdtempSync(join(tmpdir(), 'plimsoll-packages-'));
  try {
    writeManuals(folder);
    copyFileSync(join(target, LICENSES_NAME), join(folder, LICENSES_NAME));
    const output = join(folder, 'output');
    mkdirSync(output);
    for (const { name, architecture } of PLATFORMS) {
      copyFileSync(join(target, `plimsoll-${name}`), join(folder, 'plimsoll'));
      for (const packager of PACKAGERS) {
        const args = ['package', '--config', CONFIGURATION, '--packager', packager];
        const { status, error, stderr } = spawnSync(nfpm, [...args, '--target', output], {
          cwd: folder,
          encoding: 'utf8',
          env: { ...process.env, NFPM_ARCH: architecture, NFPM_VERSION: VERSION },
        });
        if (status !== 0) throw new Error(`nfpm ended with ${status}: ${error?.message ?? stderr}`);
      }
    }
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
