/**
 * Prints how plimsoll, Trivy and Dockle answer the controls of section 4 of the CIS Docker
 * Benchmark, one row for each control and program:
 *
 * npm run conformance -- controls --trivy PATH --dockle PATH [--trivy-cache DIRECTORY]
 *
 * The targets are an image without files, an SBOM, an image whose layer cannot be read, and a
 * recorded Debian and Alpine. A control that plimsoll passes without evidence is a fault.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { gunzipSync, zstdDecompressSync } from 'node:zlib';
import { runProgram } from '../support/run-program.ts';
import { createScratchImage, createUnreadableImage, packDockerArchive } from './bare-images.ts';
import { withFolder } from './score.ts';
import { requireSharedMaterial } from './shared-material.ts';

const SHARED = requireSharedMaterial();
const FEEDS = ['alpine', 'debian', 'eol', 'epss', 'kev'];
const NOW = '1795564800';
const { values } = parseArgs({
  options: {
    trivy: { type: 'string' },
    dockle: { type: 'string' },
    'trivy-cache': { type: 'string' },
  },
});

/** Answers by the ID of the control; a text instead of them if the program ended with an error. */
type Answers = ReadonlyMap<string, string> | string;

interface Target {
  readonly title: string;
  readonly file: string;
}

interface CheckId {
  readonly id: string;
  readonly trivy: string;
  readonly dockle: string;
}

function readCheckIds(): readonly CheckId[] {
  const text = readFileSync(join(SHARED, 'policy', 'cis', 'section-4.tsv'), 'utf8');
  return text
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => {
      const [id = '', , , trivy = '', dockle = ''] = line.split('\t');
      return { id, trivy, dockle };
    });
}

interface Descriptor {
  readonly digest: string;
}

/** Trivy and Dockle read archives of Docker, whose layers are not compressed. */
function convertImage(name: string, folder: string): string {
  const unpacked = join(folder, `${name}-layout`);
  mkdirSync(unpacked);
  execFileSync('tar', ['-xf', join(SHARED, 'corpus', 'images', `${name}.oci.tar`), '-C', unpacked]);
  const read = (digest: string): Buffer =>
    readFileSync(join(unpacked, 'blobs', digest.replace(':', '/')));
  const index = JSON.parse(readFileSync(join(unpacked, 'index.json'), 'utf8')) as {
    manifests: readonly [Descriptor];
  };
  const manifest = JSON.parse(read(index.manifests[0].digest).toString('utf8')) as {
    config: Descriptor;
    layers: readonly Descriptor[];
  };
  const config = read(manifest.config.digest).toString('utf8');
  const layers = manifest.layers.map(({ digest }) => decompress(read(digest)));
  const file = join(folder, `${name}.tar`);
  writeFileSync(file, packDockerArchive(`${name}:1`, config, layers));
  return file;
}

function decompress(bytes: Buffer): Buffer {
  switch (bytes[0]) {
    case 0x1f:
      return gunzipSync(bytes);
    case 0x28:
      return zstdDecompressSync(bytes);
    default:
      return bytes;
  }
}

async function createTargets(folder: string): Promise<readonly Target[]> {
  const write = (name: string, content: string | Uint8Array): string => {
    const file = join(folder, name);
    writeFileSync(file, content);
    return file;
  };
  const debian = convertImage('debian-trixie-slim', folder);
  const { stdout } = await runProgram(['sbom', debian, '-q', '-o', 'cyclonedx-json']);
  return [
    { title: 'scratch', file: write('scratch.tar', createScratchImage()) },
    { title: 'SBOM', file: write('debian.cdx.json', stdout) },
    { title: 'unreadable', file: write('unreadable.tar', createUnreadableImage()) },
    { title: 'Debian', file: debian },
    { title: 'Alpine', file: convertImage('alpine-3.20', folder) },
  ];
}

interface Control {
  readonly id: string;
  readonly status: string;
  readonly examined: readonly string[];
}

async function checkWithPlimsoll({ title, file }: Target, database: string): Promise<Answers> {
  const args = ['--pack', 'cis-docker', '--db', database, '--db-max-age', '0', '--offline'];
  const { stdout, stderr } = await runProgram(['check', file, ...args, '-q', '-o', 'json'], {
    SOURCE_DATE_EPOCH: NOW,
  });
  if (stdout === '') {
    return describeError(stderr);
  }
  const { controls } = JSON.parse(stdout) as { controls: readonly Control[] };
  for (const { id, status, examined } of controls) {
    if (status === 'passed' && examined.length === 0) {
      process.exitCode = 1;
      process.stdout.write(`${title}: ${id} passed without evidence\n`);
    }
  }
  return new Map(controls.map(({ id, status }) => [id, status]));
}

