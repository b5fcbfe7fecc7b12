import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { startServer } from '../../../test/support/loopback-server.ts';
import { DEFAULT_LIMITS } from '../../core/limits.ts';
import { SILENT } from '../../core/progress.ts';
import { isRecord } from '../../syntax/json/guard.ts';
import { fillDatabase } from '../fill-database.ts';
import { rememberCheck } from '../update/update-state.ts';
import { createKeyDirectory, rotateKeyDirectory } from './key-directory.ts';
import {
  addDays,
  createPublicationWorld,
  type PublicationWorld,
  readTree,
} from './publication.fixture.ts';
import { signDocument } from './signed-document.ts';

interface IndexText {
  keys: unknown[];
  signed: Record<string, unknown>;
  signatures: { key: string; signature: string }[];
}

/** Changes the published index as an attacker without the key can. */
function changeIndex({ target }: PublicationWorld, change: (index: IndexText) => void): void {
  const file = path.join(target, 'index.json');
  const index = JSON.parse(fs.readFileSync(file, 'utf8')) as IndexText;
  change(index);
  fs.writeFileSync(file, JSON.stringify(index));
}

/** Changes the published index and signs it again, as a publisher with a bug does. */
function signIndex(world: PublicationWorld, change: (signed: IndexText['signed']) => void): void {
  changeIndex(world, (index) => {
    change(index.signed);
    const { signed, signatures } = signDocument(index.signed, [world.keys.signer]);
    Object.assign(index, { signed, signatures });
  });
}

/** Publishes and installs a database; then `attack` must be refused and change nothing. */
async function refuse(
  world: PublicationWorld,
  expected: { readonly code: string; readonly message: RegExp },
  attack: () => Promise<unknown>,
): Promise<void> {
  const before = world.readShards(world.root);
  await assert.rejects(attack, expected);
  assert.deepEqual(world.readShards(world.root), before, 'the database is unchanged');
  const names = fs.existsSync(world.root) ? fs.readdirSync(world.root) : [];
  const left = names.filter((name) => /^(?:download-|update\.lock)/.test(name));
  assert.deepEqual(left, [], 'nothing is left behind');
  const generations = names.filter((name) => name.startsWith('generation-'));
  assert.ok(generations.length <= 2, `${generations.length} generations`);
}

/** Lists the complete shards and the deltas of a publication. */
function listShards(world: PublicationWorld): string[] {
  return ['shards', 'deltas'].flatMap((folder) => {
    const files = path.join(world.target, folder);
    const names = fs.existsSync(files) ? fs.readdirSync(files) : [];
    return names.map((name) => `${folder}/${name}`);
  });
}

test('refuses an index with a bad signature', async (t) => {
  const world = createPublicationWorld(t);
  await world.publish(0, 0);
  changeIndex(world, ({ signed }) => (signed['sequence'] = 9_999_999_999));
  await refuse(world, { code: 'E_DB_UNTRUSTED', message: /^bad signature: / }, () =>
    world.update(world.target, 0),
  );
});

test('refuses an index of which any bit is flipped', async (t) => {
  const world = createPublicationWorld(t);
  await world.publish(0, 0);
  const file = path.join(world.target, 'index.json');
  const original = fs.readFileSync(file);
  const start = original.lastIndexOf('"signed"');
  for (let at = start; at < original.length - 3; at += 97) {
    const changed = Buffer.from(original);
    changed[at] = (changed[at] ?? 0) ^ 1;
    fs.writeFileSync(file, changed);
    await assert.rejects(
      () => world.update(world.target, 0),
      (error: Error & { code?: string }) =>
        ['E_DB_UNTRUSTED', 'E_DB_UPDATE'].includes(error.code ?? ''),
      `bit of byte ${at}`,
    );
  }
  assert.equal(world.readShards(world.root).size, 0);
});

test('refuses an index that another key signed', async (t) => {
  const world = createPublicationWorld(t);
  const other = createKeyDirectory(path.join(world.folder, 'other'));
  await world.publish(0, 0, { signers: [other.signer], keys: other.keys });
  await refuse(world, { code: 'E_DB_UNTRUSTED', message: /^unknown key: .*trusted: / }, () =>
    world.update(world.target, 0),
  );
});

test('refuses an index whose signature was removed', async (t) => {
  const world = createPublicationWorld(t);
  await world.publish(0, 0);
  changeIndex(world, (index) => (index.signatures = []));
  await refuse(world, { code: 'E_DB_UNTRUSTED', message: /^no signature: / }, () =>
    world.update(world.target, 0),
  );
});

