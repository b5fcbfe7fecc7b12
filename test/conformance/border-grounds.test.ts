import assert from 'node:assert/strict';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { BORDER_GROUNDS, StatedRanges } from './border-grounds.ts';
import { requestOrders } from './border-ranges.ts';
import { type BorderRow, listDifferingRows, type WrittenFindings } from './border-rows.ts';
import { NativeOrders } from './native-orders.ts';

/** Statements as Grype's database stores them: ID, and the affected or unaffected range. */
function readStated(affected: string, unaffected: string): StatedRanges {
  const source = new DatabaseSync(':memory:');
  source.exec(`
    CREATE TABLE vulnerability_handles (id INTEGER, name TEXT);
    CREATE TABLE blobs (id INTEGER, value TEXT);
    CREATE TABLE vulnerability_aliases (name TEXT, alias TEXT);
    INSERT INTO vulnerability_handles VALUES (1, 'CVE-1'), (2, 'ALSA-1');
  `);
  for (const table of [
    'affected_package',
    'affected_cpe',
    'unaffected_package',
    'unaffected_cpe',
  ]) {
    source.exec(`CREATE TABLE ${table}_handles (vulnerability_id INTEGER, blob_id INTEGER)`);
  }
  const blob = source.prepare('INSERT INTO blobs VALUES (?, ?)');
  const createRanges = (constraint: string) => ({ ranges: [{ version: { constraint } }] });
  blob.run(1, JSON.stringify(createRanges(affected)));
  blob.run(2, JSON.stringify(createRanges(unaffected)));
  source.exec(`INSERT INTO vulnerability_aliases VALUES ('ALSA-1', 'CVE-1');
    INSERT INTO affected_cpe_handles VALUES (1, 1);
    INSERT INTO unaffected_package_handles VALUES (2, 2);`);
  return new StatedRanges(source);
}

const ROW: BorderRow = {
  mode: 'default',
  kind: 'extra',
  list: 'almalinux-9',
  id: 'CVE-1',
  type: 'UnknownPackage',
  name: 'a',
  version: '1.9',
  purl: '',
  ranges: [{ constraint: '< 2', version: '1.9', format: 'none', isOfSource: false }],
  detail: '',
};

function findGround(more: Partial<BorderRow>, isUnevaluated = false): string {
  const row = { ...ROW, ...more };
  const orders = new NativeOrders();
  requestOrders(row, orders);
  orders.runTools();
  const evidence = { orders, stated: readStated('<2', '>= 3'), isUnevaluated: () => isUnevaluated };
  const ground = BORDER_GROUNDS.find(
    ({ kinds, isProven }) => kinds.includes(row.kind) && isProven(row, evidence),
  );
  return ground?.id ?? '';
}

const createHeld = (constraint: string, version: string) => ({
  ranges: [{ constraint, version, format: 'none', isOfSource: false }],
});

test('proves additional findings of ours by a stated range that matches', () => {
  assert.equal(findGround({}), 'in-range');
  assert.equal(findGround(createHeld('<2', '2.0')), '');
  assert.equal(findGround(createHeld('<2.5', '1.9')), '');
  assert.equal(findGround({ ...createHeld('< 3', '1.9') }), 'before-erratum');
  assert.equal(findGround({ ...createHeld('< 3', '1.9'), list: 'rocky-9' }), '');
});

test('proves missing findings of ours by ranges without a match, or by a reported rejection', () => {
  const missing = { kind: 'missing' } as const;
  assert.equal(findGround({ ...missing, ...createHeld('<2', '2.0') }), 'not-in-range');
  assert.equal(findGround({ ...missing, ...createHeld('<2', '1.9') }), '');
  assert.equal(findGround({ ...missing, ...createHeld('>=1.0,<2||=3', '3.0') }), '');
  const refused = { ...missing, type: 'deb', ...createHeld('<2', 'no version') };
  assert.equal(findGround(refused), '');
  assert.equal(findGround(refused, true), 'version-refused');
  assert.equal(
    findGround({ ...missing, type: 'deb', ...createHeld('<no version', '2') }),
    'bound-refused',
  );
  assert.equal(findGround({ ...missing, ...createHeld('<2rc1', '1.9') }), 'bound-refused');
});

test('the epoch of a source is that of the version it is compared with', () => {
  const source = { constraint: '< 1:2-1', version: '3-1', format: 'none' };
  const missing = { kind: 'missing', type: 'rpm' } as const;
  assert.equal(
    findGround({ ...missing, ranges: [{ ...source, isOfSource: true }] }),
    'not-in-range',
  );
  assert.equal(findGround({ ...missing, ranges: [{ ...source, isOfSource: false }] }), '');
});

const createWritten = (id: string, state = 'fixed'): WrittenFindings => ({
  matches: [
    {
      vulnerability: { id, fix: { state } },
      matchDetails: [{ type: 'cpe-match', found: { versionConstraint: '< 2 (unknown)' } }],
      artifact: { type: 'deb', name: 'a', version: '1' },
    },
  ],
});

test('findings of one program differ, and with --parity those with different details', () => {
  const listKinds = (theirs: WrittenFindings, ours: WrittenFindings, mode: BorderRow['mode']) =>
    listDifferingRows(theirs, ours, { mode, list: 'x' }).map(({ kind, id }) => `${kind} ${id}`);
  assert.deepEqual(listKinds(createWritten('A'), createWritten('B'), 'default'), [
    'missing A',
    'extra B',
  ]);
  assert.deepEqual(listKinds(createWritten('A'), createWritten('A', 'not-fixed'), 'default'), []);
  assert.deepEqual(listKinds(createWritten('A'), createWritten('A', 'not-fixed'), 'parity'), [
    'differs A',
  ]);
  assert.deepEqual(
    listDifferingRows(createWritten('A'), { matches: [] }, { mode: 'parity', list: 'x' })[0]
      ?.ranges,
    [{ constraint: '< 2', version: '1', format: 'unknown', isOfSource: false }],
  );
});
