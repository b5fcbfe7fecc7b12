import assert from 'node:assert/strict';
import { test } from 'node:test';
import { quoteArgument } from './quote-argument.ts';

test('quotes an argument only if a shell would change it', () => {
  assert.equal(quoteArgument('a; rm -rf /'), "'a; rm -rf /'");
  assert.equal(quoteArgument("a'b"), String.raw`'a'\''b'`);
  assert.equal(quoteArgument('@scope/name'), '@scope/name');
});
