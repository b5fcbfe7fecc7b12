import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build, ENTRIES } from './build.ts';
import { ROOT } from './source-tree.ts';

/** Members of the published manifest. The others are for the checkout: scripts, development. */
const PUBLISHED = [
  'name',
  'version',
  'description',
  'keywords',
  'license',
  'type',
  'bin',
  'exports',
  'engines',
  'dependencies',
] as const;

const COPY = { recursive: true } as const;
const FILES = ['docs', 'packs', 'LICENSE', 'NOTICE', 'README.md', 'SECURITY.md', 'CHANGELOG.md'];
/**
 * The images that `plimsoll demo` and the examples of `docs/library.md` scan, and their advisories.
 */
const SAMPLES = [
  'examples/sample.oci.tar',
  'examples/sample-alpine.oci.tar',
  'examples/advisories',
  'examples/base-images',
];

/**
 * Returns the published manifest: it has no scripts, so that installing runs nothing, and does not
 * install the Node that checkouts build with.
 */
export function createPublishedManifest(
  manifest: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const kept = PUBLISHED.filter((key) => manifest[key] !== undefined);
  return {
    ...Object.fromEntries(kept.map((key) => [key, manifest[key]])),
    files: ['dist', 'docs', 'packs', 'NOTICE', ...SAMPLES],
  };
}

/** Builds a checkout, and copies the files to publish into `folder`: the same build, the types. */
export async function stage(root: string, folder: string): Promise<void> {
  await build({ root, target: join(folder, 'dist'), entries: ENTRIES, hasTypes: true });
  for (const name of [...FILES, ...SAMPLES]) {
    if (existsSync(join(root, name))) cpSync(join(root, name), join(folder, name), COPY);
  }
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as object;
  const published = createPublishedManifest({ ...manifest });
  writeFileSync(join(folder, 'package.json'), `${JSON.stringify(published, undefined, 2)}\n`);
}

/** Stages and packs into the working directory; prints the name of the archive. */
async function pack(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'plimsoll-pack-'));
  try {
    await stage(ROOT, folder);
    const args = ['pack', folder, '--ignore-scripts', '--pack-destination', process.cwd()];
    const { status } = spawnSync('npm', args, { stdio: 'inherit' });
    process.exitCode = status ?? 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

if (import.meta.main) await pack();
