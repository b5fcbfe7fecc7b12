import assert from 'node:assert/strict';
import { test } from 'node:test';
import { UserError } from '../foundation/core/error.ts';
import { renderError } from './render-error.ts';

const PLAIN = { isColoured: false, isVerbose: false };

test('a user error has a code, a message and a hint', () => {
  const error = new UserError('E_OUTPUT', 'could not write "out.json": ENOSPC', {
    hint: 'free some room',
    cause: new Error('no space left'),
  });
  assert.equal(
    renderError(error, PLAIN),
    'error[E_OUTPUT]: could not write "out.json": ENOSPC\nhint: free some room\n',
  );
  assert.match(renderError(error, { ...PLAIN, isVerbose: true }), /caused by: no space left/);
});

test('an internal error shows its stack only with more verbosity', () => {
  const error = new TypeError('x is not a function');
  assert.equal(
    renderError(error, PLAIN),
    'error[E_INTERNAL]: x is not a function\nhint: this is a bug in plimsoll; ' +
      'please report it, with the output of the same command with -v\n',
  );
  assert.match(renderError(error, { ...PLAIN, isVerbose: true }), /at .*render-error\.test\.ts/);
});

test('escapes control characters of a message', () => {
  const error = new UserError('E_IMAGE_INVALID', 'the entry \u001b[2J\u202e is wrong');
  assert.equal(
    renderError(error, PLAIN),
    'error[E_IMAGE_INVALID]: the entry \\u{1b}[2J\\u{202e} is wrong\n' +
      'hint: see E_IMAGE_INVALID in docs/errors.md\n',
  );
});

test('a thrown value that is not an error is reported', () => {
  assert.match(renderError('odd', PLAIN), /^error\[E_INTERNAL\]: odd\n/);
});

test('a circular chain of causes ends', () => {
  const error = new Error('round') as Error & { cause: unknown };
  error.cause = error;
  const lines = renderError(error, { ...PLAIN, isVerbose: true }).split('\n');
  assert.ok(lines.filter((line) => line.includes('because')).length < 20);
});
