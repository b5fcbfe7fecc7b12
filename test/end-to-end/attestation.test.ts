import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createPublicKey, generateKeyPairSync, hash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { bundleFromJSON } from '@sigstore/bundle';
import { BUNDLE_TYPE } from '../../src/compliance/attest/sign-envelope.ts';
import type { FixtureEntry } from '../../src/foundation/bytes/tar/tar.fixture.ts';
import { ALPINE, DecidedWorld } from '../support/decided-image.ts';
import { startServer } from '../support/loopback-server.ts';
import { type Ended, runProgram } from '../support/run-program.ts';
import { createWritableRegistry } from '../support/writable-registry.ts';

const world = new DecidedWorld();
const KEYS = new Map<string, { readonly secret: string; readonly open: string }>();

const LAYER: readonly FixtureEntry[] = [
  { name: 'lib/apk/db/installed', content: 'P:musl\nV:1.2.5-r0\nA:x86_64\n\n' },
  { name: 'etc/os-release', content: 'ID=alpine\nVERSION_ID=3.20.3\n' },
];

let image = '';
let layout = '';

before(async () => {
  await world.addDatabase('db', {
    ...ALPINE,
    statements: [
      {
        id: 'CVE-2026-0001',
        provider: 'alpine',
        system: 0,
        ecosystem: 'apk',
        name: 'musl',
        ranges: [{ scheme: 'apk', constraint: '< 1.2.5-r1', fix: '1.2.5-r1', state: 'fixed' }],
      },
    ],
  });
  for (const [name, pair] of [
    ['ed25519', generateKeyPairSync('ed25519')],
    ['p256', generateKeyPairSync('ec', { namedCurve: 'P-256' })],
    ['p384', generateKeyPairSync('ec', { namedCurve: 'P-384' })],
  ] as const) {
    const { privateKey, publicKey } = pair;
    KEYS.set(name, {
      secret: world.writeFile(`${name}.pem`, privateKey.export({ type: 'pkcs8', format: 'pem' })),
      open: world.writeFile(`${name}.pub`, publicKey.export({ type: 'spki', format: 'pem' })),
    });
  }
  image = world.writeImage(LAYER);
  layout = join(world.folder, 'layout');
  execFileSync('mkdir', [layout]);
  execFileSync('tar', ['-xf', image.replace('oci-archive:', ''), '-C', layout]);
});
after(() => world[Symbol.dispose]());

function getKey(name: string): { readonly secret: string; readonly open: string } {
  return KEYS.get(name) ?? { secret: '', open: '' };
}

async function writeStatement(file: string, ...args: readonly string[]): Promise<Ended> {
  const ended = await world.run('attest', image, '--key', getKey('ed25519').secret, ...args);
  writeFileSync(join(world.folder, file), ended.stdout);
  return ended;
}

function verifyFile(file: string, ...args: readonly string[]): Promise<Ended> {
  const words = args.includes('--key') ? args : ['--key', getKey('ed25519').open, ...args];
  return runProgram(['attest', 'verify', image, join(world.folder, file), ...words], {
    SOURCE_DATE_EPOCH: '1767441845',
  });
}

/** A policy that fails if a fact of the image has a value. */
function writePolicy(fact: string, value: string | boolean): string {
  const text = `policy: shop
version: '1'
rules:
  - id: only
    for: image
    when: { ${fact}: ${value} }
    then: fail
`;
  return world.writeFile(`${fact}.yaml`, text);
}

test('each kind of statement is signed and verified, with its time', async () => {
  for (const kind of ['sbom', 'spdx', 'vulns', 'svr', 'vsa', 'verdict']) {
    const policy = kind === 'vsa' ? ['--policy', writePolicy('user', 'root')] : [];
    const { status, stderr } = await writeStatement('statement.json', '--type', kind, ...policy);
    assert.equal(status, 0, `${kind}: ${stderr}`);
    const { status: verified, stdout } = await verifyFile('statement.json', '-o', 'json');
    assert.equal(verified, 0, `${kind}: ${stdout}`);
    const { statements } = JSON.parse(stdout) as { statements: { kind: string; time: string }[] };
    assert.deepEqual(
      statements.map((one) => [one.kind, one.time?.slice(0, 10)]),
      [[kind, '2026-01-03']],
      kind,
    );
  }
});

