import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { openPageWorld } from '../../../test/support/page-world.ts';
import { STORE_ENGINES } from '../../../test/support/store-engines.ts';
import { listMatchChanges } from './match-history.ts';

const VULNERABILITY = 'CVE-2020-0001';

for (const storeEngine of STORE_ENGINES) {
  suite(`the history of a finding on ${storeEngine.name}`, { skip: storeEngine.skip }, () => {
    test('a change by an update names the cause of its vulnerability', async (t) => {
      const { store, push } = await openPageWorld(t, storeEngine);
      const image = await push('app');
      const match = await store.db
        .selectFrom('match')
        .innerJoin('component', 'component.id', 'match.component')
        .select(['name', 'version', 'opened'])
        .where('vulnerability', '=', VULNERABILITY)
        .executeTakeFirstOrThrow();
      const { opened: revision, ...item } = match;
      const listCauses = async (): Promise<readonly string[]> =>
        (
          await listMatchChanges({ db: store.db }, { image, vulnerability: VULNERABILITY, ...item })
        ).map(({ cause }) => cause);
      assert.deepEqual(await listCauses(), ['app was added']);

      await store.db.deleteFrom('cause').where('revision', '=', revision).execute();
      const rows = ['CVE-2019-0001', VULNERABILITY].map((subject, index) => {
        const summary = `advisories about ${subject} changed`;
        return { id: 100 + index, revision, kind: 'data' as const, subject, summary };
      });
      await store.runTransaction(async ({ writeRows }) => await writeRows('cause', rows));
      assert.deepEqual(await listCauses(), [`advisories about ${VULNERABILITY} changed`]);
    });
  });
}
