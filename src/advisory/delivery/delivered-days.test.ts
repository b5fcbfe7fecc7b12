import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { startServer } from '../../../test/support/loopback-server.ts';
import { createPublicationWorld } from './publication.fixture.ts';

/** Days of the publications: seven days ago, one day ago and today. */
const [WEEK_AGO, YESTERDAY, TODAY] = [0, 6, 7];

/** Serves the files of a directory, which may be replaced, on the loopback. */
async function serveFolder(findFolder: () => string) {
  return await startServer((request, response) => {
    const file = path.join(findFolder(), new URL(request.url ?? '', 'http://a').pathname);
    const content = fs.existsSync(file) ? fs.readFileSync(file) : undefined;
    response.writeHead(content === undefined ? 404 : 200).end(content);
  });
}

/** Copies a publication, and changes the copy as an attacker without the key can. */
function changeCopy(folder: string, change: (copy: string) => void): string {
  const copy = fs.mkdtempSync(`${folder}-`);
  fs.cpSync(folder, copy, { recursive: true });
  change(copy);
  return copy;
}

function listDeltas(folder: string): string[] {
  const deltas = path.join(folder, 'deltas');
  return fs.readdirSync(deltas).map((name) => path.join(deltas, name));
}

test('updates by deltas from seven days ago to today, and refuses four attacks by name', async (t) => {
  const world = createPublicationWorld(t);
  const { target, root, source } = world;
  let served = target;
  await using server = await serveFolder(() => served);
  await world.publish(0, WEEK_AGO);
  const weekAgo = changeCopy(target, () => undefined);
  await world.update(server.origin, WEEK_AGO);
  for (const [state, day] of [
    [1, YESTERDAY],
    [2, TODAY],
  ] as const) {
    await world.publish(state, day);
    const before = world.readShards(root);
    const attacks: readonly (readonly [message: RegExp, folder: string, code?: string])[] = [
      [
        /^changed file: .*deltas\//,
        changeCopy(target, (copy) => {
          for (const file of listDeltas(copy)) {
            const content = fs.readFileSync(file);
            content[content.length >> 1] = (content[content.length >> 1] ?? 0) ^ 1;
            fs.writeFileSync(file, content);
          }
        }),
        'E_DIGEST_MISMATCH',
      ],
      [
        /^swapped file: the content is that of shards\//,
        changeCopy(target, (copy) => {
          const shards = path.join(copy, 'shards');
          const [other = ''] = fs.readdirSync(shards);
          for (const file of listDeltas(copy)) {
            fs.copyFileSync(path.join(shards, other), file);
          }
        }),
        'E_DIGEST_MISMATCH',
      ],
      [/^rollback: .* has the sequence number /, weekAgo],
    ];
    // An index is accepted before its files are downloaded, so an earlier one is refused already.
    for (const [message, folder, code = 'E_DB_UNTRUSTED'] of attacks) {
      served = folder;
      await assert.rejects(world.update(server.origin, day), { code, message });
      assert.deepEqual(world.readShards(root), before, String(message));
    }
    served = target;
    await assert.rejects(world.update(server.origin, day + 8), {
      code: 'E_DB_UNTRUSTED',
      message: /^freeze: .* expired /,
    });
    assert.deepEqual(world.readShards(root), before);
    const count = server.requests.length;
    await world.update(server.origin, day);
    const files = server.requests.slice(count).filter((line) => !line.includes('/index.json'));
    assert.ok(
      files.length > 0 && files.every((line) => line.startsWith('GET /deltas/')),
      String(files),
    );
    assert.deepEqual(world.readShards(root), world.readShards(source), 'equal to the build');
  }
  const left = fs.readdirSync(root).filter((name) => /^(?:download-|update\.lock)/.test(name));
  assert.deepEqual(left, []);
});

test('a complete update repairs a damaged page of an unchanged layer', async (t) => {
  const world = createPublicationWorld(t);
  const { target, root, source } = world;
  await world.publish(0, 0);
  await world.update(target, 0);
  for (const name of world.readShards(root).keys()) {
    const generation = fs.readFileSync(path.join(root, 'current'), 'utf8').trim();
    const file = path.join(root, generation, `${name.replace(/^\//, '')}.db`);
    const content = fs.readFileSync(file);
    content[content.length >> 1] = (content[content.length >> 1] ?? 0) ^ 1;
    const { atime, mtime } = fs.statSync(file);
    fs.chmodSync(file, 0o644);
    fs.writeFileSync(file, content);
    fs.utimesSync(file, atime, mtime);
    assert.equal((await world.update(target, 0)).isNewer, false, 'a scan does not read all pages');
    assert.equal((await world.update(target, 0, { isThorough: true })).isNewer, true, name);
    assert.deepEqual(world.readShards(root), world.readShards(source), name);
  }
  assert.equal((await world.update(target, 0, { isThorough: true })).isNewer, false);
});