function run(program: string, args: readonly string[]): { output: string; error: string } {
  const { status, stdout, stderr } = spawnSync(program, args, {
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
    env: { PATH: process.env['PATH'], HOME: tmpdir(), NO_COLOR: '1' },
  });
  return { output: stdout, error: status === 0 ? '' : describeError(stderr || stdout) };
}

/** Prints the output of a program, so that the cell can be explained. */
function describeError(text: string): string {
  process.stdout.write(`${text.trim()}\n\n`);
  return 'error';
}

const TRIVY_WORDS =
  'image --compliance docker-cis-1.6.0 --report summary --format json --quiet --skip-db-update --skip-java-db-update --skip-check-update --skip-version-check --offline-scan'.split(
    ' ',
  );

interface TrivySummary {
  readonly SummaryControls: readonly { readonly ID: string; readonly TotalFail?: number | null }[];
}

/** Trivy counts failures; its table prints "-" without a count, and PASS if it is 0. */
function checkWithTrivy(program: string, file: string, checks: readonly CheckId[]): Answers {
  const cache = values['trivy-cache'];
  const folder = cache === undefined ? [] : ['--cache-dir', cache];
  const { output, error } = run(program, [...TRIVY_WORDS, ...folder, '--input', file]);
  if (error !== '') {
    return error;
  }
  const { SummaryControls } = JSON.parse(output) as TrivySummary;
  const counts = new Map(SummaryControls.map(({ ID, TotalFail }) => [ID, TotalFail]));
  return new Map(
    checks.map(({ id }) => {
      const count = counts.get(id);
      return [id, typeof count === 'number' ? (count === 0 ? 'PASS' : `FAIL (${count})`) : '-'];
    }),
  );
}

interface DockleReport {
  readonly details: readonly { readonly code: string; readonly level: string }[] | null;
}

/** Dockle lists the checks that did not pass, and counts all others as passed. */
function checkWithDockle(program: string, file: string, checks: readonly CheckId[]): Answers {
  const { output, error } = run(program, ['--input', file, '--format', 'json']);
  if (error !== '') {
    return error;
  }
  const { details } = JSON.parse(output.slice(output.indexOf('{'))) as DockleReport;
  const levels = new Map((details ?? []).map(({ code, level }) => [code, level]));
  return new Map(
    checks.map(({ id, dockle }) => [
      id,
      dockle.startsWith('CIS-DI') ? (levels.get(dockle) ?? 'PASS') : '-',
    ]),
  );
}

await withFolder(async (folder) => {
  const database = join(folder, 'db');
  const feeds = FEEDS.flatMap((name) => [
    '--from',
    join(SHARED, 'advisories', 'raw', `${name}.tar.zst`),
  ]);
  await runProgram(['db', 'build', ...feeds, '--db', database]);
  const targets = await createTargets(folder);
  const checks = readCheckIds();
  const { trivy, dockle } = values;
  const columns: { readonly name: string; readonly answers: readonly Answers[] }[] = [
    {
      name: 'plimsoll',
      answers: await Promise.all(targets.map((target) => checkWithPlimsoll(target, database))),
    },
  ];
  if (trivy !== undefined) {
    const answers = targets.map(({ file }) => checkWithTrivy(trivy, file, checks));
    columns.push({ name: 'Trivy', answers });
  }
  if (dockle !== undefined) {
    const answers = targets.map(({ file }) => checkWithDockle(dockle, file, checks));
    columns.push({ name: 'Dockle', answers });
  }
  const titles = ['control', 'program', ...targets.map(({ title }) => title)];
  process.stdout.write(`| ${titles.join(' | ')} |\n|${'---|'.repeat(titles.length)}\n`);
  for (const { id } of checks) {
    for (const { name, answers } of columns) {
      const cells = answers.map((one) => (typeof one === 'string' ? one : (one.get(id) ?? '?')));
      process.stdout.write(`| ${[id, name, ...cells].join(' | ')} |\n`);
    }
  }
});
