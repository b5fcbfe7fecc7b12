import process from 'node:process';
import { Deliverer } from '../../src/server/notify/deliverer.ts';
import { Store } from '../../src/server/store/store.ts';

/* Delivers the messages of a store, in a process of its own that tests can kill. */

const [folder = '', time = '', databaseUrl] = process.argv.slice(2);

await using store = await Store.open({
  folder,
  ...(databaseUrl === undefined ? {} : { databaseUrl }),
});
await new Deliverer(store, {
  getTime: () => Number(time),
  allowedHosts: new Set(['127.0.0.1']),
  source: 'http://127.0.0.1:7447',
}).deliverDue();
