/**
 * Builds every artifact of a release and tries those that this machine can run.
 *
 * npm run release:dry-run [-- DIRECTORY]
 *
 * Prints one line for each artifact: size, digest, start time, time and memory until the first
 * result. PLIMSOLL_BENCH_SYFT, PLIMSOLL_BENCH_GRYPE and PLIMSOLL_BENCH_TRIVY name programs to
 * measure in the same run, and RELEASE_NFPM the program that packs .deb, .rpm and .apk.
 */
import { spawn } from 'node:child_process';
import type { KeyObject } from 'node:crypto';
import { once } from 'node:events';
import {
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import type { Subject } from '../../src/compliance/attest/statement.ts';
import { VERSION } from '../../src/foundation/core/package-version.ts';
import { packStaged, stage } from '../pack.ts';
import { ROOT } from '../source-tree.ts';
import { writeBundle, writeChannels } from './channels.ts';
import { computeFileSha256 } from './digest.ts';
import { stageExecutable, writeExecutable } from './executable.ts';
import { attachProvenance, writeReleaseImage } from './image.ts';
import { writeImageDecisions } from './image-decisions.ts';
import { attachScans } from './image-scan.ts';
import { LICENSES_NAME, writeLicenses } from './licenses.ts';
import { type Line, measureCold } from './measure.ts';
import { canRun, findNodePackage, PLATFORMS, runTool } from './node-binary.ts';
import { writeOwnSbom } from './own-sbom.ts';
import { writeOwnVex } from './own-vex.ts';
import { readReleaseKey, signExecutable, signProgram, signProvenance } from './sign.ts';
import { buildSystemPackages } from './system-packages.ts';

/** A file of the release, and the program that it installs, if this machine can run it. */
interface Artifact {
  readonly path: string;
  readonly program?: Line;
  /** The reason for which it was not run. */
  readonly note?: string;
  /** Of an image, whose path is a directory, with the manifest of each platform. */
  readonly digest?: string;
  readonly manifests?: ReadonlyMap<string, string>;
}

/** Returns a variable of this script, and removes it: the program rejects unknown names. */
function takeVariable(name: string): string | undefined {
  const value = process.env[name];
  delete process.env[name];
  return value;
}

const SHARED = takeVariable('PLIMSOLL_CONFORMANCE_DIR') ?? join(ROOT, '..', 'shared');
const SYFT = takeVariable('PLIMSOLL_BENCH_SYFT');
const GRYPE = takeVariable('PLIMSOLL_BENCH_GRYPE');
const TRIVY = takeVariable('PLIMSOLL_BENCH_TRIVY');
const RECORDED = join(SHARED, 'corpus', 'images', 'alpine-3.20.oci.tar');
const SAMPLE = join(ROOT, 'examples', 'sample-alpine.oci.tar');

const HEADINGS = ['ARTIFACT', 'SIZE', 'DIGEST', 'START', 'FIRST RESULT', 'CPU', 'MEMORY'] as const;

interface BuiltPackages {
  readonly artifacts: readonly Artifact[];
  /** The packages as npm installs them, with the scanner first. */
  readonly installed: readonly [scanner: string, server: string];
}

async function buildNpm(target: string, folder: string, key: KeyObject): Promise<BuiltPackages> {
  const staged = join(folder, 'npm');
  await stage(ROOT, staged);
  const [scanner = '', server = ''] = packStaged(staged, target, (name) =>
    signProgram(staged, name, key),
  );
  const prefix = join(folder, 'prefix');
  const serverPrefix = join(folder, 'server-prefix');
  const artifacts = [
    { path: scanner, program: [join(prefix, 'bin', 'plimsoll')] as const },
    { path: server, note: 'same program' },
  ];
  return {
    artifacts,
    installed: [
      installPackage(scanner, prefix, 'plimsoll'),
      installPackage(server, serverPrefix, 'plimsoll-server'),
    ],
  };
}

/** Returns the directory of the package. */
function installPackage(archive: string, prefix: string, name: string): string {
  const args = ['install', '--global', '--prefix', prefix, '--no-audit', '--no-fund'];
  runTool('npm', [...args, '--prefer-offline', '--ignore-scripts', archive]);
  return join(prefix, 'lib', 'node_modules', name);
}

async function buildExecutables(
  target: string,
  folder: string,
  key: KeyObject,
): Promise<readonly Artifact[]> {
  const staged = join(folder, 'executable');
  const packageLicenses = await stageExecutable(staged);
  const licenses = join(target, LICENSES_NAME);
  const executables = PLATFORMS.map((platform): Artifact => {
    const path = join(target, `plimsoll-${platform.name}`);
    const node = join(findNodePackage(platform), 'bin', 'node');
    writeExecutable(staged, { node, target: path, canRun: canRun(platform) });
    signExecutable(path, key);
    // The same for each platform: all have one version of Node.
    writeLicenses(packageLicenses, node, licenses);
    return canRun(platform) ? { path, program: [path] } : { path, note: 'built, not run here' };
  });
  return [...executables, { path: licenses, note: 'of all parts of the executables' }];
}

/** Builds an image of an installed package. */
async function buildImage(
  target: string,
  installed: string,
  folder: string,
  key: KeyObject,
): Promise<Artifact> {
  const name = basename(installed);
  const path = join(target, `${name}-image`);
  const temporary = join(folder, basename(path));
  mkdirSync(temporary);
  const source = { name, installed, version: VERSION, ...readCommit(), folder: temporary, key };
  const { digest, manifests } = await writeReleaseImage(source, path);
  return { path, digest, manifests, note: 'for linux/amd64 and linux/arm64' };
}

interface Commit {
  readonly revision: string;
  readonly seconds: number;
}

/** The time of artifacts is that of the sources, so that each build has the same bytes. */
function readCommit(): Commit {
  const [revision = '', seconds = ''] = runTool('git', ['-C', ROOT, 'log', '-1', '--format=%H %ct'])
    .trim()
    .split(' ');
  return { revision, seconds: Number(process.env['SOURCE_DATE_EPOCH'] ?? seconds) };
}

/** Files for package managers, with the archive that they install. */
function buildChannels(
  target: string,
  { artifacts, installed: [scanner] }: BuiltPackages,
  folder: string,
): readonly Artifact[] {
  const bundle = writeBundle(scanner, { folder, target, seconds: readCommit().seconds });
  const notes = ['Homebrew', 'Scoop', 'Nix'];
  const files = writeChannels(target, artifacts[0]?.path ?? '', bundle);
  const nfpm = process.env['RELEASE_NFPM'];
  const packages = nfpm === undefined ? [] : buildSystemPackages(nfpm, target);
  return [
    { path: bundle, note: 'the npm package with its dependencies' },
    ...files.map((path, at) => ({ path, note: `for ${notes[at]}; written, not run here` })),
    ...packages.map((path) => ({ path, note: 'see npm run conformance -- install' })),
  ];
}

interface Peer {
  readonly name: string;
  readonly version: Line;
  readonly first: Line;
  readonly environment?: NodeJS.ProcessEnv;
}

/** Programs of other projects. Grype has no result without a database, so it is given one. */
function listPeers(image: string, folder: string): readonly Peer[] {
  const archive = `oci-archive:${image}`;
  const peers: Peer[] = [];
  if (SYFT !== undefined) {
    peers.push({ name: 'Syft', version: [SYFT, 'version'], first: [SYFT, '-q', archive] });
  }
  if (GRYPE !== undefined) {
    const environment = {
      GRYPE_DB_CACHE_DIR: process.env['GRYPE_DB_CACHE_DIR'],
      GRYPE_DB_AUTO_UPDATE: 'false',
      GRYPE_DB_VALIDATE_AGE: 'false',
    };
    const first: Line = [GRYPE, '-q', archive];
    peers.push({ name: 'Grype (findings)', version: [GRYPE, 'version'], first, environment });
  }
  if (TRIVY !== undefined) {
    // It does not read archives in the format of OCI.
    const layout = join(folder, 'layout');
    mkdirSync(layout);
    runTool('tar', ['-xf', image, '-C', layout]);
    const first: Line = [TRIVY, 'image', '-q', '--format', 'cyclonedx', '--input', layout];
    peers.push({ name: 'Trivy', version: [TRIVY, '--version'], first });
  }
  return peers;
}

function measureRow(
  name: string,
  version: Line,
  first: Line,
  environment: NodeJS.ProcessEnv = {},
): readonly string[] {
  const start = measureCold(version, environment);
  const result = measureCold(first, environment);
  return [
    name,
    '',
    '',
    formatNumber(start.milliseconds, 'ms'),
    formatNumber(result.milliseconds, 'ms'),
    formatNumber(result.processorMilliseconds, 'ms'),
    formatNumber(result.memoryMegabytes, 'MB'),
  ];
}

function formatNumber(value: number | undefined, unit: string): string {
  return value === undefined ? '' : `${value.toFixed(0)} ${unit}`;
}

/** Returns the headings of the grades: `NTIA minimum elements (2021): 7 of 7 elements`. */
function listGrades(text: string): readonly string[] {
  return [...text.matchAll(/^(\w+) .*: (\d+ of \d+) elements/gmu)].map(
    ([, standard, grade]) => `${standard} ${grade}`,
  );
}

function listSubjects(artifact: Artifact): readonly Subject[] {
  const {
    path,
    digest = computeFileSha256(path),
    manifests = new Map<string, string>(),
  } = artifact;
  const name = basename(path);
  const platforms = [...manifests].map(([one, value]) => [`${name}:${one}`, value] as const);
  return [[name, digest] as const, ...platforms].map(([subject, value]) => {
    return { name: subject, digest: { sha256: value.slice('sha256:'.length) } };
  });
}

const DIGEST_CHARACTERS = 'sha256:0123456789abcdef'.length;

function describeArtifact(artifact: Artifact, image: string): readonly string[] {
  const { path, program, note = '', digest = computeFileSha256(path) } = artifact;
  const size = `${(measureBytes(path) / 1e6).toFixed(1)} MB`;
  const row = [basename(path), size, digest.slice(0, DIGEST_CHARACTERS)];
  if (program === undefined) return [...row, note];
  const first: Line = [...program, 'sbom', image, '-q'];
  return [...row, ...measureRow('', [...program, 'version'], first).slice(row.length)];
}

/** Adds up the files of an artifact. */
function measureBytes(path: string): number {
  const status = statSync(path);
  return status.isDirectory()
    ? readdirSync(path).reduce((sum, name) => sum + measureBytes(join(path, name)), 0)
    : status.size;
}

/** Measures `npx plimsoll` with a warm cache of npm, and a registry on the loopback. */
async function measureNpx(
  scanner: string,
  folder: string,
  image: string,
): Promise<readonly string[]> {
  const prefix = join(folder, 'prefix', 'lib', 'node_modules', 'plimsoll', 'node_modules');
  const packages = globSync(['*/package.json', '@*/*/package.json'], { cwd: prefix });
  const archives = join(folder, 'archives');
  mkdirSync(archives);
  const folders = packages.map((path) => join(prefix, dirname(path)));
  runTool('npm', ['pack', ...folders, '--ignore-scripts', '--pack-destination', archives]);
  const served = readdirSync(archives).map((name) => join(archives, name));
  const program = join(import.meta.dirname, 'npm-registry.ts');
  const registry = spawn(process.execPath, [program, scanner, ...served], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  try {
    const [line] = (await once(registry.stdout, 'data')) as [Buffer];
    const environment = {
      npm_config_registry: line.toString().trim(),
      npm_config_cache: join(folder, 'npm-cache'),
      npm_config_update_notifier: 'false',
    };
    const npx: Line = ['npx', '--yes', 'plimsoll'];
    const first: Line = [...npx, 'sbom', image, '-q'];
    return measureRow('npx plimsoll', [...npx, 'version'], first, environment);
  } finally {
    registry.stdin.end();
  }
}

function printTable(rows: readonly (readonly string[])[]): void {
  const widths = HEADINGS.map((_, column) =>
    Math.max(...[HEADINGS, ...rows].map((row) => row[column]?.length ?? 0)),
  );
  for (const row of [HEADINGS, ...rows]) {
    const line = row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ');
    process.stdout.write(`${line.trimEnd()}\n`);
  }
}

const target = resolve(process.argv[2] ?? join(ROOT, 'release'));
rmSync(target, { recursive: true, force: true });
mkdirSync(target, { recursive: true });
const folder = mkdtempSync(join(tmpdir(), 'plimsoll-release-'));
try {
  // Documents of the release have the time of the sources, too.
  process.env['SOURCE_DATE_EPOCH'] ??= String(readCommit().seconds);
  const key = readReleaseKey(target);
  const packages = await buildNpm(target, folder, key);
  const [scanner, server] = packages.installed;
  const artifacts: Artifact[] = [
    ...packages.artifacts,
    ...(await buildExecutables(target, folder, key)),
    await buildImage(target, scanner, folder, key),
    await buildImage(target, server, folder, key),
  ];
  const sbom = join(target, 'plimsoll.cdx.json');
  const program = join(scanner, 'dist', 'cli.js');
  const grades = writeOwnSbom(program, packages.artifacts[0]?.path ?? '', sbom);
  artifacts.push({ path: sbom, note: listGrades(grades).join(', ') });
  artifacts.push(...buildChannels(target, packages, folder));
  const vex = join(target, 'plimsoll.vex.cdx.json');
  const statements = writeOwnVex(program, sbom, vex);
  process.stdout.write(`${basename(vex)}: ${statements}\n`);
  if (existsSync(vex)) artifacts.push({ path: vex, note: statements });
  for (const path of writeImageDecisions(target)) {
    artifacts.push({ path, note: 'decisions about the images' });
  }
  const provenance = signProvenance(
    { ...readCommit(), artifacts: artifacts.flatMap(listSubjects) },
    key,
  );
  writeFileSync(join(target, 'provenance.intoto.jsonl'), provenance);
  for (const { path, manifests } of artifacts) {
    if (manifests === undefined) continue;
    attachProvenance(path, manifests.values(), provenance);
    const note = attachScans(path, { program, key, folder });
    process.stdout.write(`${basename(path)}: ${note}\n`);
  }
  const image = existsSync(RECORDED) ? RECORDED : SAMPLE;
  process.stdout.write(`First result: the packages of ${basename(image)}, with an empty cache\n\n`);
  printTable([
    ...artifacts.map((artifact) => describeArtifact(artifact, image)),
    await measureNpx(packages.artifacts[0]?.path ?? '', folder, image),
    ...listPeers(image, folder).map(({ name, version, first, environment }) =>
      measureRow(name, version, first, environment),
    ),
  ]);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
