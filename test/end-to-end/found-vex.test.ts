import assert from 'node:assert/strict';
import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { indexText } from '../../src/foundation/bytes/oci/image.fixture.ts';
import { AttachedWorld, INDEX_TYPE } from '../support/attached-world.ts';
import {
  ALPINE,
  createAlpineLayer,
  createServedImage,
  DecidedWorld,
} from '../support/decided-image.ts';
import { startServer } from '../support/loopback-server.ts';

const world = new DecidedWorld();
after(() => world[Symbol.dispose]());

function createOpenvex(status: string, product: string): string {
  return JSON.stringify({
    '@context': 'https://openvex.dev/ns/v0.2.0',
    '@id': 'urn:uuid:1',
    author: 'The maker',
    timestamp: '2026-01-01T00:00:00Z',
    statements: [
      {
        vulnerability: { name: 'CVE-2025-1' },
        products: [{ '@id': product }],
        status,
        justification: 'vulnerable_code_not_present',
      },
    ],
  });
}

const MUSL = 'pkg:apk/alpine/musl';
const SAYS = createOpenvex('not_affected', MUSL);
const PLACE = 'usr/share/vex/app.vex.json';

before(async () => {
  const ranges = [{ scheme: 'apk', constraint: '< 2', fix: '2' }];
  const about = { provider: 'alpine', system: 0, ecosystem: 'apk', name: 'musl', ranges };
  await world.addDatabase('db', { ...ALPINE, statements: [{ ...about, id: 'CVE-2025-1' }] });
});

interface Result {
  readonly inventory: { readonly problems: readonly { readonly message: string }[] };
  readonly findings: {
    readonly findings: readonly object[];
    readonly dispositioned: readonly {
      readonly decisions: readonly { readonly source: string; readonly trace: readonly string[] }[];
    }[];
    readonly alerts: readonly { readonly kind: string; readonly message: string }[];
  };
}

async function scan(...args: readonly string[]) {
  const { status, stdout, stderr } = await world.run('scan', '-o', 'json', ...args);
  assert.equal(status, 0, stderr);
  const { findings } = JSON.parse(stdout) as Result;
  return { ...findings, stderr };
}

describe('VEX documents among the files of an image', () => {
  test('count only if the user requests them', async () => {
    const image = world.writeImage(createAlpineLayer(['musl 1'], { name: PLACE, content: SAYS }));
    assert.equal((await scan(image)).findings.length, 1);
    const { dispositioned, stderr } = await scan(image, '--vex-from', 'image');
    assert.equal(dispositioned[0]?.decisions[0]?.source, `/${PLACE} in the target, statement 0`);
    const told = 'VEX document /usr/share/vex/app.vex.json in the target: 1 statement';
    assert.ok(stderr.includes(`${told}; it is not signed`), stderr);
  });

  test('are those visible to a process, even if the image was scanned before', async () => {
    const gone = { name: 'usr/share/vex/.wh.app.vex.json', content: '' };
    const image = world.writeImage(createAlpineLayer(['musl 1'], { name: PLACE, content: SAYS }), [
      gone,
    ]);
    const { findings, stderr } = await scan(image, '--vex-from', 'image');
    assert.equal(findings.length, 1);
    assert.match(stderr, /warning: --vex-from image found no VEX document/);
  });

  test('do not override a statement of the user, however new they are', async () => {
    const image = world.writeImage(createAlpineLayer(['musl 1'], { name: PLACE, content: SAYS }));
    const own = createOpenvex('affected', MUSL).replace('2026-01-01', '2020-01-01');
    const file = world.writeFile('own.json', own);
    const { findings } = await scan(image, '--vex-from', 'image', '--vex', file);
    assert.equal(findings.length, 1);
  });

  test('that are invalid do not end the scan', async () => {
    const content = '{"@context":"https://openvex.dev/ns/v0.2.0","author":"x"}';
    const image = world.writeImage(createAlpineLayer(['musl 1'], { name: PLACE, content }));
    const { findings, alerts } = await scan(image, '--vex-from', 'image');
    assert.equal(findings.length, 1);
    assert.equal(
      alerts.find(({ kind }) => kind === 'statement-not-understood')?.kind !== undefined,
      true,
    );
    const sbom = '{"bomFormat":"CycloneDX","specVersion":"1.6","components":[]}';
    const other = world.writeImage(createAlpineLayer(['musl 1'], { name: PLACE, content: sbom }));
    assert.match((await scan(other, '--vex-from', 'image')).stderr, /found no VEX document/);
  });

  test('are rejected as a location if it does not exist', async () => {
    const image = world.writeImage(createAlpineLayer(['musl 1']));
    const { status, stderr } = await world.run('scan', image, '--vex-from', 'imag');
    assert.equal(status, 3);
    assert.match(stderr, /did you mean "image"/);
  });
});

