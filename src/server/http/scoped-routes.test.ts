import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { STORE_ENGINES } from '../../../test/support/store-engines.ts';
import { MARKS, openProjects } from '../../../test/support/two-projects.ts';
import { RIGHTS } from '../access/rights.data.ts';

const BASE = '/api/v1';

/** The queries of routes that need some, or that have several answers. */
const QUERIES: ReadonlyMap<string, readonly string[]> = new Map([
  ['/findings', ['', '?severity=high', '?vulnerability=CVE-2020-0001', '?asof=16', '?limit=1']],
  [
    '/exposure',
    ['?name=musl', '?name=left-pad', '?name=musl&environment=prod', '?name=musl&asof=9'],
  ],
  ['/changes', ['', '?after=9']],
  ['/exports/images/{id}', ['?format=json', '?format=cyclonedx-json']],
  ['/images', ['', '?asof=9', '?outcome=fail', '?environment=prod', '?limit=1']],
  ['/placements', ['', '?known=false', '?environment=prod', '?asof=15']],
  ['/causes/{id}/images', ['?effect=opened', '?effect=changed', '?effect=verdict-fail']],
]);
/** IDs of everything in the store are lower. */
const PROBED_MAX = 25;

/** Lists the addresses of a reading route: with each ID, if it has one. */
function listAddresses(path: string): readonly string[] {
  const route = path.slice(BASE.length);
  const addresses = (QUERIES.get(route) ?? ['']).map((query) => `${path}${query}`);
  return path.includes('{id}')
    ? Array.from({ length: PROBED_MAX }, (_, id) =>
        addresses.map((address) => address.replace('{id}', String(id + 1))),
      ).flat()
    : addresses;
}

for (const engine of STORE_ENGINES) {
  suite(`reading routes for a role in one project on ${engine.name}`, { skip: engine.skip }, () => {
    test('answer for its images only, and changes in other projects do not change their tags', async (t) => {
      const { openProject, openSession, push, shop } = await openProjects(t, engine, true);
      const person = await openProject('kim', 'shop', 'viewer');
      const stranger = await openProject('lou', 'other', 'viewer');
      const whole = await openSession('sam', 'viewer');
      const routes = RIGHTS.filter(
        ({ method, path, roles, scope }) =>
          method === 'GET' &&
          scope === 'project' &&
          path.startsWith(BASE) &&
          path !== `${BASE}/changes/events` &&
          roles.includes('viewer'),
      );
      assert.ok(routes.length > 12, String(routes.length));
      const tags = new Map<string, string | null>();
      for (const { path } of routes) {
        let known = 0;
        for (const address of listAddresses(path)) {
          const { status, body, headers } = await person.open(address);
          assert.ok(status === 200 || status === 404, `${address}: ${status} ${body}`);
          for (const mark of MARKS) {
            // The answer repeats the name that was asked for.
            const text = address.includes(mark) ? '' : body;
            assert.equal(text.includes(mark), false, `${address} has ${mark}: ${text}`);
          }
          known += status === 200 ? 1 : 0;
          tags.set(address, headers.get('etag'));
          const other = await stranger.open(address);
          if (path.includes('{id}')) {
            assert.equal(other.status, 404, address);
          }
        }
        assert.ok(known > 0, path);
      }

      const parse = (body: string) => JSON.parse(body) as Record<string, unknown>;
      const status = parse((await person.open(`${BASE}/status`)).body);
      assert.equal(status['images'], shop.length);
      assert.equal(status['components'], 3);
      assert.deepEqual(status['findings'], { critical: 2 });
      assert.deepEqual(status['jobs'], {});
      assert.notEqual(parse((await whole.open(`${BASE}/status`)).body)['images'], shop.length);
      const list = parse((await person.open(`${BASE}/images?limit=1`)).body);
      assert.deepEqual(list['total'], { count: shop.length, relation: 'exact' });
      assert.equal(list['revision'], status['revision']);

      await push('zzbank-more', (inventory) => inventory, undefined, 'zzbank');
      for (const [address, tag] of tags) {
        assert.equal((await person.open(address)).headers.get('etag'), tag, address);
      }
      const progress = await person.begin(`${BASE}/changes/events?only=progress`, 2);
      const { revision } = status;
      assert.match(progress, new RegExp(`data: {"revision":${String(revision)},"openJobs":0}`));
      const events = await person.begin(`${BASE}/changes/events?after=0`, 8);
      assert.match(events, /web:1 was added/);
      for (const mark of MARKS) {
        assert.equal(events.includes(mark), false, events);
      }
      const stream = await person.open(`${BASE}/changes?after=${String(status['revision'])}`);
      assert.deepEqual(JSON.parse(stream.body), []);
    });
  });
}
