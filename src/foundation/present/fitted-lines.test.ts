import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { createFittingSink, fitLines, wrapWords } from './fitted-lines.ts';

suite('lines for a terminal', () => {
  test('are wrapped between words, with continuation lines indented', () => {
    assert.equal(
      fitLines('one two three four five six seven\n  eight nine ten eleven twelve 13\nend\n', 25),
      'one two three four five\n  six seven\n  eight nine ten eleven\n    twelve 13\nend\n',
    );
  });

  test('are unchanged if they fit, if the width is unknown, and if nothing would fit', () => {
    const line = 'a line of thirty columns or so.';
    for (const columns of [undefined, 31, 23, 1]) {
      assert.equal(fitLines(line, columns), line);
    }
    assert.notEqual(fitLines(line, 30), line);
  });

  test('never begin with a command to a CI system, wrapped or not', () => {
    assert.equal(
      fitLines('one two three four five ::error::six\n::error::x\n', 25),
      'one two three four five\n  \\u{3a}:error::six\n\\u{3a}:error::x\n',
    );
    assert.equal(fitLines('::error::x', undefined), '\\u{3a}:error::x');
  });

  test('keep words that are wider than the terminal intact', () => {
    const digest = `sha256:${'0'.repeat(64)}`;
    assert.equal(fitLines(`the layer ${digest} is cut`, 30), `the layer\n  ${digest}\n  is cut`);
  });

  test('count wide characters twice', () => {
    assert.deepEqual(wrapWords('漢字 漢字 ab', 9), ['漢字 漢字', 'ab']);
    assert.deepEqual(wrapWords('漢字 漢字 ab', 8), ['漢字', '漢字 ab']);
  });

  test('pass through a sink as they are written', () => {
    const written: string[] = [];
    const sink = { write: (text: string) => void written.push(text) };
    createFittingSink(sink, { columns: 24 }).write('twenty-four columns are not enough\n');
    createFittingSink(sink, {}).write('twenty-four columns are not enough\n');
    assert.deepEqual(written, [
      'twenty-four columns\n  are not enough\n',
      'twenty-four columns are not enough\n',
    ]);
  });
});
