import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import process from 'node:process';
import { test } from 'node:test';
import { NODE_MIN, objectionToNode } from './node-release.ts';

test('a Node that is too old is refused with what to do, and the one that runs this is not', () => {
  for (const release of ['20.20.2', '22.21.0', '24.14.9']) {
    assert.match(objectionToNode(release) ?? '', /^error\[E_NODE\]: .*24\.15.*\nhint: .+\n$/);
  }
  for (const release of ['24.15.0', '25.0.0', '26.10.0', process.versions.node]) {
    assert.equal(objectionToNode(release), undefined);
  }
});

test('the package says the same', () => {
  const text = readFileSync(new URL('../../../package.json', import.meta.url), 'utf8');
  const { engines } = JSON.parse(text) as { readonly engines: { readonly node: string } };
  assert.equal(engines.node, `>=${NODE_MIN}`);
});
