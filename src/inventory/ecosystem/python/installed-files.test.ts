import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Budget } from '../../../foundation/core/budget.ts';
import { DEFAULT_LIMITS } from '../../../foundation/core/limits.ts';
import { parseRecord } from './installed-files.ts';

function parseFiles(text: string, ownedFilesMax = 1_000) {
  const budget = new Budget({ ...DEFAULT_LIMITS, ownedFilesMax });
  const { files, problems } = parseRecord(text, budget);
  const all = [...problems, ...budget.drainProblems()];
  return { files, problems: all.map(({ code, line }) => `${code}:${line ?? ''}`) };
}

describe('RECORD', () => {
  it('has path, digest and size of each file', () => {
    const { files, problems } = parseFiles(
      '../../bin/chardetect,sha256=aR4F8I2Y=,245\r\nsix.py,,\r\n\r\nsix-1.dist-info/RECORD,,',
    );
    assert.deepEqual(problems, []);
    assert.deepEqual(files, [
      {
        path: '../../bin/chardetect',
        digest: { algorithm: 'sha256', value: 'aR4F8I2Y=' },
        size: '245',
      },
      { path: 'six.py' },
      { path: 'six-1.dist-info/RECORD' },
    ]);
  });

  it('reads quoted paths', () => {
    const { files } = parseFiles('"a,b ""c"".py",sha256=x,1\n"plain",,\n');
    assert.deepEqual(
      files.map(({ path }) => path),
      ['a,b "c".py', 'plain'],
    );
  });

  it('skips only malformed lines, and reports that once', () => {
    const { files, problems } = parseFiles('a.py\n"open,,\nb"c,,\n"d"e,,\n,,\na,b,c,d\nok.py,,\n');
    assert.deepEqual(
      files.map(({ path }) => path),
      ['ok.py'],
    );
    assert.deepEqual(problems, ['P_RECORD:1']);
  });

  it('stops at the limit of owned files', () => {
    const { files, problems } = parseFiles('a,,\nb,,\nc,,\n', 2);
    assert.equal(files.length, 2);
    assert.deepEqual(problems, ['P_LIMIT:']);
  });

  it('accepts a line of a million quotes or commas', () => {
    assert.deepEqual(parseFiles('"'.repeat(1_000_001)).files, []);
    assert.deepEqual(parseFiles(`"${'""'.repeat(500_000)}",,`), {
      files: [],
      problems: ['P_LIMIT:'],
    });
    assert.deepEqual(parseFiles(','.repeat(1_000_000)).files, []);
    assert.deepEqual(parseFiles(`"a"${','.repeat(1_000_000)}`).files, []);
  });
});
