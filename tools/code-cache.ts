/**
 * Makes the code cache of a built program: what V8 compiled of each part in runs of the program.
 * V8 compiles a function when it is first called, so what is worth keeping is known after a run.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import vm from 'node:vm';
import {
  CODE_CACHE,
  checksumsOf,
  PARTS,
  type startProgram,
  suitShortRun,
} from '../src/cli/start/start-program.ts';

interface Start {
  readonly scripts: ReturnType<typeof startProgram>;
}

/**
 * Runs the program in `folder` once for each command line, one after the other, and keeps beside
 * its parts what V8 has then. A run begins with what those before it left, so that the last leaves
 * what any of them used. `work` stands for a folder that is empty at first and deleted in the end.
 */
export function writeCodeCache(
  folder: string,
  linesFor: (work: string) => readonly (readonly string[])[],
): void {
  const work = mkdtempSync(join(tmpdir(), 'plimsoll-code-'));
  try {
    for (const line of linesFor(work)) {
      const args = [import.meta.filename, folder, ...line];
      // Nothing of who builds it: no configuration, no flags of V8, no caches.
      const env = { HOME: work, TMPDIR: work, PATH: process.env['PATH'] ?? '' };
      const options = { cwd: work, env, encoding: 'utf8', timeout: RUN_MILLISECONDS_MAX } as const;
      const { status, signal, stderr } = spawnSync(process.execPath, args, options);
      if (status !== 0) {
        throw new Error(`"${line.join(' ')}" ended with ${status ?? signal}:\n${stderr}`);
      }
    }
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

const RUN_MILLISECONDS_MAX = 120_000;

/** One run of the program, in a process of its own. */
async function record(folder: string, args: readonly string[]): Promise<void> {
  const program = join(folder, 'cli.js');
  process.argv.splice(1, process.argv.length, program, ...args);
  keepFromCompiling();
  const { scripts } = (await import(pathToFileURL(program).href)) as Start;
  process.once('exit', () => {
    // On a slow machine the run may have been a long one, with other flags in the end.
    suitShortRun();
    setCompilers('');
    const kept = join(folder, CODE_CACHE);
    mkdirSync(kept, { recursive: true });
    for (const [name, script] of scripts) {
      const data = script.createCachedData();
      const text = readFileSync(join(folder, PARTS, name));
      writeFileSync(join(kept, name), Buffer.concat([checksumsOf(text, data), data]));
    }
  });
}

/**
 * V8 keeps with a function that its first compiler was worth while for it, also where the second
 * one was, and whoever loads it compiles it at once, whether or not that run calls it at all: it
 * took a tenth of the processor's time of a short run. Scripts are made with the flags of all runs,
 * or V8 would refuse what the runs before left.
 */
function keepFromCompiling(): void {
  const { Script } = vm;
  vm.Script = class extends Script {
    constructor(...given: ConstructorParameters<typeof Script>) {
      setCompilers('');
      super(...given);
      setCompilers('no-');
    }
  };
  setCompilers('no-');
}

function setCompilers(no: 'no-' | ''): void {
  setFlagsFromString(`--${no}sparkplug`);
  setFlagsFromString(`--${no}maglev`);
}

if (import.meta.main) {
  const [folder = '', ...args] = process.argv.slice(2);
  await record(folder, args);
}
