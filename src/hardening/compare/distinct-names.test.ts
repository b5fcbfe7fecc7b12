import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Side } from './difference.ts';
import { addDistinctNames, toShortName } from './distinct-names.ts';

/** Returns the names that the page shows for targets. */
function showNames(...names: readonly string[]): readonly string[] {
  return addDistinctNames(names.map((name) => ({ name }) as Side)).map(toShortName);
}

test('two files of the same name are distinguished by their different directories', () => {
  assert.deepEqual(showNames('./a/app.tar', './b/app.tar'), ['a/app.tar', 'b/app.tar']);
  assert.deepEqual(showNames('/x/a/c/app.tar', '/x/b/c/app.tar'), ['a/c/app.tar', 'b/c/app.tar']);
  assert.deepEqual(showNames('./app.tar', './old/app.tar'), ['./app.tar', 'old/app.tar']);
  assert.deepEqual(showNames('./root/', '/srv/root'), ['./root', 'srv/root']);
});

test('the base name is used if it differs, and for a single target', () => {
  assert.deepEqual(showNames('./a/old.tar', './b/new.tar'), ['old', 'new']);
  assert.deepEqual(showNames('./a/app.tar', './a/app.tar'), ['app', 'app']);
  assert.deepEqual(showNames('./a/app.oci.tar', './a/app.tar'), ['app.oci.tar', 'app.tar']);
  assert.deepEqual(showNames('app:1', 'app:2'), ['app:1', 'app:2']);
});

test('of three files, only those with the same name are distinguished', () => {
  assert.deepEqual(showNames('./a/app.tar', './b/app.tar', './c/slim.tar'), [
    'a/app.tar',
    'b/app.tar',
    'slim',
  ]);
  assert.deepEqual(showNames('/x/1/a.tar', '/y/1/a.tar', '/y/2/a.tar'), [
    'x/1/a.tar',
    'y/1/a.tar',
    'y/2/a.tar',
  ]);
});
