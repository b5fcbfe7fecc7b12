// Holds every format of every recorded target against schemas, and with `--syft PATH` against what
// Syft reads of it, in three readings: `npm run conformance:formats`.
import { parseArgs } from 'node:util';
import { openDatabase } from '../../src/advisory/open-database.ts';
import { evaluate } from '../../src/scan/evaluate.ts';
import { readInventory } from '../../src/scan/scan.ts';
import { digestOfAll, FormatChecker, type Verdict } from './format-check.ts';
import { withFolder } from './score.ts';
import { requiredMaterial } from './shared-material.ts';
import { corpusTargets } from './targets.ts';

const { values } = parseArgs({
  options: {
    only: { type: 'string', default: '' },
    syft: { type: 'string' },
    db: { type: 'string' },
  },
});

const TOOL = { name: 'plimsoll', version: '0' };
const RUNS = 3;
const shared = requiredMaterial();
const byFormat = new Map<string, { by: string; good: number; bad: number }>();
let targets = 0;
let faults = 0;

await withFolder(async (temporaryFolder) => {
  const checker = new FormatChecker(shared, temporaryFolder, values.syft);
  using database = values.db === undefined ? undefined : openDatabase(values.db);
  for (const { name, input } of corpusTargets(shared, temporaryFolder, new RegExp(values.only))) {
    targets += 1;
    const digests = new Set<string>();
    for (let run = 0; run < RUNS; run += 1) {
      const inventory = await readInventory(input, { name, temporaryFolder });
      const report = { tool: TOOL, inventory, configuration: {} };
      const reports = [
        report,
        ...(database === undefined
          ? []
          : [
              {
                ...report,
                findings: evaluate(inventory, database, { now: '2026-11-25T00:00:00Z' }),
              },
            ]),
      ];
      if (run === 0) {
        reports.flatMap((each) => checker.check(each)).forEach((each) => count(name, each));
      }
      digests.add(reports.map(digestOfAll).join());
    }
    if (digests.size !== 1) {
      faults += 1;
      console.log(`DIFFER ${name}: ${digests.size} different results of ${RUNS} readings`);
    }
  }
});

function count(target: string, { format, by, fault }: Verdict): void {
  const known = byFormat.get(format) ?? { by, good: 0, bad: 0 };
  byFormat.set(format, {
    by,
    good: known.good + (fault === '' ? 1 : 0),
    bad: known.bad + (fault === '' ? 0 : 1),
  });
  if (fault !== '') {
    faults += 1;
    console.log(`FAULT ${target} ${format} (${by}): ${fault}`);
  }
}

for (const [format, { by, good, bad }] of byFormat) {
  console.log(`${format.padEnd(22)} ${String(good).padStart(3)} good ${bad} bad  ${by}`);
}
console.log(`${targets} targets, ${faults} faults, ${RUNS} readings each`);
process.exitCode = faults === 0 && targets > 0 ? 0 : 1;
