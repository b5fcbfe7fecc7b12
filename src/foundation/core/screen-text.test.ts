import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  escapeCiCommands,
  escapeJoinedText,
  escapeLines,
  escapeText,
  groupDigits,
} from './screen-text.ts';

test('escapes terminal control and bidirectional characters', () => {
  assert.equal(
    escapeText('a\u001b]0;x\u0007b\r\n\u009b\u202e\u2066c'),
    'a\\u{1b}]0;x\\u{7}b\\u{d}\\u{a}\\u{9b}\\u{202e}\\u{2066}c',
  );
  assert.equal(escapeText('grün 日本 ✔'), 'grün 日本 ✔');
  assert.equal(escapeLines('a\n\tb\u001b'), 'a\n\tb\\u{1b}');
});

test('escapes commands that a CI system would execute in a log', () => {
  const commands = [
    ['::error::x', '\\u{3a}:error::x'],
    [' \u00a0::error', ' \u00a0\\u{3a}:error'],
    ['a ##[error]x', 'a \\u{23}#[error]x'],
    ['a ##vso[task.complete]', 'a \\u{23}#vso[task.complete]'],
    ['###teamcity[x]', '#\\u{23}#teamcity[x]'],
    ['section_start:1:x', '\\u{73}ection_start:1:x'],
    ['a::b ## c #[d] 1::2', 'a::b ## c #[d] 1::2'],
  ] as const;
  for (const [text, expected] of commands) {
    assert.equal(escapeText(text), expected);
    assert.equal(escapeLines(`x\n${text}`), `x\n${expected}`);
    assert.equal(escapeCiCommands(`x\n${text}`), `x\n${expected}`);
  }
});

test('a template that joins texts forms no command', () => {
  const commands = ['::error::x', ' ::x', '##[error]x', '##vso[x]', '##teamcity[x]'];
  for (const command of commands) {
    const cuts = Array.from({ length: command.length + 1 }, (_, at) => at);
    for (const [first, second] of cuts.flatMap((left) => cuts.map((right) => [left, right]))) {
      const pieces = [
        command.slice(0, first),
        command.slice(first, Math.max(first ?? 0, second ?? 0)),
        command.slice(Math.max(first ?? 0, second ?? 0)),
      ];
      const joined = `x\n${pieces.map(escapeJoinedText).join('')}`;
      assert.equal(escapeCiCommands(joined), joined, JSON.stringify(pieces));
    }
  }
  for (const text of ['C#', 'a: b', '# Title', 'x:', '#1', 'v', 'sections', 'a::b', '', '1:2']) {
    assert.equal(escapeJoinedText(text), text);
  }
});

test('recognizes commands to CI systems behind colors and between hidden characters', () => {
  assert.equal(escapeCiCommands('\u001b[1;31m::x'), '\u001b[1;31m\\u{3a}:x');
  assert.equal(escapeCiCommands('\u200b:\u00ad:x'), '\u200b\\u{3a}\u00ad:x');
  assert.equal(escapeCiCommands('#\u200b#\u00ad[x'), '\\u{23}\u200b#\u00ad[x');
});

test('groups digits by three', () => {
  assert.deepEqual([0, 7, 999, 1000, 2987, 1234567].map(groupDigits), [
    '0',
    '7',
    '999',
    '1,000',
    '2,987',
    '1,234,567',
  ]);
});
