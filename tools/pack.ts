import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MANIFEST_NAME } from '../src/compliance/attest/program-manifest.ts';
import { build, ENTRIES } from './build.ts';
import { ROOMS } from './house.data.ts';
import { createManPages, writeManuals } from './release/man-pages.ts';
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
  'publishConfig',
] as const;

const COPY = { recursive: true } as const;
const FILES = ['docs', 'LICENSE', 'NOTICE', 'README.md', 'SECURITY.md', 'CHANGELOG.md'];
/**
 * Files that the program reads: policies, and the images that `plimsoll demo` and the examples of
 * `docs/library.md` scan, with their advisories.
 */
export const DATA: readonly string[] = [
  'packs',
  'examples/sample.oci.tar',
  'examples/sample-alpine.oci.tar',
  'examples/advisories',
  'examples/base-images',
];

interface Manifest {
  readonly dependencies: Readonly<Record<string, string>>;
  readonly [member: string]: unknown;
}

/**
 * The published packages: the scanner, and the same program with the packages that only the server
 * imports. Optional peers of one package would exclude projects that use another release of them.
 */
const PACKAGES = ['plimsoll', 'plimsoll-server'] as const;

type PackageName = (typeof PACKAGES)[number];

/**
 * Returns the published manifest: it has no scripts, so that installing runs nothing, and does not
 * install the Node that checkouts build with.
 */
export function createPublishedManifest(
  manifest: Manifest,
  name: PackageName,
  repository = findRepository(process.env),
): Record<string, unknown> {
  const kept = PUBLISHED.filter((key) => manifest[key] !== undefined);
  const isServer = name === 'plimsoll-server';
  const serverPackages = listServerPackages();
  const dependencies = Object.entries(manifest.dependencies).filter(
    ([dependency]) => isServer || !serverPackages.has(dependency),
  );
  return {
    ...Object.fromEntries(kept.map((key) => [key, manifest[key]])),
    name,
    ...(repository === undefined ? {} : { repository: { type: 'git', url: repository } }),
    dependencies: Object.fromEntries(dependencies),
    man: [...createManPages().keys()].map((page) => `man/${page}`),
    files: ['dist', 'docs', 'man', 'completion', 'NOTICE', MANIFEST_NAME, ...DATA],
  };
}

/** Packages that no room but `server` imports, by the table of the house. */
export function listServerPackages(): ReadonlySet<string> {
  const others = Object.entries(ROOMS).filter(([room]) => room !== 'server');
  const elsewhere = new Set(others.flatMap(([, { packages }]) => packages));
  const packages = ROOMS['server']?.packages ?? [];
  return new Set(packages.filter((name) => !elsewhere.has(name)));
}

/** The repository of a release job; npm compares it with the one that the provenance names. */
function findRepository(environment: NodeJS.ProcessEnv): string | undefined {
  const { GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: name } = environment;
  return server === undefined || name === undefined ? undefined : `git+${server}/${name}.git`;
}

/** Builds a checkout, and copies the files to publish into `folder`: the same build, the types. */
export async function stage(root: string, folder: string): Promise<void> {
  await build({ root, target: join(folder, 'dist'), entries: ENTRIES, hasTypes: true });
  for (const name of [...FILES, ...DATA]) {
    if (existsSync(join(root, name))) cpSync(join(root, name), join(folder, name), COPY);
  }
  writeManuals(folder);
  stageManifest(root, folder, 'plimsoll');
}

/** Writes the published manifest of a package into `folder`. */
export function stageManifest(root: string, folder: string, name: PackageName): void {
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Manifest;
  const published = createPublishedManifest(manifest, name);
  writeFileSync(join(folder, 'package.json'), `${JSON.stringify(published, undefined, 2)}\n`);
}

/**
 * Packs a staged directory once for each package; returns the paths of the archives.
 *
 * @param complete adds the last files, such as a signature
 */
export function packStaged(
  folder: string,
  target: string,
  complete: (name: string) => void = () => undefined,
): readonly string[] {
  return PACKAGES.map((name) => {
    stageManifest(ROOT, folder, name);
    complete(name);
    const args = ['pack', folder, '--ignore-scripts', '--json', '--pack-destination', target];
    const { status, stdout, stderr } = spawnSync('npm', args, { encoding: 'utf8' });
    if (status !== 0) throw new Error(`npm pack ended with ${status}: ${stderr}`);
    const [packed] = JSON.parse(stdout) as readonly [{ readonly filename: string }];
    return join(target, packed.filename);
  });
}

/** Stages and packs into the working directory; prints the names of the archives. */
async function pack(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'plimsoll-pack-'));
  try {
    await stage(ROOT, folder);
    for (const path of packStaged(folder, process.cwd())) process.stdout.write(`${path}\n`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

if (import.meta.main) await pack();