test('refuses a signed key list in place of an index', async (t) => {
  const world = createPublicationWorld(t);
  await world.publish(0, 0);
  const [first] = world.keys.keys;
  changeIndex(world, (index) => Object.assign(index, first));
  await refuse(world, { code: 'E_DB_UPDATE', message: /document of another type/ }, () =>
    world.update(world.target, 0),
  );
});

test('refuses an earlier index after a later one, also after a failed update', async (t) => {
  const world = createPublicationWorld(t);
  await world.publish(0, 0);
  const old = readTree(world.target);
  await world.update(world.target, 0);
  await world.publish(1, 1);
  await world.update(world.target, 1);
  for (const [name, text] of old) {
    fs.writeFileSync(path.join(world.target, name), text, 'latin1');
  }
  const rollback = { code: 'E_DB_UNTRUSTED', message: /^rollback: .* 1767398400, but 1767484800 / };
  await refuse(world, rollback, () => world.update(world.target, 1));
  await refuse(world, rollback, () => world.update(world.target, 1));
});

test('refuses a second index with the number of an accepted one', async (t) => {
  const world = createPublicationWorld(t);
  const { index } = await world.publish(0, 0);
  await world.update(world.target, 0);
  fs.rmSync(world.target, { recursive: true });
  await world.publish(1, 0);
  signIndex(world, (signed) => (signed['sequence'] = index.sequence));
  await refuse(world, { code: 'E_DB_UNTRUSTED', message: /^replay: / }, () =>
    world.update(world.target, 0),
  );
});

test('refuses an expired index, and names both times', async (t) => {
  const world = createPublicationWorld(t);
  await world.publish(0, 0);
  await world.update(world.target, 0);
  const message =
    /^freeze: .* expired 2026-01-10T00:00:00.000Z, and the clock of this machine says 2026-01-11T/;
  await refuse(world, { code: 'E_DB_UNTRUSTED', message }, () => world.update(world.target, 8));
});

test('refuses an index from the future, and names both times', async (t) => {
  const world = createPublicationWorld(t);
  await world.publish(0, 3);
  const message =
    /^clock skew: .* created 2026-01-06T.*, but the clock of this machine says 2026-01-03T/;
  await refuse(world, { code: 'E_DB_UNTRUSTED', message }, () => world.update(world.target, 0));
});

test('a setting of the current time does not revive an expired index', async (t) => {
  const world = createPublicationWorld(t);
  await world.publish(0, 0);
  await refuse(world, { code: 'E_DB_UNTRUSTED', message: /^freeze: / }, () =>
    world.update(world.target, 0, { machineTime: addDays(8) }),
  );
});

test('refuses a shard with a flipped bit', async (t) => {
  const world = createPublicationWorld(t);
  await world.publish(0, 0);
  await world.update(world.target, 0);
  await world.publish(1, 1);
  for (const name of listShards(world)) {
    const file = path.join(world.target, name);
    const content = fs.readFileSync(file);
    content[Math.floor(content.length / 2)] = (content.at(content.length / 2) ?? 0) ^ 4;
    fs.writeFileSync(file, content);
  }
  await refuse(world, { code: 'E_DIGEST_MISMATCH', message: /^changed file: / }, () =>
    world.update(world.target, 1),
  );
});

test('refuses two shards that were swapped', async (t) => {
  const world = createPublicationWorld(t);
  await world.publish(0, 0);
  const [first = '', second = ''] = listShards(world).map((name) => path.join(world.target, name));
  fs.renameSync(first, `${first}.x`);
  fs.renameSync(second, first);
  fs.renameSync(`${first}.x`, second);
  const message = /^swapped file: the content is that of shards\/[0-9a-f]{64}\.zst: /;
  await refuse(world, { code: 'E_DIGEST_MISMATCH', message }, () => world.update(world.target, 0));
});

test('refuses a shard of another index', async (t) => {
  const world = createPublicationWorld(t);
  await world.publish(0, 0);
  const before = listShards(world);
  await world.update(world.target, 0);
  await world.publish(1, 1);
  const after = listShards(world);
  const [oldName = ''] = before.filter((name) => name.includes('.'));
  for (const name of after.filter((one) => !before.includes(one))) {
    fs.copyFileSync(path.join(world.target, oldName), path.join(world.target, name));
  }
  const message =
    /^(?:changed file: the content is damaged, or belongs to another index|swapped file)/;
  await refuse(world, { code: 'E_DIGEST_MISMATCH', message }, () => world.update(world.target, 1));
});

