import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { describe, it } from 'node:test';

/** Runs a hot function for so much time of the processor, and tells what V8 made of it. */
function compiled(
  shortMs: number,
  runMs: number,
): { readonly tiers: string; readonly told: string } {
  const script = `
    import { setImmediate } from 'node:timers/promises';
    import { followRun } from ${JSON.stringify(import.meta.resolve('./run-length.ts'))};
    import { suitShortRun } from ${JSON.stringify(import.meta.resolve('./start/start-program.ts'))};
    suitShortRun();
    followRun(${shortMs});
    let sum = 0;
    function busyFunction(by) {
      for (let at = 0; at < 1_000; at++) sum = (sum * 31 + by + at) | 0;
    }
    function busyTurn() {
      for (let by = 0; by < 1_000; by++) busyFunction(by);
    }
    const start = process.cpuUsage();
    while (process.cpuUsage(start).user < ${runMs * 1000}) {
      busyTurn();
      await setImmediate();
    }`;
  const args = ['--trace-opt', '--input-type=module', '--eval', script];
  const { stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  const lines = stdout.split('\n').filter((line) => /completed compiling.*busy/.test(line));
  return { tiers: lines.join('\n'), told: stderr };
}

describe('the flags of V8 for short runs', () => {
  it('leave a short run to the last tier but one', () => {
    const { tiers, told } = compiled(60_000, 300);
    assert.match(tiers, /MAGLEV/);
    assert.doesNotMatch(tiers, /TURBOFAN/);
    assert.equal(told, '', 'V8 knows each of the flags');
  });

  it('let a run that takes longer be optimised, what was compiled before as well', () => {
    const { tiers } = compiled(400, 1_500);
    assert.match(tiers, /MAGLEV[^]*TURBOFAN/);
  });
});
