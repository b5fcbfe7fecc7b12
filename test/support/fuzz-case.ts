import { AssertionFailure } from '../../src/foundation/core/assert.ts';
import { UserError } from '../../src/foundation/core/error.ts';
import type { FuzzSubject } from './fuzz-subject.ts';
import { mutate } from './mutate.ts';
import { createRandom } from './random-version.ts';

/**
 * Maximum processor time of the thread for one input; other load on the machine lengthens it
 * little. Slow cases are repeated, since garbage of an earlier one may count for them.
 */
const CASE_MS_MAX = 1_000;
const SHRINKING_TRIES_MAX = 3_000;

export interface FuzzFailure {
  readonly subject: string;
  readonly run: number;
  /** The thrown error, or the time it took. */
  readonly what: string;
  readonly content: Uint8Array;
}

/**
 * Returns the input of one case: the same for the same seed, subject and number on every machine.
 */
export function createFuzzInput(subject: FuzzSubject, seed: number, run: number): Uint8Array {
  let mixed = seed | 0;
  for (const character of `${subject.name}#${run}`) {
    mixed = Math.imul(mixed ^ (character.codePointAt(0) ?? 0), 0x01_00_01_93);
  }
  return mutate(createRandom(mixed), subject.seeds);
}

/** Runs one case; returns `undefined` if the subject returns, or throws a `UserError`, in time. */
export async function runFuzzCase(
  subject: FuzzSubject,
  seed: number,
  run: number,
): Promise<FuzzFailure | undefined> {
  const content = createFuzzInput(subject, seed, run);
  const what = await findFault(subject, content);
  return what === undefined ? undefined : { subject: subject.name, run, what, content };
}

async function findFault(subject: FuzzSubject, content: Uint8Array): Promise<string | undefined> {
  let ms = Number.POSITIVE_INFINITY;
  for (let attempt = 0; attempt < 3 && ms > CASE_MS_MAX; attempt++) {
    const start = process.threadCpuUsage();
    try {
      // A subject may only write into its input by mistake: a copy reveals this.
      const result = subject.run(content);
      if (result instanceof Promise) await result;
    } catch (error) {
      if (!(error instanceof UserError)) return describe(error);
    }
    const { user, system } = process.threadCpuUsage(start);
    ms = Math.min(ms, (user + system) / 1000);
  }
  return ms > CASE_MS_MAX ? `took ${Math.round(ms)} ms` : undefined;
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return `threw ${String(error)}`;
  const kind = error instanceof AssertionFailure ? 'an assertion failed' : error.name;
  const place = error.stack?.split('\n').find((line) => line.includes('/src/')) ?? '';
  return `${kind}: ${error.message.slice(0, 300)} ${place.trim()}`;
}

/** Shortens a failing input as long as it fails in the same place. */
export async function shrink(subject: FuzzSubject, failure: FuzzFailure): Promise<FuzzFailure> {
  if (failure.what.startsWith('took')) return failure;
  const sign = failure.what.slice(failure.what.lastIndexOf(' at '));
  let { content } = failure;
  let tries = 0;
  for (let length = content.length >> 1; length >= 1; length >>= 1) {
    for (let at = 0; at < content.length && tries < SHRINKING_TRIES_MAX; tries++) {
      const shorter = Buffer.concat([content.subarray(0, at), content.subarray(at + length)]);
      const what = await findFault(subject, shorter);
      if (what?.endsWith(sign) === true) content = shorter;
      else at += length;
    }
  }
  return { ...failure, content };
}