test('refuses a publication without one of its files', async (t) => {
  const world = createPublicationWorld(t);
  await world.publish(0, 0);
  for (const name of listShards(world)) {
    fs.rmSync(path.join(world.target, name));
  }
  await refuse(
    world,
    { code: 'E_DB_UPDATE', message: /could not read .*which the index lists/ },
    () => world.update(world.target, 0),
  );
});

test('refuses names that lead out of the directory, even if they are signed', async (t) => {
  for (const name of ['../evil', '..', 'a/b', '/etc/x', 'a\\b', 'x\u0000', '']) {
    const world = createPublicationWorld(t);
    await world.publish(0, 0);
    signIndex(world, ({ layers }) => {
      const [layer] = Array.isArray(layers) ? layers.filter(isRecord) : [];
      const [shard] = Array.isArray(layer?.['shards']) ? layer['shards'].filter(isRecord) : [];
      Object.assign(shard ?? {}, { name });
    });
    const message = /is not a name of a layer or shard$/;
    await refuse(world, { code: 'E_DB_UPDATE', message }, () => world.update(world.target, 0));
  }
});

test('refuses a layer whose name leads out of the directory', async (t) => {
  const world = createPublicationWorld(t);
  await world.publish(0, 0);
  signIndex(world, ({ layers }) => {
    const [layer] = Array.isArray(layers) ? layers.filter(isRecord) : [];
    Object.assign(layer ?? {}, { id: '../../evil' });
  });
  await refuse(world, { code: 'E_DB_UPDATE', message: /"\.\.\/\.\.\/evil" is not a name/ }, () =>
    world.update(world.target, 0),
  );
});

test('refuses malformed members, digests and formats, even if they are signed', async (t) => {
  const changes: ((signed: Record<string, unknown>) => void)[] = [
    (signed) => (signed['sequence'] = -1),
    (signed) => (signed['sequence'] = '5'),
    (signed) => (signed['created'] = 'yesterday'),
    (signed) => (signed['expires'] = undefined),
    (signed) => (signed['layers'] = {}),
    (signed) => (signed['layers'] = [...(signed['layers'] as []), ...(signed['layers'] as [])]),
    (signed) => (signed['format'] = 2),
    (signed) => (signed['type'] = 'plimsoll-keys'),
  ];
  for (const change of changes) {
    const world = createPublicationWorld(t);
    await world.publish(0, 0);
    signIndex(world, change);
    await refuse(world, { code: 'E_DB_UPDATE', message: /index/ }, () =>
      world.update(world.target, 0),
    );
  }
});

test('refuses an index that is too large, too deep or not JSON', async (t) => {
  const world = createPublicationWorld(t);
  await world.publish(0, 0);
  const limits = { ...DEFAULT_LIMITS, httpAnswerBytesMax: 1000 };
  await refuse(world, { code: 'E_LIMIT', message: /has more than 1000 bytes/ }, () =>
    world.update(world.target, 0, { limits }),
  );
  const file = path.join(world.target, 'index.json');
  fs.writeFileSync(file, `{"signed":${'['.repeat(100_000)}${']'.repeat(100_000)}}`);
  await refuse(world, { code: 'E_LIMIT', message: /nested more deeply/ }, () =>
    world.update(world.target, 0),
  );
  fs.writeFileSync(file, '{"signed":');
  await refuse(world, { code: 'E_DB_UPDATE', message: /is not valid JSON/ }, () =>
    world.update(world.target, 0),
  );
});

test('accepts no unsigned listing if a key is named', async (t) => {
  const world = createPublicationWorld(t);
  fs.mkdirSync(world.target);
  const listing = { status: 'active', schemaVersion: 'v6.1.9', built: addDays(0), path: 'a' };
  const file = path.join(world.target, 'latest.json');
  fs.writeFileSync(file, JSON.stringify({ ...listing, checksum: `sha256:${'0'.repeat(64)}` }));
  await refuse(world, { code: 'E_DB_UNTRUSTED', message: /^no signature: / }, () =>
    world.update(file, 0),
  );
});

test('trusts no signed index without a key', async (t) => {
  const world = createPublicationWorld(t);
  await world.publish(0, 0);
  const options = { keyFile: undefined } as object;
  await refuse(world, { code: 'E_DB_UNTRUSTED', message: /^no key is trusted: / }, () =>
    world.update(world.target, 0, options),
  );
});

test('trusts the first key if that is requested, and no other key afterwards', async (t) => {
  const world = createPublicationWorld(t);
  await world.publish(0, 0);
  const first = { keyFile: undefined, isFirstKeyTrusted: true } as object;
  await world.update(world.target, 0, first);
  await world.publish(1, 1);
  await world.update(world.target, 1, { keyFile: undefined } as object);
  const other = createKeyDirectory(path.join(world.folder, 'other'));
  await world.publish(2, 2, { signers: [other.signer], keys: other.keys });
  for (const options of [{ keyFile: undefined } as object, first]) {
    await refuse(world, { code: 'E_DB_UNTRUSTED', message: /^unknown key: / }, () =>
      world.update(world.target, 2, options),
    );
  }
});

