import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { runFuzzCase } from './fuzz-case.ts';
import { listCatalogerSubjects } from './fuzz-catalogers.ts';
import { imageSubject } from './fuzz-image.ts';
import { listParserSubjects } from './fuzz-parsers.ts';
import type { FuzzSubject } from './fuzz-subject.ts';

/** An image takes as long as many files. */
const IMAGE_SHARE = 0.2;

async function findFailures(subject: FuzzSubject, runs: number): Promise<string[]> {
  const failures: string[] = [];
  for (let run = 0; run < runs; run++) {
    const failure = await runFuzzCase(subject, 1, run);
    if (failure !== undefined) failures.push(`run ${failure.run}: ${failure.what}`);
  }
  return failures;
}

/**
 * Tests every parser and cataloger, and the reading of images, on the given number of changed files
 * each.
 */
export function testSubjects(runs: number): void {
  describe('changed files are read or rejected, without side effects:', () => {
    for (const subject of [...listParserSubjects(), ...listCatalogerSubjects()]) {
      test(subject.name, async () => {
        assert.deepEqual(await findFailures(subject, runs), []);
      });
    }

    test(imageSubject.name, async () => {
      assert.deepEqual(await findFailures(imageSubject, Math.ceil(runs * IMAGE_SHARE)), []);
    });
  });
}
