import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createInventory } from '../../test/support/inventory.ts';
import { findOwners } from './ownership.ts';

test('without relationships, a package owns the packages at the paths of its files, if all of them are', () => {
  const locations = [{ path: '/usr/bin/tool', accessPath: '/usr/bin/tool' }];
  const ownedFiles = [{ path: '/usr/bin/tool' }, { path: '/usr/bin/other' }];
  const inventory = createInventory({
    packages: [
      { name: 'a', type: 'go-module', locations },
      { name: 'b', type: 'go-module', locations },
      { name: 'tool', type: 'deb', locations, ownedFiles },
    ],
  });
  assert.deepEqual(
    [...findOwners(inventory)],
    [
      ['key-of-a-go-module', ['key-of-tool-deb']],
      ['key-of-b-go-module', ['key-of-tool-deb']],
    ],
  );
});
