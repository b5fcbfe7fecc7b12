import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { createDraw, drawItem } from '../../../test/support/random-draw.ts';
import { STORE_ENGINES } from '../../../test/support/store-engines.ts';
import { Store } from '../store/store.ts';
import { groupChanges, readChanges } from './change-groups.ts';
import { listRevisions } from './revisions.ts';

const REVISIONS = 150;

for (const engine of STORE_ENGINES) {
  suite(`lines of changes on ${engine.name}`, { skip: engine.skip }, () => {
    test('they are those of all changes, although few are read', async () => {
      await using resources = new AsyncDisposableStack();
      const folder = mkdtempSync(join(tmpdir(), 'plimsoll-changes-'));
      resources.defer(() => rmSync(folder, { recursive: true, force: true }));
      const setting = { folder, ...(await engine.create(resources)) };
      const store = resources.use(await Store.open(setting));
      const { db } = store;
      const draw = createDraw(5);
      let kind = 'policy';
      const revisions = Array.from({ length: REVISIONS }, (_, index) => {
        // Some runs of equal changes are long.
        kind = draw(6) === 0 ? drawItem(draw, ['policy', 'time', 'decision']) : kind;
        const counts = { matched: 0, opened: 0, closed: 0 };
        return { id: index + 1, kind, at: index, generation: 'none', ...counts };
      });
      await store.runTransaction(async (change) => await change.writeRows('revision', revisions));
      for (let round = 0; round < 40; round += 1) {
        const before = draw(3) === 0 ? 0 : draw(REVISIONS);
        const [lines, most] = [1 + draw(8), 1 + draw(90)];
        const filter = { kind: '', before };
        const read = await readChanges(db, filter, { lines, most });
        const all = await listRevisions(db, { ...filter, rows: most });
        const title = JSON.stringify({ before, lines, most });
        assert.deepEqual(
          groupChanges(read).slice(0, lines),
          groupChanges(all).slice(0, lines),
          title,
        );
        assert.equal(read.length > lines, all.length > lines, title);
      }
      const few = await readChanges(db, { kind: '', before: 0 }, { lines: 3, most: REVISIONS });
      assert.ok(few.length < REVISIONS / 2, `${few.length} were read`);
    });
  });
}
