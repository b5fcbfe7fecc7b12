import assert from 'node:assert/strict';
import { chmodSync, constants, copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { readInventory } from '../../src/assess/read-inventory.ts';
import { present } from '../../src/foundation/core/assert.ts';
import { compareText } from '../../src/foundation/core/compare-text.ts';
import type { Inventory, InventoryPackage } from '../../src/foundation/core/inventory.ts';
import { DEFAULT_LIMITS } from '../../src/foundation/core/limits.ts';
import { SILENT } from '../../src/foundation/core/progress.ts';
import { addImage } from '../../src/server/engine/add-image.ts';
import { auditStore } from '../../src/server/engine/audit-store.ts';
import { Evaluator } from '../../src/server/engine/evaluator.ts';
import { updateStore } from '../../src/server/engine/update-store.ts';
import { SCHEMA } from '../../src/server/store/sql/schema.data.ts';
import { Store } from '../../src/server/store/store.ts';
import type { Tables } from '../../src/server/store/tables.ts';
import { importDatabase } from '../../src/vulnerability/advisory/import-database.ts';
import { pinDatabase } from '../../src/vulnerability/advisory/pin-database.ts';
import { DatabaseEditor } from '../support/edit-database.ts';
import { createRandom, drawNumber, isLucky, pick } from '../support/random-version.ts';
import { STORE_ENGINES } from '../support/store-engines.ts';
import { expandRecorded } from './match-score.ts';
import { findSharedMaterial, SKIP_REASON } from './shared-material.ts';
import { listCaseTargets, listCorpusTargets } from './targets.ts';

const shared = findSharedMaterial();
const FLEET = Number(process.env['PLIMSOLL_FLEET'] ?? 24);
const UPDATES = Number(process.env['PLIMSOLL_UPDATES'] ?? 2);
const EDITS_EACH = 25;
const SEED = Number(process.env['PLIMSOLL_SEED'] ?? 20_261_129);
const NOW = Date.parse('2026-11-29T00:00:00Z');

suite('a store after updates equals one that matches everything anew', {
  skip: shared === undefined && SKIP_REASON,
}, () => {
  const resources = new AsyncDisposableStack();
  const random = createRandom(SEED);
  let folder = '';
  let store: Store;
  /** The same on the other engines. */
  const others: Store[] = [];
  let file = '';
  let evaluator: Evaluator;
  let current: { readonly digest: string; readonly folder: string };

  /** Imports the edited file, and keeps the result. */
  async function importEdited(name: string) {
    const target = join(folder, name);
    await importDatabase(file, target, {
      progress: SILENT,
      limits: DEFAULT_LIMITS,
      now: '2026-11-28T00:00:00Z',
    });
    return pinDatabase(target, join(folder, 'generations'));
  }

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'plimsoll-incremental-'));
    resources.defer(() => rmSync(folder, { recursive: true, force: true }));
    const material = present(shared, 'the shared material');
    file = join(folder, 'vulnerability.db');
    copyFileSync(expandRecorded(material, folder), file, constants.COPYFILE_FICLONE);
    chmodSync(file, 0o600);
    current = await importEdited('database');
    evaluator = resources.use(new Evaluator(current.folder));
    const stores: Store[] = [];
    for (const engine of STORE_ENGINES.filter(({ skip }) => skip === false)) {
      const setting = { folder: join(folder, engine.name), ...(await engine.create(resources)) };
      stores.push(resources.use(await Store.open(setting)));
    }
    store = present(stores.shift(), 'a store on SQLite');
    others.push(...stores);
    const inventories: Inventory[] = [];
    for (const { input } of [
      ...listCorpusTargets(material, folder, /./),
      ...listCaseTargets(material, folder),
    ]) {
      inventories.push(await readInventory(input, { temporaryFolder: folder }));
    }
    for (const [index, inventory] of drawFleet(inventories).entries()) {
      const document = `document-${index}`;
      const generation = current.digest;
      for (const one of [store, ...others]) {
        await addImage(one, evaluator, { inventory, document, project: '', now: NOW, generation });
      }
    }
  });
  after(async () => await resources.disposeAsync());

  /** Mixes images: the packages of a base without some, and some of another target. */
  function drawFleet(inventories: readonly Inventory[]): readonly Inventory[] {
    const drawn = Array.from({ length: FLEET - inventories.length }, (): Inventory => {
      const [base, other] = [pick(random, inventories), pick(random, inventories)];
      const known = new Set(base.packages.map(({ key }) => key));
      const more = other.packages.filter(
        (one: InventoryPackage) => !known.has(one.key) && isLucky(random, 10),
      );
      const kept = base.packages.filter(() => !isLucky(random, drawNumber(random, 30)));
      return { ...base, packages: [...kept, ...more] };
    });
    return [...inventories, ...drawn].slice(0, FLEET);
  }

  test('the audit finds nothing after images were added', async () => {
    assert.deepEqual(await auditStore(store, evaluator), []);
    const { matches } = await store.db
      .selectFrom('match')
      .select(({ fn }) => fn.countAll<number>().as('matches'))
      .executeTakeFirstOrThrow();
    assert.ok(matches > 1000, String(matches));
  });

  test('the audit finds nothing after each update', async (context) => {
    const rows = await store.db.selectFrom('component').select('name').distinct().execute();
    const names = new Set(rows.map(({ name }) => name.toLowerCase()));
    let opened = 0;
    let closed = 0;
    for (let update = 0; update < UPDATES; update++) {
      const edits = editFile(names);
      const next = await importEdited('database');
      const reader = resources.use(new Evaluator(next.folder));
      const request = { before: current, after: next, evaluator: reader, now: NOW };
      const change = await updateStore(store, request);
      for (const other of others) {
        assert.deepEqual(await updateStore(other, request), change);
      }
      assert.deepEqual(await auditStore(store, reader), [], edits.join('\n'));
      context.diagnostic(
        `${edits.length} edits: ${JSON.stringify(change)} of ${rows.length} names`,
      );
      opened += change.opened;
      closed += change.closed;
      current = next;
      evaluator = reader;
    }
    assert.ok(opened > 0 && closed > 0, `${opened} and ${closed}`);
  });

  test('every engine has the same rows', async () => {
    for (const table of Object.keys(SCHEMA) as (keyof Tables)[]) {
      const rows = await listRows(store, table);
      for (const other of others) {
        const same = await listRows(other, table);
        const index = rows.findIndex((row, at) => row !== same[at]);
        assert.equal(same[index], rows[index], table);
        assert.equal(same.length, rows.length, table);
      }
    }
  });

  async function listRows({ db }: Store, table: keyof Tables): Promise<readonly string[]> {
    const rows = await db.selectFrom(table).selectAll().execute();
    const toText = (value: unknown): unknown =>
      value instanceof Uint8Array ? Buffer.from(value).toString('hex') : value;
    return rows
      .map((row) =>
        JSON.stringify(Object.entries(row).map(([name, value]) => [name, toText(value)])),
      )
      .sort(compareText);
  }

  function editFile(names: ReadonlySet<string>): readonly string[] {
    using editor = new DatabaseEditor(file, random, names);
    return Array.from({ length: EDITS_EACH }, () => editor.edit());
  }

  test('the audit detects planted faults', async () => {
    const { db } = store;
    const faults: readonly (readonly [RegExp, () => Promise<unknown>])[] = [
      [
        /keys are missing in its read set/,
        () => db.deleteFrom('read_key').where('component', '=', 1).execute(),
      ],
      [
        /posting list of component and segment .* is wrong/,
        () => db.deleteFrom('posting').where('component', '=', 2).execute(),
      ],
      [/the counts of image 1 are/, () => db.deleteFrom('rollup').execute()],
      [
        /the match .* is missing/,
        () => db.deleteFrom('match').where('closed', 'is', null).where('kind', '=', 0).execute(),
      ],
    ];
    for (const [expected, plant] of faults) {
      await plant();
      assert.match((await auditStore(store, evaluator)).join('\n'), expected);
    }
  });
});
