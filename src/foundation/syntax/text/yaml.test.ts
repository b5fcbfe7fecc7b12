import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { Budget } from '../../core/budget.ts';
import { DEFAULT_LIMITS } from '../../core/limits.ts';
import { parseYaml } from './yaml.ts';

const read = (text: string): unknown => parseYaml(text, new Budget(DEFAULT_LIMITS));

suite('a YAML document', () => {
  test('has strings as its scalars, so that versions stay as they are written', () => {
    assert.deepEqual(read('a: 1.10\nb: [true, ~, "x"]\nc:\n  - {d: 0x10}\n'), {
      a: '1.10',
      b: ['true', '~', 'x'],
      c: [{ d: '0x10' }],
    });
  });

  test('may have keys of more than 1,024 characters', () => {
    const key = `expo@54.0.33(${'react@19.1.0'.repeat(200)})`;
    assert.deepEqual(read(`a:\n  ${key}: 1\n  '${key}2':\n    b: 2\n`), {
      a: { [key]: '1', [`${key}2`]: { b: '2' } },
    });
  });

  test('keeps the last of repeated members, and has no prototype', () => {
    assert.deepEqual(read('a: 1\na: 2'), { a: '2' });
    const value = read('__proto__: {polluted: yes}');
    assert.equal(Reflect.get({}, 'polluted'), undefined);
    assert.deepEqual(Object.keys(Object(value)), ['__proto__']);
  });

  test('has no value if it is malformed, several documents or too deep, and fails fast', () => {
    const bomb = Array.from(
      { length: 26 },
      (_, at) => `b${at}: &b${at} [*b${at - 1}, *b${at - 1}]`,
    );
    for (const text of [
      'a: [1',
      'a: "',
      'a: 1\n---\nb: 2\n',
      '['.repeat(100_000),
      '- '.repeat(100_000),
      `${'? '.repeat(100_000)}a`,
      Array.from({ length: 2_000 }, (_, depth) => `${' '.repeat(depth)}?`).join('\n'),
      `{${'? '.repeat(100_000)}a: b}`,
      `a:\n  b: ${'}'.repeat(100_000)}`,
      `- ${']'.repeat(100_000)}`,
      `b-1: &b-1 [x]\n${bomb.join('\n')}`,
    ]) {
      assert.equal(read(text), undefined, text.slice(0, 20));
    }
  });

  test('that is nested too deep is reported with the limit', () => {
    const lines = Array.from({ length: 600 }, (_, depth) => `${' '.repeat(depth)}a:`);
    for (const [text, limit] of [
      ['['.repeat(65), 'textDepthMax'],
      [`${'- '.repeat(65)}a`, 'textDepthMax'],
      [lines.join('\n'), 'documentDepthMax'],
    ] as const) {
      const budget = new Budget(DEFAULT_LIMITS);
      assert.equal(parseYaml(text, budget), undefined);
      assert.deepEqual(
        budget.drainProblems().map(({ message }) => message.includes(limit)),
        [true],
        text.slice(0, 20),
      );
    }
  });
});
