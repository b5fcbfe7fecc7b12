import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { readSigningKeys } from './key-directory.ts';
import { type KeyList, signKeySet } from './key-list.ts';
import { createPublicationWorld, type PublicationWorld } from './publication.fixture.ts';
import { createSigningKey, formatPrivateKey, formatPublicKey } from './signing-key.ts';

const [FIRST, SECOND, THIRD, STRANGER] = Array.from({ length: 4 }, createSigningKey);
const KEYS = [FIRST, SECOND, THIRD].flatMap((key) => key ?? []);
assert.ok(FIRST && SECOND && THIRD && STRANGER);
const [A, B, C, X] = [FIRST, SECOND, THIRD, STRANGER];

/** Two of three keys must sign. */
const TWO_OF_THREE: KeyList = [signKeySet({ version: 1, threshold: 2, keys: KEYS }, KEYS)];

/** Writes the key list that a client trusts. */
function writeKeyFile({ folder }: PublicationWorld, keys: KeyList): string {
  const keyFile = path.join(folder, 'trusted.json');
  fs.writeFileSync(keyFile, JSON.stringify({ keys }));
  return keyFile;
}

test('accepts an index that as many keys signed as the threshold requires', async (t) => {
  const world = createPublicationWorld(t);
  const keyFile = writeKeyFile(world, TWO_OF_THREE);
  for (const [day, signers] of [
    [A, B],
    [C, B],
    [X, A, C],
    [A, B, C],
  ].entries()) {
    await world.publish(day % 3, day, { signers, keys: TWO_OF_THREE });
    await world.update(world.target, day, { keyFile });
    assert.deepEqual(world.readShards(world.root), world.readShards(world.source));
  }
});

test('refuses an index with fewer signatures of different keys', async (t) => {
  const world = createPublicationWorld(t);
  const keyFile = writeKeyFile(world, TWO_OF_THREE);
  for (const [day, signers] of [[A], [B, B], [C, C, C], [A, X], [X, X]].entries()) {
    await world.publish(day % 3, day, { signers, keys: TWO_OF_THREE });
    await assert.rejects(world.update(world.target, day, { keyFile }), {
      code: 'E_DB_UNTRUSTED',
      message:
        signers.includes(A) || signers.includes(B) || signers.includes(C)
          ? /^too few signatures: .* has 1 of trusted keys, and needs 2$/
          : /^unknown key: /,
    });
    assert.equal(world.readShards(world.root).size, 0);
  }
});

test('follows a rotation only if enough of the old keys signed it', async (t) => {
  const world = createPublicationWorld(t);
  const next = { version: 2, threshold: 1, keys: [X] };
  const keyFile = writeKeyFile(world, TWO_OF_THREE);
  const stolen = [...TWO_OF_THREE, signKeySet(next, [A, X])];
  await world.publish(0, 0, { signers: [X], keys: stolen });
  await assert.rejects(world.update(world.target, 0, { keyFile }), {
    code: 'E_DB_UNTRUSTED',
    message: /^too few signatures: key set 2 has 1 of trusted keys, and needs 2$/,
  });
  const rotated = [...TWO_OF_THREE, signKeySet(next, [A, C, X])];
  await world.publish(1, 1, { signers: [X], keys: rotated });
  await world.update(world.target, 1, { keyFile });
  await world.publish(2, 2, { signers: [A, B, C], keys: TWO_OF_THREE });
  await assert.rejects(world.update(world.target, 2, { keyFile }), {
    code: 'E_DB_UNTRUSTED',
    message: /^unknown key: /,
  });
});

test('requires all keys that a publisher names without a key list', async (t) => {
  const world = createPublicationWorld(t);
  const files = [A, B].map((key, at) => {
    const file = path.join(world.folder, `${at}.pem`);
    fs.writeFileSync(file, formatPrivateKey(key));
    return file;
  });
  const { signers, keys, keySet } = readSigningKeys(files);
  assert.equal(keySet.threshold, 2);
  const keyFile = path.join(world.folder, 'first.pem');
  fs.writeFileSync(keyFile, formatPublicKey(A));
  await world.publish(0, 0, { signers, keys });
  await world.update(world.target, 0, { keyFile });
  await world.publish(1, 1, { signers: [A], keys });
  await assert.rejects(world.update(world.target, 1, { keyFile }), {
    code: 'E_DB_UNTRUSTED',
    message: /^too few signatures: /,
  });
});
