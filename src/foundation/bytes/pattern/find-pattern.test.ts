import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { type Bytes, toBytes } from '../../core/bytes.ts';
import { type Captures, findPattern } from './find-pattern.ts';
import { compilePattern, createByteClass, type Part, pattern } from './pattern.ts';
import { dotted, gap, line, maybe, NUL, NULS, oneOf, shortGap, version } from './version-parts.ts';

const MIB = 1024 * 1024;

function find(content: Uint8Array | string, ...parts: readonly Part[]): Captures | undefined {
  const bytes = toBytes(typeof content === 'string' ? Buffer.from(content, 'latin1') : content);
  return findPattern(bytes, pattern(...parts), { stepsLeft: 10_000_000 });
}

function findVersion(content: Uint8Array | string, ...parts: readonly Part[]): string | undefined {
  return find(content, ...parts)?.['version'];
}

suite('find-pattern', () => {
  test('finds a version after its literal, before it, and between two', () => {
    assert.equal(findVersion('x tool/1.22.333 y', 'tool/', version(...dotted(3))), '1.22.333');
    assert.equal(findVersion('a 10.6.15-Maria', version(...dotted(1, 3)), '-Maria'), '10.6.15');
    assert.equal(findVersion('\x001.2\x00', NUL, version(...dotted(2)), NUL), '1.2');
  });

  test('returns the first match, and skips anchors without one', () => {
    const parts = ['v', version(...dotted(2)), NUL];
    assert.equal(findVersion('v v1 v1.2 v3.4\0 v5.6\0', ...parts), '3.4');
    assert.equal(findVersion('v v1 v1.2', ...parts), undefined);
  });

  test('matches optional parts if they are present', () => {
    const parts = [
      'v',
      version(...dotted(2, 4), maybe('-rc', { run: createByteClass('0-9'), min: 1, max: 2 })),
    ];
    assert.equal(findVersion('v1.2', ...parts), '1.2');
    assert.equal(findVersion('v1.2.3.4.5', ...parts), '1.2.3.4');
    assert.equal(findVersion('v1.2-rc10', ...parts), '1.2-rc10');
    assert.equal(findVersion('v1.2-rd', ...parts), '1.2');
  });

  test('selects the alternative that lets the rest match', () => {
    const parts = [version('1', oneOf('.', '.2', [])), '.3', '!'];
    assert.equal(findVersion('1.2.3!', ...parts), '1.2');
  });

  test('a run backtracks for the rest of the pattern', () => {
    const hex = { run: createByteClass('0-9a-f'), min: 4, max: 4 };
    assert.equal(findVersion('1.10.31567DENO', version(...dotted(3)), hex, 'DENO'), '1.10.3');
  });

  test('a gap is greedy, or lazy if marked', () => {
    const content = 'HEAD\x001.1.1\x002.2.2\0';
    const rest = [NUL, version(...dotted(3)), NUL];
    assert.equal(findVersion(content, 'HEAD', gap(0, 100), ...rest), '2.2.2');
    assert.equal(findVersion(content, 'HEAD', shortGap(0, 100), ...rest), '1.1.1');
  });

  test('a gap is limited by its maximum, and a line gap by its line', () => {
    const far = `HEAD${'x'.repeat(101)}1.2.3`;
    assert.equal(findVersion(far, 'HEAD', gap(0, 100), version(...dotted(3))), undefined);
    assert.equal(findVersion('HEAD\n1.2.3', 'HEAD', line(0, 9), version(...dotted(3))), undefined);
  });

  test('keeps several captures by name', () => {
    const digit = { run: createByteClass('0-9'), min: 1, max: 9 };
    const found = find(
      'java 8_351!',
      'java ',
      { capture: 'primary', parts: [digit] },
      '_',
      { capture: 'update', parts: [digit] },
      '!',
    );
    assert.deepEqual(found, { primary: '8', update: '351' });
  });

  test('detects the end of the content', () => {
    const parts = ['v', version(...dotted(2)), oneOf(' ', [{ end: true }])];
    assert.equal(findVersion('v1.2x v1.3', ...parts), '1.3');
    assert.equal(findVersion('v1.2x', ...parts), undefined);
  });

  test('finds a match on the border of two windows once and completely', () => {
    for (const shift of [-12, -6, -1, 0, 1]) {
      const content = Buffer.alloc(2 * MIB + 100);
      content.write('\0name 12.34.56\0', MIB + shift, 'latin1');
      assert.equal(findVersion(content, NUL, 'name ', version(...dotted(3)), NUL), '12.34.56');
      assert.equal(
        findVersion(content, NUL, 'name', gap(1, 1), version(...dotted(3)), NULS),
        '12.34.56',
      );
    }
  });

  test('reads content in windows', () => {
    let longest = 0;
    const content: Bytes = {
      sizeBytes: 64 * MIB,
      read: (_offset, length) => {
        longest = Math.max(longest, length);
        return new Uint8Array(length);
      },
    };
    assert.equal(
      findPattern(content, pattern('tool ', gap(0, 500)), { stepsLeft: 1e6 }),
      undefined,
    );
    assert.ok(longest < 2 * MIB);
  });

  test('stays within the budget for content made of anchors', () => {
    const hostile: readonly [string, readonly Part[]][] = [
      ['1.', [NUL, version(...dotted(3)), NUL]],
      ['1\0', [NULS, gap(0, 500), version(...dotted(3)), gap(0, 500), '\0/u']],
      ['HEAD\0', ['HEAD', NULS, line(0, 500), NUL, version(...dotted(3)), NUL]],
      ['/u\0', [version(...dotted(3)), gap(1, 1000), NULS, gap(1, 1000), NULS, '/u']],
    ];
    for (const [unit, parts] of hostile) {
      const budget = { stepsLeft: 2_000_000 };
      const content = Buffer.from(unit.repeat((4 * MIB) / unit.length), 'latin1');
      assert.equal(findPattern(toBytes(content), pattern(...parts), budget), undefined);
      assert.ok(budget.stepsLeft > -20_000, `little more than the budget is used: ${unit}`);
    }
  });
});

suite('pattern', () => {
  test('the anchor is the rarest literal of every match', () => {
    assert.equal(
      compilePattern(pattern(NUL, 'v', ...dotted(2), '\0tcmalloc')).anchor.toString(),
      '\0tcmalloc',
    );
    assert.equal(compilePattern(pattern(NUL, ...dotted(2), NUL)).anchor.toString(), '.');
    assert.equal(
      compilePattern(pattern(oneOf('abcdef', 'g'), ...dotted(2))).anchor.toString(),
      '.',
    );
  });

  test('a pattern without a literal, or of unlimited length, is an internal error', () => {
    assert.throws(() => compilePattern(pattern(gap(0, 10))), /expected: a pattern has a literal/);
    assert.throws(
      () => compilePattern(pattern('a', gap(0, 10_000))),
      /expected: a pattern matches few bytes/,
    );
  });
});
