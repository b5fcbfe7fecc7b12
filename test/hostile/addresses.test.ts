import assert from 'node:assert/strict';
import http from 'node:http';
import type { LookupFunction } from 'node:net';
import { test } from 'node:test';
import { createGuardedLookup } from '../../src/foundation/http/guarded-lookup.ts';
import { channels } from '../../src/server/notify/channel/registry.generated.ts';
import { sendGuarded } from '../../src/server/notify/guarded-request.ts';
import { startReceivingServer } from '../support/receiving-server.ts';

/*
 * Addresses of receivers that lead into the server's own network: as numbers, as names that resolve
 * there, and as names whose answer changes between the check and the connection.
 */

const REQUEST = { method: 'POST', headers: {}, body: '{}' } as const;
const NOBODY = new Set<string>();

/** Forms of addresses of this machine, its network, and the metadata services of clouds. */
const INSIDE: readonly string[] = [
  '127.0.0.1',
  '127.1',
  '2130706433',
  '0x7f000001',
  '017700000001',
  '0.0.0.0',
  '10.0.0.1',
  '100.64.0.1',
  '172.16.0.1',
  '192.168.0.1',
  '169.254.169.254',
  '100.100.100.200',
  '168.63.129.16',
  '[::]',
  '[::1]',
  '[::127.0.0.1]',
  '[::ffff:127.0.0.1]',
  '[::ffff:a9fe:a9fe]',
  '[::ffff:0:10.0.0.1]',
  '[64:ff9b::10.0.0.1]',
  '[64:ff9b::a9fe:a9fe]',
  '[64:ff9b:1::1]',
  '[2002:7f00:1::]',
  '[2001:0:7f00:1::]',
  '[fc00::1]',
  '[fd00:ec2::254]',
  '[fe80::1]',
  '[fec0::1]',
  '[ff02::1]',
];

/** Answers each look-up with the next of some addresses, and the last one from then on. */
function createLookup(...answers: readonly (readonly string[])[]) {
  const asked: string[] = [];
  const lookup: LookupFunction = (hostname, _, callback) => {
    const addresses = answers[Math.min(asked.length, answers.length - 1)] ?? [];
    asked.push(hostname);
    callback(
      null,
      addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
    );
  };
  return { lookup, asked };
}

test('no form of an address inside is connected to', async () => {
  for (const host of INSIDE) {
    const url = new URL(`https://${host}/`);
    const { status, error } = await sendGuarded({ ...REQUEST, url }, { allowedHosts: NOBODY });
    assert.equal(status, 0, host);
    assert.match(error, /is in a private network, and the server does not allow it/, host);
  }
});

test('an address with a zone cannot be that of a receiver', () => {
  for (const url of ['https://[fe80::1%25eth0]/', 'https://[fe80::1%eth0]/', 'https://[::1%lo]/']) {
    for (const { checkTarget, id } of channels) {
      assert.throws(() => checkTarget(url, undefined), { code: 'E_USAGE' }, `${id} ${url}`);
    }
  }
});

test('a name that resolves to an address inside is not connected to', async () => {
  for (const host of INSIDE.filter((one) => !/^[0-9x]+$|^127\.1$/.test(one))) {
    const { lookup, asked } = createLookup([host.replaceAll(/[[\]]/g, '')]);
    const url = new URL('https://inside.example/');
    const network = { allowedHosts: NOBODY, lookup };
    const { error } = await sendGuarded({ ...REQUEST, url }, network);
    assert.match(error, /^inside\.example is in a private network/, host);
    assert.deepEqual(asked, ['inside.example']);
  }
});

test('an address with a zone that a name resolves to is not connected to', async () => {
  const { lookup } = createLookup(['fe80::1%eth0', '::1%lo']);
  const url = new URL('https://zone.example/');
  const { error } = await sendGuarded({ ...REQUEST, url }, { allowedHosts: NOBODY, lookup });
  assert.match(error, /^zone\.example is in a private network/);
});

test('an answer that changes after the check has no effect', async (t) => {
  const { received, url } = await startReceivingServer(t, () => ({ status: 204 }));
  const { port } = new URL(url);
  const { lookup, asked } = createLookup(['127.0.0.1'], ['169.254.169.254']);
  // A name of the own network may lead there, and not to a metadata service.
  const send = async (): Promise<number> =>
    await new Promise((resolve, reject) => {
      const more = { lookup: createGuardedLookup('private', lookup), agent: false } as const;
      const request = http.request(`http://changing.example:${port}/`, more, (response) => {
        response.resume();
        resolve(response.statusCode ?? 0);
      });
      request.on('error', reject);
      request.end();
    });
  assert.equal(await send(), 204);
  assert.deepEqual(asked, ['changing.example'], 'the checked address is the one connected to');
  await assert.rejects(send(), { code: 'E_ADDRESS' });
  assert.equal(received.length, 1);
});

test('of several answers, only the addresses outside are left', async () => {
  const { lookup } = createLookup(['127.0.0.1', '203.0.113.7', '::ffff:10.0.0.1']);
  const found = await new Promise((resolve) => {
    createGuardedLookup('public', lookup)('mixed.example', { all: true }, (_, addresses) =>
      resolve(addresses),
    );
  });
  assert.deepEqual(found, [{ address: '203.0.113.7', family: 4 }]);
});

test('a redirect to a metadata service is an answer, and is not followed', async (t) => {
  for (const location of [
    'http://169.254.169.254/latest/meta-data/',
    'http://[fd00:ec2::254]/latest/meta-data/',
    'http://metadata.google.internal/',
  ]) {
    const server = http.createServer((_, response) => {
      response.writeHead(307, { location }).end();
    });
    server.listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    t.after(() => server.close());
    const { port } = server.address() as { readonly port: number };
    const url = new URL(`http://127.0.0.1:${port}/`);
    const network = { allowedHosts: new Set(['127.0.0.1']) };
    const attempt = await sendGuarded({ ...REQUEST, url }, network);
    assert.deepEqual(attempt, { status: 307, head: '', error: '' });
  }
});
