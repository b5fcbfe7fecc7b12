// Measures what a removal plan costs beyond `scan --reach`: `npm run bench -- plan IMAGE COMMAND…`.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createAssessment } from '../src/foundation/core/assessment.ts';
import { createRemovalPlan } from '../src/hardening/harden/create-removal-plan.ts';
import { openRoot } from '../test/conformance/reach-trace-reader.ts';

const RUNS = 5;
const LIMIT_MS = 300;
const MICROSECONDS_PER_MS = 1_000;

const [image, ...entrypoint] = process.argv.slice(2);
if (image === undefined || entrypoint.length === 0) {
  throw new Error('name an image and a command');
}
const scratch = mkdtempSync(join(tmpdir(), 'bench-plan-'));
const reader = await openRoot(image, scratch, 'all');
rmSync(scratch, { recursive: true });

const times: number[] = [];
for (let run = 0; run < RUNS; run += 1) {
  const additions = { isEveryStepListed: true, entrypoint };
  const { reach } = reader.reachOf(reader.target.config, undefined, additions);
  // CPU time, because other work on the machine changes the wall time.
  const started = process.cpuUsage();
  const plan = createRemovalPlan({
    assessment: createAssessment({ inventory: { ...reader.inventory, reach } }),
    image: reader.target,
    commandFolders: ['/usr/local/bin', '/usr/bin', '/bin', '/usr/sbin', '/sbin'],
    request: { keepLevel: 'careful', keep: [], drop: [], also: [] },
    isRequested: () => false,
    isDropped: () => false,
    droppedPackages: new Set(),
  });
  const { user, system } = process.cpuUsage(started);
  times.push((user + system) / MICROSECONDS_PER_MS);
  if (run === 0) {
    const { before, after, bets } = plan;
    console.log(`${before.files} files, ${after.files} kept, ${bets.length} bets`);
  }
}
const median = times.toSorted((left, right) => left - right)[Math.floor(RUNS / 2)] ?? 0;
console.log(
  `plan: ${median.toFixed(0)} ms of CPU, median of ${RUNS}; ${(median / LIMIT_MS).toFixed(2)} × the limit of ${LIMIT_MS}`,
);
process.exitCode = median <= LIMIT_MS ? 0 : 1;
