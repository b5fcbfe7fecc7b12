import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { isRecord } from '../../src/foundation/syntax/json/guard.ts';
import { createTinyArchive } from '../support/database-mirror.ts';
import { runProgram } from '../support/run-program.ts';

const BUILT = '2026-01-02T03:04:05Z';

/** Imports a database in a temporary directory. */
async function createWorld(t: TestContext) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'plimsoll-proof-'));
  t.after(() => fs.rmSync(folder, { recursive: true, force: true }));
  const at = (name: string): string => path.join(folder, name);
  const run = (...args: readonly string[]) => runProgram(['db', ...args]);
  fs.writeFileSync(at('archive.tar.zst'), createTinyArchive(BUILT));
  const imported = await run('import', at('archive.tar.zst'), '--db', at('source'));
  assert.equal(imported.status, 0, imported.stderr);
  /** Writes the proof of a package, and returns the file. */
  const prove = async (word: string, database: string): Promise<string> => {
    const { status, stdout, stderr } = await run('prove', word, '--db', at(database));
    assert.equal(status, 0, stderr);
    const file = at(`${word.replaceAll(/\W/g, '-')}.proof.json`);
    fs.writeFileSync(file, stdout);
    return file;
  };
  /** Verifies a proof without a database. */
  const verify = (file: string, ...more: readonly string[]) =>
    run('verify', '--proof', file, '--db', at('none'), '--offline', ...more);
  return { at, run, prove, verify };
}

function readJson(text: string): Readonly<Record<string, unknown>> {
  const value: unknown = JSON.parse(text);
  assert.ok(isRecord(value));
  return value;
}

test('proves the statements about a package to somebody without the database', async (t) => {
  const { at, run, prove, verify } = await createWorld(t);
  const file = await prove('pkg:npm/left-pad', 'source');
  const { status, stdout, stderr } = await verify(file);
  assert.equal(status, 0, stderr);
  const [first = '', , row = ''] = stdout.split('\n');
  const root = /^Proven by the shard ecosystem-npm of the layer base: (sha256:[0-9a-f]{64})$/.exec(
    first,
  )?.[1];
  assert.ok(root !== undefined, first);
  assert.match(row, /^GHSA-aaaa-bbbb-cccc +left-pad /);
  assert.match(stderr, /^Compare these roots with those of a database that you trust/);
  const { shards } = readJson((await run('status', '--db', at('source'), '-o', 'json')).stdout);
  assert.ok(JSON.stringify(shards).includes(root), 'the status prints the root');
  assert.equal((await verify(file, '--root', root)).stderr, '');
  const other = await verify(file, '--root', `sha256:${'0'.repeat(64)}`);
  assert.equal(other.status, 1);
  assert.match(other.stderr, /error\[E_PROOF_INVALID\]: .* which --root does not name/);
  const unsigned = await verify(file, '--db-key', at('archive.tar.zst'));
  assert.match(unsigned.stderr, /error\[E_PROOF_INVALID\]: the proof has no signed index/);
  const rebuilt = await run('import', at('archive.tar.zst'), '--db', at('again'));
  assert.equal(rebuilt.status, 0);
  const again = await prove('pkg:npm/left-pad', 'again');
  assert.equal((await verify(again, '--root', root)).status, 0, 'the same root after a new import');
});

test('proves that there are no statements, and refuses a changed proof', async (t) => {
  const { prove, verify, run } = await createWorld(t);
  const none = await prove('pkg:npm/right-pad', 'source');
  const proven = await verify(none);
  assert.equal(proven.status, 0, proven.stderr);
  assert.match(proven.stdout, /\nThese shards have no statements about the package\n$/);
  const file = await prove('pkg:npm/left-pad', 'source');
  const text = fs.readFileSync(file, 'utf8');
  fs.writeFileSync(file, text.replaceAll('"left-pad"', '"right-pad"'));
  const renamed = await verify(file);
  assert.equal(renamed.status, 1);
  assert.match(renamed.stderr, /error\[E_PROOF_INVALID\]: the proof is not about "right-pad"/);
  fs.writeFileSync(file, '{"proofs":');
  assert.notEqual((await verify(file)).status, 0);
  assert.equal((await run('prove')).status, 3);
});

test('ties a proof to the index that the publisher signed', async (t) => {
  const { at, run, prove, verify } = await createWorld(t);
  await run('keys', 'create', at('keys'));
  await run('keys', 'create', at('other'));
  const key = ['--db-key', at('keys/public.pem')];
  const signing = ['--key', at('keys/private.pem'), '--db', at('source')];
  const published = await run('publish', at('public'), ...signing);
  const sequence = /^Index +(\d+),/.exec(published.stdout)?.[1] ?? '';
  const updated = await run('update', '--db', at('client'), '--db-url', at('public'), ...key);
  assert.equal(updated.status, 0, updated.stderr);
  const file = await prove('pkg:npm/left-pad', 'client');
  const signed = await verify(file, ...key);
  assert.equal(signed.status, 0, signed.stderr);
  assert.match(
    signed.stdout,
    new RegExp(`\\nSigned by the publisher: index ${sequence}, created 20[-0-9T:.]+Z\\n`),
  );
  assert.match(signed.stdout, /\nGHSA-aaaa-bbbb-cccc /);
  assert.equal(signed.stderr, '');
  const json = readJson((await verify(file, ...key, '-o', 'json')).stdout);
  assert.equal(json['isTrusted'], true);
  assert.ok(isRecord(json['index']) && String(json['index']['sequence']) === sequence);
  assert.match(
    (await verify(file)).stderr,
    /^Verify the signed index of the proof .*--db-key FILE/,
  );
  const stranger = await verify(file, '--db-key', at('other/public.pem'));
  assert.equal(stranger.status, 1);
  assert.match(stranger.stderr, /error\[E_DB_UNTRUSTED\]: unknown key: .* of the proof is signed/);
  const proof = readJson(fs.readFileSync(file, 'utf8'));
  const { index } = proof;
  assert.ok(isRecord(index) && isRecord(index['signed']));
  const later = { ...index, signed: { ...index['signed'], sequence: 9_999_999_999 } };
  fs.writeFileSync(file, JSON.stringify({ ...proof, index: later }));
  assert.match((await verify(file, ...key)).stderr, /error\[E_DB_UNTRUSTED\]: bad signature: /);
  // Documents of another database do not become signed by a foreign index.
  const edited = at('edited.tar.zst');
  const change = "UPDATE blobs SET value = replace(value, 'too far', 'too near');";
  fs.writeFileSync(edited, createTinyArchive(BUILT, change));
  await run('import', edited, '--db', at('edited'));
  const foreign = readJson(fs.readFileSync(await prove('pkg:npm/left-pad', 'edited'), 'utf8'));
  fs.writeFileSync(file, JSON.stringify({ ...foreign, index }));
  const mixed = await verify(file, ...key);
  assert.equal(mixed.status, 1);
  assert.match(mixed.stderr, /error\[E_PROOF_INVALID\]: .* which the signed index does not list/);
});
