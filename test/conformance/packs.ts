import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { listPackIds } from '../../src/compliance/policy/pack/pack-folder.ts';
import { runProgram } from '../support/run-program.ts';
import { createScratchImage, createUnreadableImage } from './bare-images.ts';
import { requireSharedMaterial } from './shared-material.ts';

/**
 * Evaluates every pack for every recorded image, for its SBOM, and for targets that prove nothing:
 * an empty image, an empty SBOM, and a damaged archive. Compares the status of each control with
 * the recorded one (P passed, F failed, u unknown, ? unanswered, - not applicable). `--update`
 * records them.
 */
const GOLDEN = join(import.meta.dirname, 'packs.golden.tsv');
const SHARED = requireSharedMaterial();
const IMAGES = join(SHARED, 'corpus', 'images');
const NOW = '1795564800';
const FEEDS = ['alpine', 'debian', 'eol', 'epss', 'kev'];

interface Control {
  readonly key: string;
  readonly kind: string;
  readonly status: string;
  readonly examined: readonly string[];
  readonly statement?: object;
}

const folder = mkdtempSync(join(tmpdir(), 'plimsoll-packs-'));
const DATABASE = join(folder, 'db');
const faults: string[] = [];
/** One line for each target and pack, with a letter for each control. */
const rows: string[] = [];
let [answers, passed] = [0, 0];

const LETTERS: ReadonlyMap<string, string> = new Map([
  ['passed', 'P'],
  ['failed', 'F'],
  ['unknown', 'u'],
  ['unanswered', '?'],
  ['not-applicable', '-'],
]);

async function buildDatabase(): Promise<void> {
  const sources = FEEDS.flatMap((name) => [
    '--from',
    join(SHARED, 'advisories', 'raw', `${name}.tar.zst`),
  ]);
  const { status, stderr } = await runProgram(['db', 'build', ...sources, '--db', DATABASE]);
  if (status !== 0) {
    throw new Error(`the database could not be built: ${stderr}`);
  }
}

async function evaluate(target: string, name: string): Promise<readonly Control[] | undefined> {
  const packs = listPackIds().flatMap((id) => ['--pack', id]);
  const database = ['--db', DATABASE, '--db-max-age', '0'];
  const { status, stdout, stderr } = await runProgram(
    ['check', target, ...packs, ...database, '--offline', '-q', '-o', 'json'],
    { SOURCE_DATE_EPOCH: NOW },
  );
  if (status !== 2 && status !== 4) {
    faults.push(`${name}: exit status ${status}: ${stderr.split('\n', 1)[0]}`);
    return undefined;
  }
  const { controls } = JSON.parse(stdout) as { controls: readonly Control[] };
  for (const control of controls) {
    const isProven = control.examined.length > 0 || control.statement !== undefined;
    if (control.status === 'passed' && (!isProven || control.kind === 'manual')) {
      faults.push(`${name}: ${control.key} passed without evidence`);
    }
  }
  for (const pack of listPackIds()) {
    const own = controls.filter(({ key }) => key.startsWith(`${pack}/`));
    const letters = own.map((control) => LETTERS.get(control.status) ?? '!').join('');
    rows.push(`${name}\t${pack}\t${letters}`);
  }
  answers += controls.length;
  passed += controls.filter((control) => control.status === 'passed').length;
  return controls;
}

/** Targets without content: nothing that depends on it may pass. */
async function evaluateEmpty(target: string, name: string): Promise<void> {
  const controls = (await evaluate(target, name)) ?? [];
  for (const { key, status, examined } of controls) {
    const isAboutContent = examined.some((text) => /package|file|layer|byte/.test(text));
    if (status === 'passed' && isAboutContent) {
      faults.push(`${name}: ${key} passed, although there was nothing to examine`);
    }
  }
}

async function evaluateImages(): Promise<void> {
  for (const file of readdirSync(IMAGES)
    .filter((name) => !name.includes('.dir.'))
    .toSorted()) {
    const image = join(IMAGES, file);
    await evaluate(image, file);
    const sbom = join(folder, `${file}.cdx.json`);
    const { status, stdout } = await runProgram(['sbom', image, '-q', '-o', 'cyclonedx-json']);
    if (status === 0) {
      writeFileSync(sbom, stdout);
      await evaluate(sbom, `${file} (SBOM)`);
    }
    process.stdout.write(`${file}\n`);
  }
}

async function evaluateOthers(): Promise<void> {
  const empty = join(folder, 'empty.cdx.json');
  const document = { bomFormat: 'CycloneDX', specVersion: '1.6', version: 1, components: [] };
  writeFileSync(empty, JSON.stringify(document));
  await evaluateEmpty(empty, 'empty SBOM');
  const scratch = join(folder, 'scratch.tar');
  writeFileSync(scratch, createScratchImage());
  await evaluateEmpty(scratch, 'image without layers');
  const unreadable = join(folder, 'unreadable.tar');
  writeFileSync(unreadable, createUnreadableImage());
  await evaluateEmpty(unreadable, 'image without a readable layer');
  const damaged = join(folder, 'damaged.tar');
  const [first = ''] = readdirSync(IMAGES).filter((name) => name.endsWith('.oci.tar'));
  const bytes = readFileSync(join(IMAGES, first));
  writeFileSync(damaged, bytes.subarray(0, Math.floor(bytes.length / 2)));
  const { status } = await runProgram(['check', damaged, '--pack', 'cis-docker', '--offline']);
  if (status === 0 || status === 2) {
    faults.push(`damaged archive: exit status ${status}`);
  }
}

function compareWithGolden(): void {
  if (process.argv.includes('--update')) {
    writeFileSync(GOLDEN, `${rows.join('\n')}\n`);
    return;
  }
  const recorded = readFileSync(GOLDEN, 'utf8').trim().split('\n');
  const missing = recorded.filter((line) => !rows.includes(line));
  const added = rows.filter((line) => !recorded.includes(line));
  faults.push(...missing.map((line) => `was: ${line}`), ...added.map((line) => `is:  ${line}`));
}

await buildDatabase();
await evaluateImages();
await evaluateOthers();
compareWithGolden();
rmSync(folder, { recursive: true });
process.stdout.write(`${answers} answers, ${passed} passed, ${faults.length} faults\n`);
for (const fault of faults) {
  process.stdout.write(`  ${fault}\n`);
}
process.exitCode = faults.length === 0 ? 0 : 1;
