import assert from 'node:assert/strict';
import { test } from 'node:test';

test('every part of the check that ran before the tests has passed', {
  skip:
    process.env['PLIMSOLL_FAILED_PARTS'] === undefined
      ? 'only `npm test` runs parts before'
      : false,
}, () => {
  assert.equal(process.env['PLIMSOLL_FAILED_PARTS'], '');
});
