import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import {
  addDays,
  createPublicationWorld,
} from '../../vulnerability/advisory/delivery/publication.fixture.ts';
import { startDownloads } from './advisory-download.ts';

const WAIT_MS = 100;
const WAITS_MAX = 600;

test('downloads advisories when they are due, and reports why it could not', async (t) => {
  const world = createPublicationWorld(t);
  await world.publish(0, 0);
  await world.update(world.target, 0);
  const before = world.readShards(world.root);
  await world.publish(1, 1);
  const messages: string[] = [];
  const start = (day: number, place: string) => {
    const refresh = { urls: [place], keyFile: world.keyFile };
    const database = { folder: world.root, refresh };
    return startDownloads(
      { database, network: {}, environment: {} },
      {
        getTime: () => Date.parse(addDays(day)),
        notify: (message) => messages.push(message),
        pauseMs: WAIT_MS,
      },
    );
  };
  const published = world.readShards(world.source);
  assert.notDeepEqual(before, published);
  {
    // It was checked at this time.
    await using _early = start(0, world.target);
    await pause(3 * WAIT_MS);
    assert.deepEqual(world.readShards(world.root), before);
  }
  {
    await using _downloads = start(1, world.target);
    for (let count = 0; count < WAITS_MAX; count += 1) {
      await pause(WAIT_MS);
      const shards = world.readShards(world.root);
      if ([...published].every(([name, bytes]) => shards.get(name)?.equals(bytes) === true)) {
        break;
      }
    }
    assert.deepEqual(world.readShards(world.root), published);
  }
  {
    await using _lost = start(2, `${world.target}/none`);
    for (let count = 0; count < WAITS_MAX && messages.length === 0; count += 1) {
      await pause(WAIT_MS);
    }
  }
  assert.match(messages.join('\n'), /^could not update the advisory database: /);
});
