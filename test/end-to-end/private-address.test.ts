import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { INSIDE_PORT, runScene, skipWithoutNetworks } from '../support/network-world.ts';

const FOLDER = mkdtempSync(join(tmpdir(), 'plimsoll-private-'));
after(() => rmSync(FOLDER, { recursive: true, force: true }));

const skip = skipWithoutNetworks();

const LOGIN = join(FOLDER, 'auth.json');
const auth = Buffer.from('alice:canary').toString('base64');
writeFileSync(LOGIN, JSON.stringify({ auths: { '203.0.113.5:5901': { auth } } }));
const environment = { REGISTRY_AUTH_FILE: LOGIN };

describe('a registry on the internet', { skip }, () => {
  for (const host of ['2130706433', '[::ffff:127.0.0.1]', 'inside.example', '169.254.169.254']) {
    test(`cannot make us fetch a layer from ${host}`, () => {
      const scene = { blobsAt: `http://${host}:${INSIDE_PORT}`, environment };
      const { status, stdout, stderr, connections } = runScene(FOLDER, scene);
      assert.equal(status, 5, stderr);
      assert.equal(stdout, '');
      assert.match(stderr, /E_NETWORK.*private network\n(?:.*\n)*hint: .*--allow-host/);
      assert.equal(connections, 0);
    });

    test(`cannot make us request a token at ${host}`, () => {
      const scene = { realm: `https://${host}:${INSIDE_PORT}/token`, environment };
      const { status, stderr, connections } = runScene(FOLDER, scene);
      assert.equal(status, 5, stderr);
      assert.match(stderr, /E_NETWORK.*private network/);
      assert.equal(connections, 0);
    });
  }

  test('does not get a login sent to a token service without TLS', () => {
    const scene = { realm: `http://127.0.0.1:${INSIDE_PORT}/token`, environment };
    const { status, stderr, connections } = runScene(FOLDER, scene);
    assert.equal(status, 5, stderr);
    assert.match(stderr, /E_UNAUTHORIZED.*untrusted token service/);
    assert.equal(connections, 0);
  });

  test('may redirect to a host that the user allows', () => {
    const blobsAt = `http://inside.example:${INSIDE_PORT}`;
    for (const host of ['inside.example', `inside.example:${INSIDE_PORT}`]) {
      const scene = { blobsAt, environment, args: ['--allow-host', host] };
      const { status, stdout, stderr, requests } = runScene(FOLDER, scene);
      assert.equal(status, 0, stderr);
      assert.match(stdout, /musl/);
      assert(requests.length > 0);
      assert(requests.every((request) => request.endsWith(' -')));
    }
    const realm = `http://127.0.0.1:${INSIDE_PORT}/token`;
    const { status, stderr } = runScene(FOLDER, {
      realm,
      environment: { ...environment, PLIMSOLL_ALLOW_HOST: '127.0.0.1' },
    });
    assert.equal(status, 0, stderr);
  });

  test('is reached through a proxy, whatever it names', () => {
    const scene = {
      blobsAt: 'http://10.0.0.1',
      environment: { ...environment, HTTP_PROXY: `http://127.0.0.1:${INSIDE_PORT}` },
    };
    const { status, stderr, requests } = runScene(FOLDER, scene);
    assert.equal(status, 0, stderr);
    assert(requests.some((request) => request.startsWith('GET http://10.0.0.1/')));
  });
});
