import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ServerWorld } from '../../../test/support/server-world.ts';
import { readInventory } from '../../assess/read-inventory.ts';
import { createPublicationWorld } from '../../vulnerability/advisory/delivery/publication.fixture.ts';
import { Engine } from './engine.ts';
import { writeInventoryDocument } from './inventory-document.ts';

const NOW = '2026-01-04T00:00:00Z';

test('reports shards that the database lacks, until an update installs them', async (t) => {
  const publisher = createPublicationWorld(t);
  using world = new ServerWorld();
  await publisher.publish(0, 0);
  await publisher.update(publisher.target, 0, { isPartial: true });
  world.writeTarget();
  await using engine = await Engine.open({ folder: world.folder, database: publisher.root }, NOW);
  const { absentShards } = await engine.readStatus();
  assert.ok(absentShards.includes('os-alpine'), absentShards.join());
  const inventory = await readInventory(`dir:${world.target}`, { temporaryFolder: world.root });
  const document = writeInventoryDocument({ inventory, configuration: {} });
  const gates = { severity: 'low' } as const;
  const { image, completeness, verdict } = await engine.push({ document, gates, now: NOW });
  assert.equal(verdict?.outcome, 'unknown');
  assert.match(
    completeness.reasons.map(({ reason }) => reason).join('\n'),
    /the advisory database lacks shards that the target needs: os-alpine/,
  );
  assert.deepEqual([image.counts['unknown'], image.counts['unevaluated']], [0, 1]);

  await publisher.update(publisher.target, 0, { neededShards: absentShards });
  const change = await engine.refresh(NOW);
  assert.deepEqual([change?.opened, change?.closed], [1, 1]);
  assert.deepEqual((await engine.readStatus()).absentShards, []);
  const { counts } = await engine.views.readImage(image.id);
  assert.deepEqual([counts['unknown'], counts['unevaluated']], [1, 0]);
});

test('counts the components of a name that it does not list', async () => {
  using world = new ServerWorld();
  await world.importDatabase();
  world.writeTarget();
  await using engine = await Engine.open({ folder: world.folder, database: world.database }, NOW);
  const inventory = await readInventory(`dir:${world.target}`, { temporaryFolder: world.root });
  const packages = inventory.packages.flatMap((item) =>
    Array.from({ length: 103 }, (_, at) => ({ ...item, key: `${at}`, version: `1.1.${at}-r0` })),
  );
  const document = writeInventoryDocument({
    inventory: { ...inventory, packages },
    configuration: {},
  });
  await engine.push({ document, gates: {}, now: NOW });
  const { components, componentsNotListed } = await engine.views.findExposure({ name: 'musl' });
  assert.deepEqual([components.length, componentsNotListed], [100, 3]);
});
