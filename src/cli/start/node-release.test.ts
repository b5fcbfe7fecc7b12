import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import process from 'node:process';
import { test } from 'node:test';
import { explainOldNode, NODE_MIN } from './node-release.ts';

test('explains the solution if Node is too old', () => {
  for (const release of ['20.20.2', '22.21.0', '24.14.9']) {
    assert.match(explainOldNode(release) ?? '', /^error\[E_NODE\]: .*24\.15.*\nhint: .+\n$/);
  }
  for (const release of ['24.15.0', '25.0.0', '26.10.0', process.versions.node]) {
    assert.equal(explainOldNode(release), undefined);
  }
});

test('the manifest states the same minimum', () => {
  const text = readFileSync(new URL('../../../package.json', import.meta.url), 'utf8');
  const { engines } = JSON.parse(text) as { readonly engines: { readonly node: string } };
  assert.equal(engines.node, `>=${NODE_MIN}`);
});
