import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatCpe, isAligned, isProductMatch, parseCpe } from './cpe.ts';

const parseValid = (text: string) => {
  const cpe = parseCpe(text);
  assert.ok(cpe);
  return cpe;
};

test('formatting a parsed CPE returns the same string', () => {
  for (const text of [
    'cpe:2.3:a:gnu:libstdc\\+\\+:12.2:*:*:*:*:*:*:*',
    'cpe:2.3:a:v:p\\:q:1.0\\~rc1:-:*:en:pro:node.js:x64:other\\\\',
  ]) {
    assert.equal(formatCpe(parseValid(text)), text);
  }
});

test('parsing removes quoting, converts ANY to an empty string and keeps NA', () => {
  const cpe = parseValid('cpe:2.3:a:gnu:libstdc\\+\\+:*:-:*:*:*:*:*:*');
  assert.equal(cpe.product, 'libstdc++');
  assert.equal(cpe.version, '');
  assert.equal(cpe.update, '-');
});

test('other strings are not CPEs', () => {
  for (const text of [
    '',
    'cpe:/a:gnu:gcc',
    'cpe:2.3:a:gnu:gcc',
    'cpe:2.3:a:b:c:d:e:f:g:h:i:j:k:l\\',
  ]) {
    assert.equal(parseCpe(text), undefined);
  }
});

test('attributes that a package leaves open are not compared, all others must be equal', () => {
  const product = parseValid('cpe:2.3:a:Isc:bind:*:*:*:*:stable:*:*:*');
  assert.ok(isProductMatch(product, parseValid('cpe:2.3:a:isc:BIND:9:*:*:*:*:*:*:*')));
  assert.ok(!isProductMatch(product, parseValid('cpe:2.3:a:isc:bind:9:*:*:*:*:node.js:*:*')));
});

test('products are aligned regardless of target software', () => {
  const product = parseValid('cpe:2.3:a:isc:bind:*:*:*:*:*:wordpress:*:*');
  assert.ok(isAligned(product, parseValid('cpe:2.3:a:isc:bind:9:*:*:*:*:node.js:*:*')));
  assert.ok(isAligned(product, parseValid('cpe:2.3:a:*:bind:9:*:*:*:*:*:*:*')));
  assert.ok(!isAligned(product, parseValid('cpe:2.3:a:other:bind:9:*:*:*:*:*:*:*')));
});
