import assert from 'node:assert/strict';
import { createHmac, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { readNextOutput, runProgram, startProgram } from '../support/run-program.ts';
import { ServerWorld } from '../support/server-world.ts';

function readFiles(folder: string): string {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => readFileSync(join(parentPath, name), 'latin1'))
    .join('\n');
}

test('secrets of subscriptions are only in the store with their key', async (t) => {
  const resources = new AsyncDisposableStack();
  t.after(async () => await resources.disposeAsync());
  const world = resources.use(new ServerWorld());
  await world.importDatabase();
  world.writeTarget();
  const writeKey = (name: string, content: string): string => {
    const path = join(world.root, name);
    writeFileSync(path, content);
    return path;
  };
  const key = writeKey('key', `${randomBytes(32).toString('base64')}\n`);
  const other = writeKey('other', randomBytes(32).toString('hex'));

  let secret = '';
  const receiver = createServer((request, response) => {
    void text(request).then((body) => {
      const {
        'webhook-id': id,
        'webhook-timestamp': time,
        'webhook-signature': given,
      } = request.headers as Record<string, string>;
      const signing = Buffer.from(secret.slice('whsec_'.length), 'base64');
      const signature = createHmac('sha256', signing)
        .update(`${id}.${time}.${body}`)
        .digest('base64');
      response.writeHead(given === `v1,${signature}` ? 204 : 401).end();
    });
  }).listen(0, '127.0.0.1');
  await once(receiver, 'listening');
  resources.defer(() => void receiver.close());
  const { port } = receiver.address() as AddressInfo;

  const own = ['--server-dir', world.folder];
  const run = async (...args: readonly string[]) => await runProgram([...args, ...own]);
  const serve = ['serve', '--db', world.database, '--listen', '127.0.0.1:0', ...own];
  const start = async (...more: readonly string[]) => {
    const { child, ended } = startProgram([...serve, '--allow-host', '127.0.0.1', ...more]);
    resources.defer(() => void child.kill('SIGKILL'));
    await readNextOutput({ child, ended });
    return async () => {
      child.kill('SIGTERM');
      return await ended;
    };
  };

  const end = await start('--secrets-key', key);
  const added = await run('serve', 'notify', 'add', 'ops', `http://127.0.0.1:${port}/hook`, '-q');
  secret = /whsec_\S+/.exec(added.stdout)?.[0] ?? '';
  assert.notEqual(secret, '', added.stderr);
  assert.equal((await run('serve', 'notify', 'test', 'ops')).stdout, 'Sent: status 204\n');
  assert.equal((await run('push', `dir:${world.target}`, '-q')).status, 0);
  const backup = await run('serve', 'admin', 'backup', join(world.root, 'backup'));
  assert.equal(backup.status, 0, backup.stderr);
  await end();
  const raw = secret.slice('whsec_'.length);
  assert.ok(!readFiles(world.folder).includes(raw));
  assert.ok(!readFiles(join(world.root, 'backup')).includes(raw));

  for (const more of [[], ['--secrets-key', other]]) {
    const { status, stderr } = await runProgram([...serve, ...more]);
    assert.equal(status, 1, stderr);
    assert.match(stderr, /^error\[E_SECRETS_KEY\]: the secrets of the subscription "ops" need/m);
  }
  const unreadable = await runProgram([...serve, '--secrets-key', join(world.root, 'none')]);
  assert.match(unreadable.stderr, /^error\[E_SECRETS_KEY\]: could not read the key/m);
  const short = await runProgram([...serve, '--secrets-key', writeKey('short', 'abc')]);
  assert.match(short.stderr, /is not a key: expected 32 bytes/);

  const keys = ['--secrets-key', other, '--old-secrets-key', key];
  const changed = await run('serve', 'admin', 'secrets', 'encrypt', ...keys);
  assert.match(
    changed.stdout,
    /^the secrets of 1 subscription are now encrypted with the key \w+$/m,
  );
  assert.match(
    (await run('serve', 'admin', 'secrets', 'status')).stdout,
    /^1 subscription: key \w{16}$/m,
  );
  const endAgain = await start('--secrets-key', other);
  assert.equal((await run('serve', 'notify', 'test', 'ops')).stdout, 'Sent: status 204\n');
  await endAgain();
  assert.equal((await run('serve', 'admin', 'secrets', 'forget')).stdout, 'removed ops\n');
});
