import type { createHash, hash } from 'node:crypto';
import type { SharedMemory } from './digest-memory.ts';

interface Crypto {
  readonly createHash: typeof createHash;
  readonly hash: typeof hash;
}

/**
 * The main function of the thread. It is passed as source code, so it may only use its own names
 * and globals.
 */
export function takeDigests(
  { createHash: begin, hash: computeDigest }: Crypto,
  memory: SharedMemory,
): void {
  const { numbers, content, results: resultBytes, layout } = memory;
  const { SLOTS, SLOT_BYTES, JOBS_MAX, SHA256_BYTES, DIGEST_BYTES, SLOT_NUMBERS } = layout;
  const { HEAD, JOB, STATE, KIND, PLACE } = layout;
  const results = Buffer.from(resultBytes.buffer);
  let ofContent = begin('sha256');
  let ofBlob = begin('sha256');
  let sha256 = begin('sha256');
  let sha1 = begin('sha1');
  const takeFiles = (head: number, start: number, resultsStart: number): void => {
    let at = resultsStart;
    const jobs = numbers[head + HEAD.jobs] ?? 0;
    for (let number = 0; number < jobs; number++) {
      const job = head + HEAD.length + number * JOB.length;
      const from = start + (numbers[job + JOB.start] ?? 0);
      const piece = content.subarray(from, from + (numbers[job + JOB.bytes] ?? 0));
      const place = numbers[job + JOB.place] ?? 0;
      const isLast = (place & PLACE.last) !== 0;
      if ((place & PLACE.first) !== 0 && isLast) {
        results.write(computeDigest('sha256', piece, 'latin1'), at, 'latin1');
        results.write(computeDigest('sha1', piece, 'latin1'), at + SHA256_BYTES, 'latin1');
      } else {
        if ((place & PLACE.first) !== 0) {
          sha256 = begin('sha256');
          sha1 = begin('sha1');
        }
        sha256.update(piece);
        sha1.update(piece);
        if (isLast) {
          results.write(sha256.digest('latin1'), at, 'latin1');
          results.write(sha1.digest('latin1'), at + SHA256_BYTES, 'latin1');
        }
      }
      at += isLast ? DIGEST_BYTES : 0;
    }
  };
  for (let slot = 0; ; slot = (slot + 1) % SLOTS) {
    const head = slot * SLOT_NUMBERS;
    Atomics.wait(numbers, head + HEAD.state, STATE.free);
    const start = slot * SLOT_BYTES;
    const chunk = content.subarray(start, start + (numbers[head + HEAD.bytes] ?? 0));
    const resultsStart = slot * JOBS_MAX * DIGEST_BYTES;
    if (numbers[head + HEAD.kind] === KIND.blob) {
      ofBlob.update(chunk);
    } else if (numbers[head + HEAD.kind] === KIND.content) {
      ofContent.update(chunk);
      takeFiles(head, start, resultsStart);
    } else {
      results.write(ofContent.digest('latin1'), resultsStart, 'latin1');
      results.write(ofBlob.digest('latin1'), resultsStart + SHA256_BYTES, 'latin1');
      ofContent = begin('sha256');
      ofBlob = begin('sha256');
    }
    Atomics.store(numbers, head + HEAD.state, STATE.free);
    Atomics.notify(numbers, head + HEAD.state);
  }
}