test('follows rotated keys from any earlier one, and refuses the old key from then on', async (t) => {
  const world = createPublicationWorld(t);
  await world.publish(0, 0);
  await world.update(world.target, 0);
  const folder = path.join(world.folder, 'keys');
  const pinned = path.join(world.folder, 'pinned.pem');
  fs.copyFileSync(world.keyFile, pinned);
  rotateKeyDirectory(folder);
  const newest = rotateKeyDirectory(folder);
  assert.equal(newest.keySet.version, 3);
  await world.publish(1, 1, { signers: [newest.signer], keys: newest.keys });
  await world.update(world.target, 1, { keyFile: pinned });
  // The thief of the first key signs a later index.
  await world.publish(2, 2);
  await refuse(world, { code: 'E_DB_UNTRUSTED', message: /^unknown key: / }, () =>
    world.update(world.target, 2, { keyFile: pinned }),
  );
});

test('refuses a rotation that the old key did not sign', async (t) => {
  const world = createPublicationWorld(t);
  await world.publish(0, 0);
  await world.update(world.target, 0);
  const other = createKeyDirectory(path.join(world.folder, 'other'));
  const { keySet } = rotateKeyDirectory(path.join(world.folder, 'other'));
  const keys = [...world.keys.keys, other.keys[0]].flatMap((one) => one ?? []);
  assert.equal(keySet.version, 2);
  await world.publish(1, 1, { signers: [other.signer], keys });
  await refuse(world, { code: 'E_DB_UNTRUSTED', message: /^unknown key: / }, () =>
    world.update(world.target, 1),
  );
});

test('a damaged state of updates is not taken for a missing one', async (t) => {
  const world = createPublicationWorld(t);
  await world.publish(0, 0);
  await world.update(world.target, 0);
  const file = path.join(world.root, 'update.json');
  const state = fs.readFileSync(file, 'utf8');
  const options = { progress: SILENT, limits: DEFAULT_LIMITS, now: addDays(0) };
  for (const damaged of ['{"delivery":', state.padEnd(2 * 1024 * 1024)]) {
    fs.writeFileSync(file, damaged);
    const refusal = { code: 'E_DB_INVALID', message: /state of updates is damaged/ };
    await refuse(world, refusal, () => world.update(world.target, 0));
    // An unsigned database must not replace one whose keys may be pinned.
    await refuse(world, refusal, () => fillDatabase('unsigned.db', world.root, options));
    rememberCheck(world.root, addDays(1));
    assert.equal(fs.readFileSync(file, 'utf8'), damaged);
  }
});

test('updates over HTTP, and sends an unchanged index only once', async (t) => {
  const world = createPublicationWorld(t);
  await world.publish(0, 0);
  await using server = await startServer((request, response) => {
    const file = path.join(world.target, new URL(request.url ?? '', 'http://a').pathname);
    if (!fs.existsSync(file)) {
      response.writeHead(404).end();
      return;
    }
    const content = fs.readFileSync(file);
    const etag = `"${content.length}"`;
    const isKnown = request.headers['if-none-match'] === etag;
    response.writeHead(isKnown ? 304 : 200, { etag }).end(isKnown ? undefined : content);
  });
  await world.update(server.origin, 0);
  assert.deepEqual(world.readShards(world.root), world.readShards(world.source));
  const count = server.requests.length;
  assert.equal((await world.update(server.origin, 0)).isNewer, false);
  assert.deepEqual(server.requests.slice(count), ['GET /index.json -']);
  for (const name of listShards(world)) {
    fs.appendFileSync(path.join(world.target, name), 'x');
  }
  fs.rmSync(world.root, { recursive: true });
  await refuse(world, { code: 'E_DIGEST_MISMATCH', message: /^changed file: .*http:/ }, () =>
    world.update(server.origin, 0),
  );
});

test('tries the next mirror if the first one is refused', async (t) => {
  const world = createPublicationWorld(t);
  await world.publish(0, 0);
  const good = path.join(world.folder, 'good');
  fs.cpSync(world.target, good, { recursive: true });
  changeIndex(world, ({ signed }) => (signed['sequence'] = 1));
  await world.update(world.target, 0, { places: [world.target, good] });
  assert.deepEqual(world.readShards(world.root), world.readShards(world.source));
});
