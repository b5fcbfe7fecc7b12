import assert from 'node:assert/strict';
import { test } from 'node:test';
import { UserError } from '../core/error.ts';
import { renderError } from './render-error.ts';

const PLAIN = { isColoured: false, isVerbose: false };

test('an error of the user has its code, its message and what to do next', () => {
  const error = new UserError('E_OUTPUT', 'out.json could not be written: ENOSPC', {
    hint: 'free some room',
    cause: new Error('no space left'),
  });
  assert.equal(
    renderError(error, PLAIN),
    'error[E_OUTPUT]: out.json could not be written: ENOSPC\nhint: free some room\n',
  );
  assert.match(renderError(error, { ...PLAIN, isVerbose: true }), /because: no space left/);
});

test('a mistake of our own shows its stack only where more is asked for', () => {
  const error = new TypeError('x is not a function');
  assert.equal(
    renderError(error, PLAIN),
    'error[E_INTERNAL]: x is not a function\nhint: this is a mistake of plimsoll itself: ' +
      'please report it, with what the same command prints with -v\n',
  );
  assert.match(renderError(error, { ...PLAIN, isVerbose: true }), /at .*render-error\.test\.ts/);
});

test('control characters of a message do not reach the terminal', () => {
  const error = new UserError('E_IMAGE_INVALID', 'the entry \u001b[2J\u202e is wrong');
  assert.equal(
    renderError(error, PLAIN),
    'error[E_IMAGE_INVALID]: the entry \\u{1b}[2J\\u{202e} is wrong\n' +
      'hint: docs/errors.md says under "E_IMAGE_INVALID" what to do\n',
  );
});

test('a thrown value that is no error is still told', () => {
  assert.match(renderError('odd', PLAIN), /^error\[E_INTERNAL\]: odd\n/);
});

test('an endless chain of causes ends', () => {
  const error = new Error('round') as Error & { cause: unknown };
  error.cause = error;
  const lines = renderError(error, { ...PLAIN, isVerbose: true }).split('\n');
  assert.ok(lines.filter((line) => line.includes('because')).length < 20);
});
