import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { DEFAULT_LIMITS } from '../../../foundation/core/limits.ts';
import { parseGoMod } from './mod-file.ts';

suite('go.mod', () => {
  test('lists required, replaced and excluded modules', () => {
    const text = [
      'module "example.org/shop" // ours',
      'go 1.21',
      'toolchain go1.22.0',
      'require example.org/a v1.0.0',
      'require (',
      '\texample.org/b v1.2.3 // indirect',
      '\t// example.org/none v9.0.0',
      '\t`example.org/c` v0.0.0-20210921155107-089bfa567519//indirect',
      ')',
      'exclude example.org/b v1.2.4',
      'replace (',
      '\texample.org/a => ../a',
      '\texample.org/b v1.2.3 => example.org/fork v1.2.5',
      ')',
      'retract [v1.0.0, v1.1.0]',
      'tool example.org/a/cmd',
    ].join('\r\n');
    assert.deepEqual(parseGoMod(text, DEFAULT_LIMITS), {
      module: 'example.org/shop',
      goVersion: '1.21',
      requirements: [
        { path: 'example.org/a', version: 'v1.0.0', line: 4 },
        { path: 'example.org/b', version: 'v1.2.3', line: 6 },
        {
          path: 'example.org/c',
          version: 'v0.0.0-20210921155107-089bfa567519',
          line: 8,
        },
      ],
      replacements: [
        {
          old: { path: 'example.org/a', version: '' },
          new: { path: '../a', version: '' },
          line: 12,
        },
        {
          old: { path: 'example.org/b', version: 'v1.2.3' },
          new: { path: 'example.org/fork', version: 'v1.2.5' },
          line: 13,
        },
      ],
      exclusions: [{ path: 'example.org/b', version: 'v1.2.4' }],
      problems: [],
    });
  });

  test('skips only malformed lines', () => {
    const text = [
      'require example.org/x',
      'require example.org/x v1 v2',
      'replace a b',
      'replace => b',
      'exclude a',
      '<<<<<<< HEAD',
      'require "open',
      'require example.org/a v1',
    ].join('\n');
    const { requirements, problems } = parseGoMod(text, DEFAULT_LIMITS);
    assert.deepEqual(requirements, [{ path: 'example.org/a', version: 'v1', line: 8 }]);
    assert.deepEqual(
      problems.map(({ code, line }) => [code, line]),
      [1, 2, 3, 4, 5, 6, 7].map((line) => ['P_RECORD', line]),
    );
  });

  test('is read to its end despite an open parenthesis, and up to the limit of lines', () => {
    assert.equal(parseGoMod('require (\na v1\n', DEFAULT_LIMITS).requirements.length, 1);
    const limits = { ...DEFAULT_LIMITS, recordsMax: 1 };
    const cut = parseGoMod('require a v1\nrequire b v1\n', limits);
    assert.equal(cut.requirements.length, 1);
    assert.deepEqual(
      cut.problems.map(({ code }) => code),
      ['P_LIMIT'],
    );
    assert.deepEqual(parseGoMod('', DEFAULT_LIMITS).problems, []);
  });
});
