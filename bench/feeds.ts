/**
 * Measures a build of all archives of a directory, compared with a process that unpacks them and
 * parses each document as JSON: `npm run bench -- feeds DIR [--runs N]`.
 */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { build, ENTRIES } from '../tools/build.ts';
import { ROOT } from '../tools/source-tree.ts';
import { measure } from './measure.ts';

const MIB = 1024 * 1024;
/** Beside the sources, so that the program finds its packages. */
const BUILD = join(ROOT, '.cache', 'bench');
const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { runs: { type: 'string', default: '1' } },
});
const [source] = positionals;
if (source === undefined) {
  throw new Error('name a directory of archives: npm run bench -- feeds DIR');
}
const archives = readdirSync(source)
  .filter((name) => name.endsWith('.tar.zst'))
  .map((name) => join(source, name));
const folder = mkdtempSync(join(tmpdir(), 'plimsoll-bench-'));
try {
  await build({ root: ROOT, target: BUILD, entries: ENTRIES, hasTypes: false });
  const database = join(folder, 'db');
  const command = ['db', 'build', '--from', source, '--db', database, '-q'];
  const measured = await measure(
    [
      {
        title: 'unpack and JSON.parse',
        command: [process.execPath, join(ROOT, 'bench/feed-floor.js'), ...archives],
      },
      {
        title: 'db build',
        command: [process.execPath, join(BUILD, 'cli.js'), ...command],
        fresh: database,
      },
    ],
    { runs: Number(values.runs), folder, environment: process.env },
  );
  const floor = measured[0]?.cpuSeconds ?? Number.NaN;
  for (const { title, wallSeconds, cpuSeconds = Number.NaN, peakBytes = 0 } of measured) {
    const ratio = (cpuSeconds / floor).toFixed(1);
    const peak = Math.round(peakBytes / MIB);
    process.stdout.write(
      `${title}: ${wallSeconds.toFixed(1)} s, ${cpuSeconds.toFixed(1)} s of CPU (${ratio} ×), ${peak} MiB\n`,
    );
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
