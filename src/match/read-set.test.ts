import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createDatabase } from '../../test/support/advisory-database.ts';
import { createInventory } from '../../test/support/inventory.ts';
import { createDebStatement, DEBIAN, DEBIAN_12 } from '../../test/support/match.ts';
import { evaluateComponents } from './evaluate-components.ts';
import { createMatchContext } from './match-context.ts';
import { planComponents, toComponentSystem } from './plan-components.ts';
import { recordLookup } from './read-set.ts';

test('records every key, record and fact that a component needs, also absent ones', async () => {
  using database = await createDatabase({
    systems: [DEBIAN],
    statements: [createDebStatement('CVE-2026-1', 'zlib', '2')],
  });
  const inventory = createInventory({
    distro: DEBIAN_12,
    packages: [
      { name: 'libz', version: '1', type: 'deb', upstreams: [{ name: 'zlib' }] },
      { name: 'Left', version: '1', type: 'npm' },
    ],
  });
  const context = createMatchContext(toComponentSystem(inventory), database, {});
  const { lookup, takeKeys } = recordLookup(context.lookup);
  const reads = planComponents(inventory, context).map((component) => {
    evaluateComponents([component], { ...context, lookup });
    return [...takeKeys()].sort().map((key) => key.replaceAll('\0', ' '));
  });
  assert.deepEqual(reads, [
    [
      'e deb',
      'f cve-2026-1',
      'h debian 12 deb',
      'r cisa/cve-2026-1',
      'r cve/cve-2026-1',
      'r debian/cve-2026-1',
      'r euvd/cve-2026-1',
      'r nvd/cve-2026-1',
      's debian 12 deb libz',
      's debian 12 deb zlib',
    ],
    ['e npm', 'n npm left'],
  ]);
  assert.equal(takeKeys().size, 0);
});
