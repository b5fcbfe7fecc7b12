import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createInventory } from '../../../test/support/inventory.ts';
import { writeFileList } from './file-list-form.ts';
import { type KeptInventory, readInventoryForm, writeInventoryForm } from './inventory-form.ts';

const LOWER = `sha256:${'a'.repeat(64)}` as const;
const UPPER = `sha256:${'b'.repeat(64)}` as const;

const EVIDENCE = {
  path: '/var/lib/dpkg/status',
  accessPath: '/var/lib/dpkg/status',
  layer: LOWER,
  evidence: 'primary',
} as const;

const createFile = (path: string) =>
  ({ path, type: 'regular', mode: 420, uid: 0, gid: 0, sizeBytes: 1, mimeType: '' }) as const;

/** One of everything that has a special form. */
const { target: _target, ...KEPT } = {
  ...createInventory({
    distro: { id: 'debian', prettyName: 'Débian — 😀' },
    packages: [
      { name: 'none', type: 'deb' },
      {
        name: 'owner',
        type: 'deb',
        ownedFiles: [{ path: '/usr/bin/a' }, { path: '/usr/bin/b c' }],
        otherOwnedFiles: [{ path: '/c' }],
        locations: [EVIDENCE, { path: '/é', accessPath: '/link', line: 3 }],
        licenses: [
          { value: 'MIT', expression: 'MIT', kind: 'declared', urls: [], locations: [EVIDENCE] },
        ],
        metadata: {
          kind: 'dpkg-db-entry',
          value: {
            before: 'é',
            files: Array.from({ length: 20 }, (_, index) => ({ path: `/ä/${index}`, digest: {} })),
            few: [1, null, { deep: [] }],
            after: 7,
          },
        },
      },
      {
        name: 'odd',
        type: 'deb',
        ownedFiles: [{ path: '/line\nbreak' }, { path: '/é' }],
      },
    ],
    relationships: [
      { kind: 'contains-file', from: 'key-of-owner-deb', path: '/usr/bin/a', layer: UPPER },
      { kind: 'contains-file', from: 'key-of-owner-deb', path: '/usr/bin/a', layer: LOWER },
      { kind: 'contains-file', from: 'key-of-owner-deb', path: '/c' },
      { kind: 'contains-file', from: 'key-of-owner-deb', path: '/nowhere', layer: LOWER },
      { kind: 'contains-file', from: 'key-of-none', path: '/b', layer: LOWER },
      { kind: 'evident-by', from: 'key-of-owner-deb', location: EVIDENCE },
      { kind: 'owns-package', from: 'key-of-owner-deb', to: 'key-of-odd-deb', paths: ['/x'] },
    ],
  }),
  files: [
    { ...createFile('/usr/bin/a'), layer: UPPER },
    { ...createFile('/b'), layer: LOWER },
    createFile('/c'),
  ],
  surface: {
    dimensions: [
      { id: 'setuid-files', value: 2, items: ['/gone', '/usr/bin/a'] },
      { id: 'shells', items: [], note: 'unknown' },
    ],
  },
} satisfies KeptInventory & { readonly target: unknown };

function storeInventory(kept: KeptInventory): {
  readonly text: string;
  readonly read: KeptInventory;
} {
  const text = writeInventoryForm(kept) ?? assert.fail('there is a form');
  return { text, read: readInventoryForm(Buffer.from(text, 'latin1')) };
}

test('restores an inventory with its members in order', () => {
  const { text, read } = storeInventory(KEPT);
  const { distro, ...rest } = KEPT;
  assert.equal(JSON.stringify(read), JSON.stringify({ distro, ...rest }));
  assert.deepEqual(read, KEPT);
  assert.match(text, /^[\x20-\x7E\n]*$/, 'ASCII');
  assert.equal(text.split(UPPER).length, 2, 'the digest of a layer stands there once');
  assert.equal(text.split(EVIDENCE.path).length, 3, 'a place of evidence stands there once');
});

test('rejects references to missing layers, files, packages or locations', () => {
  const { text } = storeInventory(KEPT);
  const json = text.slice(12, 12 + Number(text.slice(0, 12)));
  const form = JSON.parse(json) as Record<'layers' | 'locations' | 'inventory' | 'files', object>;
  const corruptForm = (part: Partial<typeof form>): Buffer => {
    const one = JSON.stringify({ ...form, ...part }).replaceAll(/[^\x20-\x7E]/gu, '?');
    return Buffer.from(
      String(one.length).padStart(12, '0') + one + text.slice(12 + json.length),
      'latin1',
    );
  };
  assert.doesNotThrow(() => readInventoryForm(corruptForm({})));
  const wrong: readonly Partial<typeof form>[] = [
    { layers: [] },
    { locations: [] },
    { files: writeFileList([], () => 0) },
    { inventory: { ...form.inventory, packages: [] } },
  ];
  for (const part of wrong) {
    assert.throws(() => readInventoryForm(corruptForm(part)), Object.keys(part).join());
  }
});

test('creates long metadata lists on first access, once, and in their position', () => {
  const value = storeInventory(KEPT).read.packages[1]?.metadata?.value ?? assert.fail('metadata');
  assert.equal(typeof Object.getOwnPropertyDescriptor(value, 'files')?.get, 'function');
  assert.deepEqual(Object.keys(value), ['before', 'files', 'few', 'after']);
  assert.equal(value['files'], value['files']);
  assert.equal(Object.getOwnPropertyDescriptor(value, 'files')?.get, undefined);
});

test('rejects truncated content', () => {
  const { text } = storeInventory(KEPT);
  for (const end of [0, 5, 12, 100, text.indexOf('"lazyMembers"')]) {
    assert.throws(() => readInventoryForm(Buffer.from(text.slice(0, end), 'latin1')));
  }
});
