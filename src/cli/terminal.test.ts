import assert from 'node:assert/strict';
import { test } from 'node:test';
import { describeTerminal } from './terminal.ts';

const TTY = { stdout: { isTTY: true, columns: 90 }, stderr: { isTTY: true } };
const PIPE = { stdout: { isTTY: false }, stderr: {} };

test('a terminal gets colours and a live tree, a pipe neither', () => {
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

test('CI and TERM=dumb stop the live tree and colours, but not colours that are asked for', () => {
  for (const environment of [{ CI: 'true' }, { TERM: 'dumb' }]) {
    const terminal = describeTerminal(TTY, environment, 'auto');
    assert.deepEqual([terminal.isLive, terminal.isResultColoured], [false, false]);
    assert.equal(describeTerminal(TTY, environment, 'always').isResultColoured, true);
  }
  assert.equal(describeTerminal(TTY, { CI: 'false' }, 'auto').isLive, true);
});

test('NO_COLOR stops colours unless the option asks for them; FORCE_COLOR brings them to a pipe', () => {
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
