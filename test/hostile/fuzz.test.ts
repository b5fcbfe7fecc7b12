import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { UserError } from '../../src/foundation/core/error.ts';
import { createFuzzInput, runFuzzCase, shrink } from '../support/fuzz-case.ts';
import type { FuzzSubject } from '../support/fuzz-subject.ts';
import { testSubjects } from '../support/fuzz-suite.ts';

// `npm run nightly` tries more, and `npm run hostile -- fuzz` as many as requested.
testSubjects(20);

describe('the search for failing inputs', () => {
  const seeds = [Buffer.from('abc=12\ndef=3\n'), Buffer.from('{"a":[1,{"b":null}]}')];

  function createSubject(run: (text: string) => void): FuzzSubject {
    return { name: 'test', seeds, run: (content) => run(Buffer.from(content).toString('latin1')) };
  }

  test('tries different inputs, reproducibly', () => {
    const subject = createSubject(() => undefined);
    const listInputs = (): string[] =>
      Array.from({ length: 100 }, (_, run) =>
        Buffer.from(createFuzzInput(subject, 7, run)).toString('hex'),
      );
    assert.deepEqual(listInputs(), listInputs());
    assert(new Set(listInputs()).size > 80);
  });

  test('finds errors other than a UserError, and shortens their input', async () => {
    const subject = createSubject((text) => {
      if (text.includes('[[[')) throw new RangeError('too deep');
      if (text.length > 40) throw new UserError('E_LIMIT', 'It is too long.');
    });
    const found: string[] = [];
    for (let run = 0; run < 3_000; run++) {
      const failure = await runFuzzCase(subject, 1, run);
      if (failure === undefined) continue;
      assert.match(failure.what, /^RangeError: too deep/);
      found.push(Buffer.from((await shrink(subject, failure)).content).toString('latin1'));
    }
    assert.deepEqual([...new Set(found)], ['[[[']);
  });
});
