import assert from 'node:assert/strict';
import { test } from 'node:test';
import { describeTerminal } from './terminal.ts';

const TTY = { stdout: { isTTY: true, columns: 90 }, stderr: { isTTY: true } };
const PIPE = { stdout: { isTTY: false }, stderr: {} };

test('a terminal has colors and a live tree, a pipe has neither', () => {
  assert.deepEqual(describeTerminal(TTY, {}, 'auto'), {
    isLive: true,
    isResultColoured: true,
    isProgressColoured: true,
    resultColumns: 90,
  });
  assert.deepEqual(describeTerminal(PIPE, {}, 'auto'), {
    isLive: false,
    isResultColoured: false,
    isProgressColoured: false,
    resultColumns: undefined,
  });
});

test('CI and TERM=dumb disable the live tree and colors, but not requested colors', () => {
  for (const environment of [{ CI: 'true' }, { TERM: 'dumb' }]) {
    const terminal = describeTerminal(TTY, environment, 'auto');
    assert.deepEqual([terminal.isLive, terminal.isResultColoured], [false, false]);
    assert.equal(describeTerminal(TTY, environment, 'always').isResultColoured, true);
  }
  assert.equal(describeTerminal(TTY, { CI: 'false' }, 'auto').isLive, true);
});

test('NO_COLOR disables colors unless the option requests them; FORCE_COLOR enables them in a pipe', () => {
  const isColoured = (environment: Record<string, string>, color: 'auto' | 'always' | 'never') =>
    describeTerminal(PIPE, environment, color).isResultColoured;
  assert.equal(describeTerminal(TTY, { NO_COLOR: '1' }, 'auto').isResultColoured, false);
  assert.equal(describeTerminal(TTY, { NO_COLOR: '1' }, 'auto').isLive, true);
  assert.equal(describeTerminal(TTY, { NO_COLOR: '' }, 'auto').isResultColoured, true);
  assert.equal(isColoured({ NO_COLOR: '1' }, 'always'), true);
  assert.equal(isColoured({ FORCE_COLOR: '1' }, 'auto'), true);
  assert.equal(isColoured({ CLICOLOR_FORCE: '1' }, 'auto'), true);
  assert.equal(isColoured({ FORCE_COLOR: '0' }, 'auto'), false);
  assert.equal(isColoured({ FORCE_COLOR: '1' }, 'never'), false);
});