describe('VEX documents attached to an image in its registry', () => {
  const image = createServedImage(createAlpineLayer(['musl 1']));

  async function scanServed(registry: AttachedWorld, ...more: readonly string[]) {
    await using server = await startServer((request, response) =>
      registry.respond(request, response),
    );
    const { status, stdout, stderr } = await world.run(
      'scan',
      `registry:${server.host}/app:1`,
      '--vex-from',
      'referrers',
      '--output',
      'json',
      '--insecure-use-http',
      ...more,
    );
    assert.equal(status, 0, stderr);
    const { findings, inventory } = JSON.parse(stdout) as Result;
    return { ...findings, problems: inventory.problems, stderr };
  }

  test('as a referrer, and as an attestation of one', async () => {
    const registry = new AttachedWorld(image);
    const plain = registry.addArtifact('application/vnd.openvex+json', Buffer.from(SAYS));
    const predicate = JSON.parse(createOpenvex('not_affected', 'pkg:apk/alpine/other')) as object;
    const statement = {
      _type: 'https://in-toto.io/Statement/v1',
      predicateType: 'https://openvex.dev/ns/v0.2.0',
      predicate,
    };
    const envelope = {
      payloadType: 'application/vnd.in-toto+json',
      payload: Buffer.from(JSON.stringify(statement)).toString('base64'),
      signatures: [],
    };
    const type = 'application/vnd.dsse.envelope.v1+json';
    const wrapped = registry.addArtifact(type, Buffer.from(JSON.stringify(envelope)));
    const index = Buffer.from(indexText([wrapped.descriptor, plain.descriptor]));
    registry.hold(`referrers/${image.manifestDigest}`, index, INDEX_TYPE);
    const { dispositioned, stderr, alerts } = await scanServed(registry);
    assert.match(dispositioned[0]?.decisions[0]?.source ?? '', /\/app@sha256:[0-9a-f]{64}, stat/);
    assert.equal(stderr.match(/^VEX document /gm)?.length, 2);
    assert.ok(
      alerts.some(({ message }) => /matches no finding; the nearest is musl/.test(message)),
    );
  });

  test('with a key apply only if it signed them, about this image', async () => {
    const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const key = world.writeFile('key.pem', publicKey.export({ type: 'spki', format: 'pem' }));
    const sha256 = image.manifestDigest.replace('sha256:', '');
    const attest = (subject: string, by?: KeyObject): Buffer => {
      const statement = JSON.stringify({
        _type: 'https://in-toto.io/Statement/v1',
        predicateType: 'https://openvex.dev/ns/v0.2.0',
        subject: [{ name: 'app', digest: { sha256: subject } }],
        predicate: JSON.parse(SAYS) as object,
      });
      const type = 'application/vnd.in-toto+json';
      const signed = `DSSEv1 ${type.length} ${type} ${statement.length} ${statement}`;
      const signatures =
        by === undefined
          ? []
          : [{ sig: sign('sha256', Buffer.from(signed), by).toString('base64') }];
      const payload = Buffer.from(statement).toString('base64');
      return Buffer.from(JSON.stringify({ payloadType: type, payload, signatures }));
    };
    const other = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
    for (const [document, word, isCounted] of [
      [attest(sha256, privateKey), 'it is signed by a trusted key', true],
      [attest('0'.repeat(64), privateKey), 'it was signed for another image', false],
      [attest(sha256, other), 'it is not signed by a trusted key', false],
      [attest(sha256), 'it is not signed', false],
    ] as const) {
      const registry = new AttachedWorld(image);
      const { descriptor } = registry.addArtifact(
        'application/vnd.dsse.envelope.v1+json',
        document,
      );
      const index = Buffer.from(indexText([descriptor]));
      registry.hold(`referrers/${image.manifestDigest}`, index, INDEX_TYPE);
      const { findings, dispositioned, stderr } = await scanServed(registry, '--vex-key', key);
      assert.ok(stderr.includes(word), stderr);
      assert.deepEqual([findings.length, dispositioned.length], isCounted ? [0, 1] : [1, 0]);
      if (isCounted) {
        assert.equal(dispositioned[0]?.decisions[0]?.trace.at(-1), word);
      }
    }
  });

  test('that the registry does not return are problems, and not absent', async () => {
    const registry = new AttachedWorld(image);
    const { descriptor } = registry.addArtifact('application/vnd.openvex+json', Buffer.from(SAYS));
    const index = Buffer.from(indexText([descriptor]));
    const tag = image.manifestDigest.replace(':', '-');
    registry.hold(`manifests/${tag}`, index, INDEX_TYPE);
    for (const [path, status] of [
      [`referrers/${image.manifestDigest}`, 429],
      [`referrers/${image.manifestDigest}`, 503],
      [`manifests/${tag}`, 500],
      [`manifests/${descriptor.digest}`, 502],
      [`manifests/${tag}.att`, 503],
    ] as const) {
      await using server = await startServer((request, response) =>
        request.url === `/v2/app/${path}`
          ? response.writeHead(status).end()
          : registry.respond(request, response),
      );
      const target = ['scan', `registry:${server.host}/app:1`, '--limit', 'httpTriesMax=1'];
      const args = [...target, '--vex-from', 'referrers', '--insecure-use-http', '-o', 'json'];
      const { status: ended, stdout, stderr } = await world.run(...args);
      assert.equal(ended, 0, stderr);
      const { inventory } = JSON.parse(stdout) as Result;
      assert.match(
        inventory.problems.map(({ message }) => message).join('\n'),
        /^a document attached to the image was not read: .*(?:rate limit|returned 50[023])/,
        path,
      );
      assert.equal((await world.run(...args, '--fail-incomplete')).status, 4);
    }
  });

  test('that are damaged do not prevent others from being read', async () => {
    const registry = new AttachedWorld(image);
    const type = 'application/vnd.openvex+json';
    const good = registry.addArtifact(type, Buffer.from(SAYS));
    const bad = registry.addArtifact(type, Buffer.from(createOpenvex('affected', MUSL)));
    registry.hold(`manifests/${bad.descriptor.digest}`, Buffer.from('{}'), INDEX_TYPE);
    const index = Buffer.from(indexText([bad.descriptor, good.descriptor]));
    registry.hold(`referrers/${image.manifestDigest}`, index, INDEX_TYPE);
    const { dispositioned, problems } = await scanServed(registry);
    assert.equal(dispositioned.length, 1);
    assert.match(
      problems[0]?.message ?? '',
      /^a document attached .*: digest mismatch: the manifest/,
    );
  });

  test('with an invalid key are not searched', async () => {
    const none = world.writeFile('none.pem', 'x');
    const archive = world.writeImage(createAlpineLayer(['musl 1']));
    const found = await world.run('scan', archive, '--vex-from', 'image', '--vex-key', none);
    assert.equal(found.status, 3);
    assert.match(found.stderr, /none\.pem" does not contain a public key/);
    const nowhere = await world.run('scan', archive, '--vex-key', none.replace('none', 'key'));
    assert.match(nowhere.stderr, /--vex-key requires --vex-from/);
  });

  test('are not SBOMs, and their absence is reported', async () => {
    const registry = new AttachedWorld(image);
    const sbom = Buffer.from('{"bomFormat":"CycloneDX","specVersion":"1.6","components":[]}');
    const { descriptor } = registry.addArtifact('application/vnd.cyclonedx+json', sbom);
    const index = Buffer.from(indexText([descriptor]));
    registry.hold(`referrers/${image.manifestDigest}`, index, INDEX_TYPE);
    const { findings, stderr } = await scanServed(registry);
    assert.equal(findings.length, 1);
    assert.match(stderr, /--vex-from referrers found no VEX document/);
  });

  test('are searched in a layout too, but not in a directory', async () => {
    const archive = world.writeImage(createAlpineLayer(['musl 1']));
    const layout = await world.run('scan', archive, '--vex-from', 'referrers');
    assert.equal(layout.status, 0, layout.stderr);
    assert.match(layout.stderr, /found no VEX document/);
    const here = `dir:${import.meta.dirname}`;
    const folder = await world.run('scan', here, '--vex-from', 'referrers');
    assert.equal(folder.status, 3);
    assert.match(
      folder.stderr,
      /only attached to images in a registry \(registry:NAME\) or layout; otherwise name the files/,
    );
  });
});
