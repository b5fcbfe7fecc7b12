import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createEntries, createFileNames, openWritten, writeEntries } from './page-file.fixture.ts';
import { type EntryProof, proveEntries, verifyEntries } from './prove-entries.ts';

/** Returns what a proof proves after it was written to a file and read again. */
function verifyWritten(proof: EntryProof): Record<string, string> {
  const read = JSON.parse(JSON.stringify(proof)) as EntryProof;
  return Object.fromEntries(verifyEntries(read).map(({ key, value }) => [key, value.toString()]));
}

test('a proof proves all entries with a prefix, and that there are no others', (t) => {
  const name = createFileNames(t);
  const entries = createEntries(20_000);
  using file = openWritten(writeEntries(name(), entries));
  const some = [...entries.keys()][99] ?? '';
  for (const prefix of [some, some.split('\0')[0] ?? '', 'package-12', 'package-', '', 'q', 'a']) {
    const expected = [...entries].filter(([key]) => key.startsWith(prefix));
    const proof = proveEntries(file, prefix);
    assert.equal(proof.root, file.root);
    assert.deepEqual(verifyWritten(proof), Object.fromEntries(expected));
  }
  assert.ok(proveEntries(file, some).pages.length <= 4);
  using empty = openWritten(writeEntries(name(), new Map()));
  assert.deepEqual(verifyWritten(proveEntries(empty, 'a')), {});
});

test('a changed proof is refused', (t) => {
  const name = createFileNames(t);
  const entries = createEntries(20_000);
  using file = openWritten(writeEntries(name(), entries));
  using other = openWritten(writeEntries(name(), createEntries(20_000, 2)));
  const proof = proveEntries(file, 'package-12');
  const [root = '', ...others] = proof.pages;
  const flipped = Buffer.from(proof.pages.at(-1) ?? '', 'base64');
  flipped[50] = (flipped[50] ?? 0) ^ 1;
  const changes: readonly (readonly [string, Partial<EntryProof>])[] = [
    ['another root', { root: other.root }],
    ['no root', { root: '' }],
    ['a missing root page', { pages: others }],
    ['a missing leaf', { pages: proof.pages.slice(0, -1) }],
    ['a missing inner leaf', { pages: proof.pages.filter((_, at) => at !== 2) }],
    ['a page twice', { pages: [...proof.pages, root] }],
    ['an unrelated page', { pages: [...proof.pages, ...proveEntries(other, 'b').pages.slice(1)] }],
    ['a changed page', { pages: [...proof.pages.slice(0, -1), flipped.toString('base64')] }],
    ['no pages', { pages: [] }],
    ['another prefix', { prefix: Buffer.from('package-5').toString('base64') }],
  ];
  for (const [what, change] of changes) {
    assert.throws(() => verifyEntries({ ...proof, ...change }), { code: 'E_PROOF_INVALID' }, what);
  }
});
