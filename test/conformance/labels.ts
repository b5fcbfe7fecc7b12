// Scores our findings on labeled images by people's judgments: `npm run conformance -- labels`. Fails
// if F1 is below its target, or if an image has a lower F1 than Grype, more missed findings or, if
// nothing should be found, more wrong ones. `--list fn` (missed) or `--list fp` (wrong) prints rows
// instead of the tables.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { zstdDecompressSync } from 'node:zlib';
import { evaluate } from '../../src/assess/evaluate.ts';
import { readInventory } from '../../src/assess/read-inventory.ts';
import { compareText } from '../../src/foundation/core/compare-text.ts';
import type { Findings } from '../../src/foundation/core/finding.ts';
import type { Inventory } from '../../src/foundation/core/inventory.ts';
import { writeTextTable } from '../../src/foundation/present/text-table.ts';
import { openDatabase } from '../../src/vulnerability/advisory/open-database.ts';
import { toCellColumns } from '../support/cell-columns.ts';
import { importRecorded } from './match-score.ts';
import { withFolder } from './score.ts';
import { requireSharedMaterial } from './shared-material.ts';

const F1_MIN = 0.95;
const SBOM_SUFFIX = '.sbom.json';
const { values } = parseArgs({ options: { list: { type: 'string' } } });
const shared = requireSharedMaterial();
const source = join(shared, 'labels');

await withFolder(async (folder) => {
  unpack(join(source, 'labels.tar.zst'), folder);
  const databaseFolder = join(folder, 'db');
  await importRecorded(shared, databaseFolder);
  const results = join(folder, 'results');
  mkdirSync(results);
  using database = openDatabase(databaseFolder);
  for (const file of readdirSync(join(folder, 'sbom')).sort(compareText)) {
    const sbom = join(folder, 'sbom', file);
    const inventory = await readInventory(`sbom:${sbom}`, { temporaryFolder: folder });
    const answer = createAnswer(sbom, inventory, evaluate(inventory, database, {}));
    const name = file.slice(0, -SBOM_SUFFIX.length);
    writeFileSync(join(results, `${name}.json`), JSON.stringify(answer));
  }
  const labels = join(folder, 'labels');
  const choice = values.list === undefined ? [] : ['--list', values.list];
  runScorer([labels, results, '--by-ecosystem', ...choice], 'inherit');
  const [own, peer] = [
    readScore(labels, results),
    readScore(labels, join(folder, 'grype-default')),
  ];
  if (values.list === undefined) {
    printComparison(own, peer);
  }
  const faults = listFaults(own, peer);
  for (const fault of faults) {
    console.log(fault);
  }
  process.exitCode = faults.length === 0 ? 0 : 1;
});

function runScorer(options: readonly string[], stdout: 'inherit' | 'pipe'): string {
  const run = spawnSync(
    process.execPath,
    [join(source, 'score.mjs'), '--by-image', '--scope', 'package', ...options],
    { stdio: ['ignore', stdout, 'inherit'], encoding: 'utf8', maxBuffer: 2 ** 26 },
  );
  return run.stdout;
}

/** `f1` is null if nothing was to be found, and nothing was. */
interface ImageScore {
  readonly tp: number;
  readonly fn: number;
  readonly fp: number;
  readonly f1: number | null;
}

interface LabelScore {
  readonly images: Readonly<Record<string, ImageScore>>;
  readonly total: ImageScore & { readonly f1: number };
}

function readScore(labels: string, results: string): LabelScore {
  return JSON.parse(runScorer([labels, results, '--json'], 'pipe'));
}

/** Prints every image with a judged finding of either program, ours beside Grype's. */
function printComparison(own: LabelScore, peer: LabelScore): void {
  const rows = [...Object.entries(own.images), ['all', own.total] as const].flatMap(
    ([image, ours]) => {
      const theirs = image === 'all' ? peer.total : peer.images[image];
      const isEmpty = [ours, theirs].every((one) => one === undefined || one.f1 === null);
      return isEmpty ? [] : [[image, ...formatCells(ours), ...formatCells(theirs)]];
    },
  );
  const counts = ['FOUND', 'MISSED', 'WRONG', 'F1'];
  const titles = ['IMAGE', ...counts, ...counts.map((title) => `${title} BY GRYPE`)];
  writeTextTable(
    { write: (text) => void process.stdout.write(text) },
    { columns: toCellColumns(titles.map((title) => ({ title }))), rows },
    { isColoured: false },
  );
}

function formatCells(score: ImageScore | undefined): string[] {
  return score === undefined
    ? ['', '', '', '']
    : [String(score.tp), String(score.fn), String(score.fp), score.f1?.toFixed(3) ?? '-'];
}

/** Lists failures: the total score, and for each image every finding that Grype does not miss. */
function listFaults(own: LabelScore, peer: LabelScore): string[] {
  const f1 = own.total.f1;
  const total = f1 < F1_MIN ? [`F1 ${f1.toFixed(3)} is below ${F1_MIN}`] : [];
  const images = Object.entries(own.images).flatMap(([image, { tp, fn, fp, f1: ofImage }]) => {
    const theirs = peer.images[image];
    const missedByPeer = theirs?.fn ?? 0;
    const [ours, other] = [ofImage ?? 1, theirs?.f1 ?? 0];
    return [
      ...(fn > missedByPeer ? [`${image}: ${fn} missed, by Grype ${missedByPeer}`] : []),
      ...(tp + fn === 0 && fp > (theirs?.fp ?? 0)
        ? [`${image}: ${fp} wrong, by Grype ${theirs?.fp ?? 0}`]
        : []),
      ...(ours < other ? [`${image}: F1 ${ours.toFixed(3)}, of Grype ${other.toFixed(3)}`] : []),
    ];
  });
  return [...total, ...images];
}

function unpack(archive: string, folder: string): void {
  const tar = zstdDecompressSync(readFileSync(archive), { maxOutputLength: 2 ** 30 });
  const run = spawnSync('tar', ['-xf', '-', '-C', folder], { input: tar });
  if (run.status !== 0) {
    throw new Error(`tar could not unpack ${archive}: ${run.stderr.toString()}`);
  }
}

interface Component {
  readonly name: string;
  readonly version: string;
  readonly purl?: string;
}

/**
 * Returns the form that the scorer reads; name and version are those of the document. Components
 * with the same package URL are one package of ours, so its findings count for each of them.
 */
function createAnswer(file: string, { packages }: Inventory, { findings }: Findings): object {
  const byKey = new Map(packages.map((item) => [item.key, item]));
  const document: { readonly components: readonly Component[] } = JSON.parse(
    readFileSync(file, 'utf8'),
  );
  const byPurl = Map.groupBy(document.components, ({ purl }) => purl);
  return {
    findings: findings.flatMap(({ id, aliases, packageKey }) => {
      const item = byKey.get(packageKey);
      const named = item && item.purl !== '' ? (byPurl.get(item.purl) ?? [item]) : [item];
      return named.map((each) => ({ id, aliases, name: each?.name, version: each?.version }));
    }),
  };
}
