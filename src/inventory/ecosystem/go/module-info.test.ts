import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { DEFAULT_LIMITS } from '../../../foundation/core/limits.ts';
import { parseGoModuleInfo } from './module-info.ts';
import { unquoteGo } from './unquote.ts';

const parse = (...lines: readonly string[]): ReturnType<typeof parseGoModuleInfo> =>
  parseGoModuleInfo(lines.map((line) => `${line}\n`).join(''), DEFAULT_LIMITS);

suite('module information of Go', () => {
  test('has path, modules with their replacements, and settings', () => {
    const info = parse(
      'path\texample.org/tool/cmd',
      'mod\texample.org/tool\t(devel)\t',
      'dep\texample.org/a\tv1.0.0\th1:aaa=',
      'dep\texample.org/b\tv1.2.3',
      '=>\texample.org/c\tv2.0.0\th1:ccc=',
      'build\t-ldflags="-X main.version=v1 -s"',
      'build\tGOOS=linux',
      'build\t"odd key"=`raw`',
    );
    assert.deepEqual(info, {
      path: 'example.org/tool/cmd',
      main: { path: 'example.org/tool', version: '(devel)', sum: '' },
      dependencies: [
        { path: 'example.org/a', version: 'v1.0.0', sum: 'h1:aaa=' },
        {
          path: 'example.org/b',
          version: 'v1.2.3',
          sum: '',
          replacement: { path: 'example.org/c', version: 'v2.0.0', sum: 'h1:ccc=' },
        },
      ],
      settings: [
        { key: '-ldflags', value: '-X main.version=v1 -s' },
        { key: 'GOOS', value: 'linux' },
        { key: 'odd key', value: 'raw' },
      ],
      problems: [],
    });
  });

  test('skips only malformed lines, and reports each kind once', () => {
    const info = parse(
      '=>\texample.org/c\tv2.0.0\t',
      'dep\texample.org/x',
      'dep\t\tv1\t',
      'dep\texample.org/x\tv1\th1:\tmore',
      'build\tno value',
      'build\t=no key',
      'build\t"open=1',
      'build\tk="open',
      'dep\texample.org/a\tv1\t',
    );
    assert.deepEqual(info.dependencies, [{ path: 'example.org/a', version: 'v1', sum: '' }]);
    assert.deepEqual(info.settings, []);
    assert.deepEqual(
      info.problems.map(({ code }) => code),
      ['P_RECORD', 'P_RECORD', 'P_RECORD'],
    );
  });

  test('stops at the line limit', () => {
    const limits = { ...DEFAULT_LIMITS, recordsMax: 1 };
    const { dependencies, problems } = parseGoModuleInfo('dep\ta\tv1\ndep\tb\tv1\n', limits);
    assert.equal(dependencies.length, 1);
    assert.deepEqual(
      problems.map(({ code }) => code),
      ['P_LIMIT'],
    );
  });
});

suite('a Go string literal', () => {
  const cases = [
    ['"a\\tb"x', 'a\tb', 6],
    ['"\\x41\\u00e9\\U0001F600\\101"', 'A\u00e9\u{1f600}A', 26],
    ['"\\xc3\\xa9"', '\u00e9', 10],
    ['`raw\\n`', 'raw\\n', 7],
    ['""', '', 2],
  ] as const;
  for (const [literal, expected, end] of cases) {
    test(`${literal} is parsed`, () => {
      assert.deepEqual(unquoteGo(literal), { text: expected, end });
    });
  }

  for (const literal of ['', 'a', '"', '`a', '"a', '"\\', '"\\q"', '"\\x4"', '"\\UFFFFFFFF"']) {
    test(`${JSON.stringify(literal)} is invalid`, () => {
      assert.equal(unquoteGo(literal), undefined);
    });
  }
});