test('keys of each kind sign, and no other key verifies', async () => {
  for (const name of KEYS.keys()) {
    const { stdout, stderr } = await world.run('attest', image, '--key', getKey(name).secret);
    assert.notEqual(stdout, '', stderr);
    writeFileSync(join(world.folder, 'key.json'), stdout);
    for (const other of KEYS.keys()) {
      const { status } = await verifyFile('key.json', '--key', getKey(other).open);
      assert.equal(status, other === name ? 0 : 2, `${name} with ${other}`);
    }
  }
  const { status, stderr } = await verifyFile('key.json', '--key', getKey('p256').secret);
  assert.equal(status, 3);
  assert.match(stderr, /does not contain a public key/);
  const absent = await verifyFile('key.json', '--key', join(world.folder, 'absent.pub'));
  assert.equal(absent.status, 3);
  assert.match(absent.stderr, /--key: could not read ".+absent\.pub"/);
});

test('an envelope with any changed part is refused', async () => {
  await writeStatement('whole.json', '--type', 'vulns');
  const envelope = JSON.parse(readFileSync(join(world.folder, 'whole.json'), 'utf8')) as {
    payload: string;
    payloadType: string;
    signatures: { sig: string; keyid: string }[];
  };
  const payload = Buffer.from(envelope.payload, 'base64');
  for (let at = 0; at < payload.length; at += Math.ceil(payload.length / 12)) {
    const altered = Buffer.from(payload);
    altered[at] = (altered[at] ?? 0) ^ 1;
    writeFileSync(
      join(world.folder, 'altered.json'),
      JSON.stringify({ ...envelope, payload: altered.toString('base64') }),
    );
    assert.equal((await verifyFile('altered.json')).status, 2, `byte ${at}`);
  }
  for (const change of [
    { payloadType: 'application/json' },
    { signatures: [] },
    { signatures: [{ sig: Buffer.alloc(64).toString('base64'), keyid: '' }] },
  ]) {
    writeFileSync(join(world.folder, 'altered.json'), JSON.stringify({ ...envelope, ...change }));
    assert.equal((await verifyFile('altered.json')).status, 2);
  }
  const states: string[] = [];
  for (const content of [
    { bomFormat: 'CycloneDX', specVersion: '1.6' },
    { ...envelope, payload: '?' },
  ]) {
    writeFileSync(join(world.folder, 'altered.json'), JSON.stringify(content));
    const { status, stdout } = await verifyFile('altered.json', '-o', 'json');
    assert.equal(status, 2);
    const { statements } = JSON.parse(stdout) as { statements: { state: string }[] };
    states.push(...statements.map(({ state }) => state));
  }
  assert.deepEqual(states, ['unsigned', 'malformed'], 'a plain SBOM, and an envelope without one');
});

test('a statement about another image, of another type, or too old is not accepted', async () => {
  await writeStatement('vulns.json', '--type', 'vulns');
  const other = world.writeImage([...LAYER, { name: 'more', content: 'x' }]);
  const file = join(world.folder, 'vulns.json');
  const key = ['--key', getKey('ed25519').open];
  const { status, stdout } = await runProgram(['attest', 'verify', other, file, ...key]);
  assert.equal(status, 2);
  assert.match(stdout, /other-subject/);
  assert.equal((await verifyFile('vulns.json', '--type', 'sbom')).status, 2);
  assert.equal((await verifyFile('vulns.json', '--type', 'vulns', '--max-age', '7')).status, 0);
  const late = await runProgram(['attest', 'verify', image, file, ...key, '--max-age', '7'], {
    SOURCE_DATE_EPOCH: String(1_767_441_845 + 8 * 86_400),
  });
  assert.equal(late.status, 2);
});

test('an attached statement is found in the layout', async () => {
  const target = `oci-dir:${layout}`;
  const key = getKey('p256');
  const { status, stderr } = await world.run(
    'attest',
    target,
    '--key',
    key.secret,
    '--type',
    'vulns',
    '--attach',
  );
  assert.equal(status, 0, stderr);
  const verified = await runProgram([
    'attest',
    'verify',
    target,
    '--key',
    key.open,
    '--type',
    'vulns',
  ]);
  assert.equal(verified.status, 0, verified.stdout + verified.stderr);
  const scanned = await world.run('scan', target, '-o', 'json');
  assert.match(scanned.stdout, /CVE-2026-0001/);
  const policy = world.writeFile(
    'attested.yaml',
    `policy: shop
rules:
  - id: scanned
    for: attestation
    when-none: { kind: vulns, verified: true, age: at most 7 days }
    then: fail
`,
  );
  const cases = [
    [target, ['--attestation-key', key.open], 0],
    [target, ['--attestation-key', getKey('ed25519').open], 2],
    [target, [], 4],
    [image, ['--attestation-key', key.open], 2],
  ] as const;
  for (const [one, more, expected] of cases) {
    const checked = await world.run('check', one, '--policy', policy, '-q', ...more);
    assert.equal(checked.status, expected, checked.stdout + checked.stderr);
  }
});

