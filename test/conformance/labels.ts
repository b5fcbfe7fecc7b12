// Scores our findings on labelled images by people's judgements: `npm run conformance:labels`.
// `--list fn` (missed) or `--list fp` (wrong) prints rows instead of the tables.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { zstdDecompressSync } from 'node:zlib';
import { openDatabase } from '../../src/advisory/open-database.ts';
import { compareText } from '../../src/core/digest.ts';
import type { Findings } from '../../src/core/finding.ts';
import type { Inventory } from '../../src/core/inventory.ts';
import { evaluate, readInventory } from '../../src/scan/scan.ts';
import { importRecorded } from './match-score.ts';
import { withFolder } from './score.ts';
import { requiredMaterial } from './shared-material.ts';

const SBOM_SUFFIX = '.sbom.json';
const { values } = parseArgs({ options: { list: { type: 'string' } } });
const shared = requiredMaterial();
const source = join(shared, 'labels');

await withFolder(async (folder) => {
  unpack(join(source, 'labels.tar.zst'), folder);
  const databaseFolder = join(folder, 'db');
  await importRecorded(shared, databaseFolder);
  const results = join(folder, 'results');
  mkdirSync(results);
  using database = openDatabase(databaseFolder);
  for (const file of readdirSync(join(folder, 'sbom')).sort(compareText)) {
    const input = `sbom:${join(folder, 'sbom', file)}`;
    const inventory = await readInventory(input, { temporaryFolder: folder });
    const answer = answerOf(inventory, evaluate(inventory, database, {}));
    const name = file.slice(0, -SBOM_SUFFIX.length);
    writeFileSync(join(results, `${name}.json`), JSON.stringify(answer));
  }
  const choice = values.list === undefined ? [] : ['--list', values.list];
  const run = spawnSync(
    process.execPath,
    [
      join(source, 'score.mjs'),
      '--by-image',
      join(folder, 'labels'),
      results,
      ...['--scope', 'package', '--by-ecosystem', ...choice],
    ],
    { stdio: ['ignore', 'inherit', 'inherit'] },
  );
  process.exitCode = run.status ?? 1;
});

function unpack(archive: string, folder: string): void {
  const tar = zstdDecompressSync(readFileSync(archive), { maxOutputLength: 2 ** 30 });
  const run = spawnSync('tar', ['-xf', '-', '-C', folder], { input: tar });
  if (run.status !== 0) {
    throw new Error(`tar could not unpack ${archive}: ${run.stderr.toString()}`);
  }
}

/** The form that the scorer reads: name and version are those of the document. */
function answerOf({ packages }: Inventory, { findings }: Findings): object {
  const byKey = new Map(packages.map((item) => [item.key, item]));
  return {
    findings: findings.map(({ id, aliases, packageKey }) => {
      const item = byKey.get(packageKey);
      return { id, aliases, name: item?.name, version: item?.version };
    }),
  };
}
