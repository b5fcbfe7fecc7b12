import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { slack } from '../../src/server/notify/channel/slack.ts';
import { writeEvent } from '../../src/server/notify/write-event.ts';
import { Store } from '../../src/server/store/store.ts';
import { compileProgram } from './compile-program.ts';

/*
 * Compares a message with the types that Slack publishes. They are installed elsewhere:
 * npm install --ignore-scripts @slack/types
 */

const [types] = process.argv.slice(2);
if (types === undefined) {
  throw new Error('name the package: npm run conformance -- slack PATH/node_modules/@slack/types');
}
const folder = mkdtempSync(join(tmpdir(), 'plimsoll-slack-'));
try {
  const message = await sendMessage();
  assert.equal(compile(message), '', message);
  for (const [from, to] of [
    ['"header"', '"heading"'],
    ['"mrkdwn"', '"markdown"'],
    ['"blocks":[', '"blocks":[1,'],
  ] as const) {
    assert.ok(message.includes(from), from);
    assert.match(compile(message.replace(from, to)), /error TS/, to);
  }
  process.stdout.write('a message has the types of Slack, and three wrong ones do not\n');
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** Sends a message about a change to a receiver on loopback, and returns its body. */
async function sendMessage(): Promise<string> {
  const received = Promise.withResolvers<string>();
  const server = createServer((request, response) => {
    text(request).then(received.resolve, received.reject);
    response.end('ok');
  });
  server.listen(0, '127.0.0.1');
  await new Promise((done) => server.once('listening', done));
  await using store = await Store.open({ folder: join(folder, 'store') });
  const head = { id: 'msg_1', source: 'https://x', kind: 'change.data', at: 0, subject: 'CVE-1' };
  const effects = [
    { kind: 'opened', count: 2, images: 2, rows: '/api/v1/causes/1/images?effect=opened' },
  ];
  const body = writeEvent(head, { summary: 'advisories changed', effects });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const network = { allowedHosts: new Set(['127.0.0.1']) };
  const context = { now: 0, store, subscription: 1, network, scope: {} };
  await slack.send({ url, secrets: [] }, { id: 'msg_1', body }, context);
  server.closeAllConnections();
  server.close();
  return await received.promise;
}

function compile(message: string): string {
  const module = JSON.stringify(join(resolve(types ?? ''), 'dist/index.js'));
  const source = `import type { KnownBlock } from ${module};
export const message: { text: string; blocks: KnownBlock[] } = ${message};\n`;
  return compileProgram(join(folder, 'message.mts'), source, ['--skipLibCheck']);
}