test('what was not evaluated is not attested', async () => {
  const none = await runProgram([
    'attest',
    image,
    '--key',
    getKey('ed25519').secret,
    '--type',
    'vulns',
    '--db',
    join(world.folder, 'no-database'),
    '--no-db-auto-update',
  ]);
  assert.notEqual(none.status, 0);
  assert.equal(none.stdout, '');
  // The database has no end of life for this release.
  const policy = writePolicy('end-of-life', true);
  const unknown = await world.run(
    'attest',
    image,
    '--key',
    getKey('ed25519').secret,
    '--type',
    'vsa',
    '--policy',
    policy,
  );
  assert.match(unknown.stderr, /the verdict is unknown/);
  assert.equal(unknown.stdout, '');
});

test('a signed SBOM of an image that could not be read completely is reported as incomplete', async () => {
  const target = world.writeImage([
    ...LAYER,
    { name: 'app/broken.jar', content: 'PK\u0003\u0004 but nothing else' },
  ]);
  const key = ['--key', getKey('ed25519').secret];
  const { status, stdout, stderr } = await world.run('attest', target, ...key);
  assert.equal(status, 0, stderr);
  assert.notEqual(stdout, '');
  assert.match(stderr, /the inventory is incomplete/);
  const failed = await world.run('attest', target, ...key, '--fail-incomplete');
  assert.equal(failed.status, 4);
});

test('a statement is pushed to a registry, which lists it or gets a tag for it', async () => {
  const registry = createWritableRegistry();
  const index = JSON.parse(readFileSync(join(layout, 'index.json'), 'utf8')) as {
    manifests: readonly { digest: string; mediaType: string }[];
  };
  const read = (digest: string): Buffer =>
    readFileSync(join(layout, 'blobs', digest.replace(':', '/')));
  const [first] = index.manifests;
  assert.ok(first);
  const bytes = read(first.digest);
  const { config, layers } = JSON.parse(bytes.toString('utf8')) as {
    config: { digest: string };
    layers: readonly { digest: string }[];
  };
  for (const { digest } of [config, ...layers]) registry.blobs.set(digest, read(digest));
  const manifest = { bytes, mediaType: first.mediaType };
  registry.manifests.set(first.digest, manifest).set('1', manifest);
  await using server = await startServer(registry.listener);
  const target = `registry:${server.host}/app:1`;
  const { secret, open } = getKey('p256');
  const tagged = await world.run('attest', target, '--key', secret, '--attach');
  assert.equal(tagged.status, 0, tagged.stderr);
  assert.ok(registry.manifests.has(first.digest.replace(':', '-')));
  registry.hasReferrers = true;
  const listed = await world.run('attest', target, '--key', secret, '--attach', '--type', 'spdx');
  assert.equal(listed.status, 0, listed.stderr);
  const { status, stdout } = await runProgram([
    'attest',
    'verify',
    target,
    '--key',
    open,
    '-o',
    'json',
  ]);
  assert.equal(status, 0, stdout);
  const { statements } = JSON.parse(stdout) as { statements: { kind: string; state: string }[] };
  assert.deepEqual(statements.map(({ kind, state }) => `${kind} ${state}`).toSorted(), [
    'sbom verified',
    'spdx verified',
  ]);
  await using failing = await startServer((request, response) =>
    request.url?.includes('/referrers/') === true
      ? response.writeHead(503).end()
      : registry.listener(request, response),
  );
  const args = ['--key', open, '--limit', 'httpTriesMax=1'];
  const unread = await runProgram(['attest', 'verify', `registry:${failing.host}/app:1`, ...args]);
  assert.equal(unread.status, 2);
  assert.match(unread.stderr, /a statement was not read: .* returned 503/);
  assert.ok(server.requests.every((line) => !line.includes(secret)));
  const bundles = [...registry.manifests.values()].flatMap((one) => {
    const { artifactType, layers: attached } = JSON.parse(one.bytes.toString('utf8')) as {
      artifactType?: string;
      layers?: readonly { digest: string; mediaType: string }[];
    };
    const [layer] = attached ?? [];
    return artifactType === BUNDLE_TYPE && layer?.mediaType === BUNDLE_TYPE
      ? [registry.blobs.get(layer.digest)?.toString('utf8') ?? '']
      : [];
  });
  assert.equal(bundles.length, 2);
  const publicKey = createPublicKey(readFileSync(open)).export({ type: 'spki', format: 'der' });
  for (const text of bundles) {
    // The library of Sigstore rejects a bundle that is not valid.
    const { verificationMaterial, mediaType } = bundleFromJSON(JSON.parse(text));
    assert.equal(mediaType, BUNDLE_TYPE);
    assert.deepEqual(verificationMaterial.content, {
      $case: 'publicKey',
      publicKey: { hint: hash('sha256', publicKey, 'base64') },
    });
  }
});
