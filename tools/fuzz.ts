/**
 * Tests every parser and cataloger with mutated copies of real files.
 *
 * npm run hostile -- fuzz [--seed N] [--runs N] [--from N] [--only REGEX] [--keep FOLDER]
 *
 * Each input must be processed, or rejected with a `UserError`, within a second. Any other input is
 * printed with the seed and the number of the run, minimized, and kept in the directory; then the
 * status is 1. Real files come from the images of the conformance data, if present; otherwise the
 * tests' fixtures are used.
 */
import { mkdirSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { isMainThread, Worker, workerData } from 'node:worker_threads';
import { findSharedMaterial } from '../test/conformance/shared-material.ts';
import { type FuzzFailure, runFuzzCase, shrink } from '../test/support/fuzz-case.ts';
import { EXTRACTORS, listCatalogerSubjects } from '../test/support/fuzz-catalogers.ts';
import { imageSubject } from '../test/support/fuzz-image.ts';
import { listParserSubjects } from '../test/support/fuzz-parsers.ts';
import type { FuzzSubject } from '../test/support/fuzz-subject.ts';
import { findRealFiles } from '../test/support/real-seeds.ts';

interface Settings {
  readonly seed: number;
  readonly runs: number;
  readonly from: number;
  readonly only: string;
  readonly keep: string | undefined;
  /** Subjects before this one are done. */
  readonly firstSubject: number;
  /** Number of the current subject and of the current run. */
  readonly state: Int32Array;
}

const FAILURES_SHOWN_MAX = 5;
const LOOK_MS = 2_000;
/** A run that has not changed after so many checks is stuck. */
const SAME_LOOKS_MAX = 10;

function parseSettings(args: readonly string[]): Settings {
  const { values } = parseArgs({
    args: [...args],
    options: {
      seed: { type: 'string', default: '1' },
      runs: { type: 'string', default: '20000' },
      from: { type: 'string', default: '0' },
      only: { type: 'string', default: '' },
      keep: { type: 'string' },
    },
  });
  const state = new Int32Array(new SharedArrayBuffer(8));
  const [seed, runs, from] = [Number(values.seed), Number(values.runs), Number(values.from)];
  return { seed, runs, from, only: values.only, keep: values.keep, firstSubject: 0, state };
}

async function selectSubjects(only: string): Promise<readonly FuzzSubject[]> {
  const material = findSharedMaterial();
  const images = material === undefined ? undefined : join(material, 'corpus', 'images');
  const real = images === undefined ? undefined : await findRealFiles(images, EXTRACTORS);
  const wanted = new RegExp(only, 'u');
  return [...listParserSubjects(), ...listCatalogerSubjects(real), imageSubject].filter(
    ({ name }) => wanted.test(name),
  );
}

/** The part of the thread that may get stuck. */
async function runAll(settings: Settings): Promise<void> {
  const subjects = await selectSubjects(settings.only);
  for (const [number, subject] of subjects.entries()) {
    if (number >= settings.firstSubject) await runSubject(subject, number, settings);
  }
}

async function runSubject(subject: FuzzSubject, number: number, settings: Settings): Promise<void> {
  const { seed, runs, from, state } = settings;
  const start = performance.now();
  const failures = new Map<string, FuzzFailure>();
  let failed = 0;
  for (let run = from; run < from + runs; run++) {
    Atomics.store(state, 0, number);
    Atomics.store(state, 1, run);
    const failure = await runFuzzCase(subject, seed, run);
    if (failure === undefined) continue;
    failed++;
    const sign = failure.what.slice(failure.what.lastIndexOf(' at '));
    if (!failures.has(sign) && failures.size < FAILURES_SHOWN_MAX) failures.set(sign, failure);
  }
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  const verdict = failed === 0 ? 'ok    ' : 'FAILED';
  print(`${verdict} ${subject.name}: ${runs} inputs, ${failed} failed (${seconds} s)`);
  for (const failure of failures.values()) {
    Atomics.store(state, 1, -1);
    report(await shrink(subject, failure), settings);
  }
  if (failed > 0) process.exitCode = 1;
}

function report({ subject, run, what, content }: FuzzFailure, { seed, keep }: Settings): void {
  print(`    --seed ${seed} --from ${run} --runs 1: ${what}`);
  print(
    `    ${content.length} bytes: ${JSON.stringify(Buffer.from(content.subarray(0, 200)).toString('latin1'))}`,
  );
  if (keep !== undefined) {
    mkdirSync(keep, { recursive: true });
    writeFileSync(join(keep, `${subject.replaceAll(/[^a-z0-9]+/giu, '-')}-${run}`), content);
  }
}

/** Synchronously, because the output of a thread is lost if the thread is terminated. */
function print(line: string): void {
  writeSync(1, `${line}\n`);
}

/** Starts the thread, and restarts it after the subject at which it gets stuck. */
async function runSupervised(settings: Settings): Promise<boolean> {
  let isGood = true;
  let firstSubject = 0;
  for (;;) {
    const worker = new Worker(new URL(import.meta.url), {
      workerData: { ...settings, firstSubject },
    });
    const ended = Promise.withResolvers<number>();
    worker.on('error', ended.reject);
    worker.on('exit', ended.resolve);
    const stuck = watch(settings.state, worker);
    const status = await ended.promise;
    const at = stuck();
    isGood &&= status === 0;
    if (at === undefined) return isGood;
    print(
      `FAILED subject ${at.subject} is stuck: --seed ${settings.seed} --from ${at.run} --runs 1`,
    );
    firstSubject = at.subject + 1;
  }
}

/** Terminates the thread if it gets stuck; the result includes the position. */
function watch(
  state: Int32Array,
  worker: Worker,
): () => { readonly subject: number; readonly run: number } | undefined {
  let seen = '';
  let looks = 0;
  let stuck: { readonly subject: number; readonly run: number } | undefined;
  const timer = setInterval(() => {
    const [subject, run] = [Atomics.load(state, 0), Atomics.load(state, 1)];
    const now = `${subject} ${run}`;
    looks = now === seen && run > 0 ? looks + 1 : 0;
    seen = now;
    if (looks < SAME_LOOKS_MAX) return;
    stuck = { subject, run };
    void worker.terminate();
  }, LOOK_MS);
  return () => {
    clearInterval(timer);
    return stuck;
  };
}

if (isMainThread) {
  process.exitCode = (await runSupervised(parseSettings(process.argv.slice(2)))) ? 0 : 1;
} else {
  await runAll(workerData as Settings);
}
