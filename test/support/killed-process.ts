import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';

/** Functions of `node:fs` that change files, or make a change permanent. */
const CHANGES: readonly string[] = [
  'chmodSync',
  'copyFileSync',
  'fsyncSync',
  'linkSync',
  'mkdirSync',
  'mkdtempSync',
  'open',
  'openSync',
  'renameSync',
  'rmSync',
  'utimesSync',
  'write',
  'writeFileSync',
  'writeSync',
];

/**
 * Runs code, which may import modules by their URLs, in a process that kills itself at a change of
 * the file system: at the first one for 1.
 *
 * @returns the number of changes if it finished before; `undefined` if it was killed
 */
export function runAndDie(code: string, change = Number.POSITIVE_INFINITY): number | undefined {
  const script = `
    import fs from 'node:fs';
    let changes = 0;
    for (const name of ${JSON.stringify(CHANGES)}) {
      const original = fs[name];
      fs[name] = (...parameters) => {
        if (++changes === ${change}) process.kill(process.pid, 'SIGKILL');
        return original(...parameters);
      };
    }
    ${code}
    process.stdout.write(String(changes));
  `;
  const run = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
    encoding: 'utf8',
    timeout: 120_000,
  });
  assert.ok(run.signal === 'SIGKILL' || run.status === 0, run.stderr);
  return run.status === 0 ? Number(run.stdout) : undefined;
}
