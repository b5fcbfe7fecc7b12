// Verifies the conformance cases of Sigstore that are signed with a certificate: each name that
// ends in "_fail" must be refused, every other one verified.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { generateKeyPairSync, hash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { createBundleVerifier } from '../../src/compliance/attest/keyless/bundle-verifier.ts';
import { listAttestations } from '../../src/compliance/attest/list-attestations.ts';
import { checkStatements } from '../../src/compliance/attest/verify-statement.ts';
import { DEFAULT_LIMITS } from '../../src/foundation/core/limits.ts';
import {
  createDocumentTrust,
  type DocumentTrust,
} from '../../src/server/registry/document-trust.ts';
import { readAttached } from '../../src/server/registry/read-attached.ts';
import { openDocuments } from '../../src/server/store/documents.ts';
import { createInventory } from '../support/inventory.ts';
import { IMAGE } from '../support/sample-report.ts';
import { findSharedMaterial, SKIP_REASON } from './shared-material.ts';

/** Cases with another result than they should have, with the reason. An unused entry fails. */
const EXCEPTIONS: ReadonlyMap<string, string> = new Map();

const IDENTITY =
  'https://github.com/sigstore-conformance/extremely-dangerous-public-oidc-beacon/.github/workflows/extremely-dangerous-oidc-beacon.yml@refs/heads/main';
const ISSUER = 'https://token.actions.githubusercontent.com';

const shared = findSharedMaterial() ?? '';
const options = shared === '' ? { skip: SKIP_REASON } : {};
const folder = mkdtempSync(join(tmpdir(), 'plimsoll-keyless-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const CASES = join(folder, 'test', 'assets', 'bundle-verify');

interface Trust {
  readonly identity?: string;
  readonly issuer?: string;
}

/** Returns the state of the statement or signature in the bundle of a case. */
function judge(name: string, bundle?: string, trust: Trust = {}): string {
  const read = (file: string): string | undefined => {
    const path = join(CASES, name, file);
    return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
  };
  const root = read('trusted_root.json');
  const sigstore = join(shared, 'policy', 'sigstore');
  const artifact = Buffer.from(
    read('artifact') ?? readFileSync(join(CASES, 'a.txt'), 'utf8'),
    'utf8',
  );
  const verifyBundle = createBundleVerifier({
    trustedRoot:
      root === undefined
        ? readFileSync(join(sigstore, 'trusted_root-public-good.json'))
        : Buffer.from(root),
    file: 'trusted_root.json',
    identity: trust.identity ?? read('identity')?.trim() ?? IDENTITY,
    issuer: trust.issuer ?? read('issuer')?.trim() ?? ISSUER,
  });
  const content = Buffer.from(bundle ?? read('bundle.sigstore.json') ?? '');
  const digest = `sha256:${hash('sha256', artifact)}`;
  const [first] = checkStatements({ origin: name, content }, digest, {
    keys: [],
    limits: DEFAULT_LIMITS,
    manifest: artifact,
    verifyBundle,
  });
  return first?.state ?? 'absent';
}

interface BundleFile {
  readonly dsseEnvelope: {
    readonly payload: string;
    readonly payloadType: string;
    readonly signatures: readonly { readonly sig: string }[];
  };
}

function readBundle(name: string): BundleFile {
  const text = readFileSync(join(CASES, name, 'bundle.sigstore.json'), 'utf8');
  return JSON.parse(text) as BundleFile;
}

function invertBit(text: string, bit: number): string {
  const bytes = Buffer.from(text, 'base64');
  bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7));
  return bytes.toString('base64');
}

/** Selects twelve bits of so many bytes, or all of them with `PLIMSOLL_EVERY=1`. */
function selectBits(bytes: number): readonly number[] {
  const bits = bytes * 8;
  const count = process.env['PLIMSOLL_EVERY'] === '1' ? bits : 12;
  return Array.from({ length: count }, (_, index) =>
    Math.floor((index * (bits - 1)) / (count - 1)),
  );
}

suite('keyless signatures', options, () => {
  before(() => {
    const archive = join(shared, 'policy', 'sigstore', 'conformance-bundle-verify.tar.zst');
    execFileSync('tar', ['--zstd', '-xf', archive, '-C', folder]);
  });

  test('have the result of the conformance suite', () => {
    const names = readdirSync(CASES, { withFileTypes: true })
      .filter((one) => one.isDirectory() && !existsSync(join(CASES, one.name, 'key.pub')))
      .map(({ name }) => name);
    assert.equal(names.length, 67);
    const wrong = names.filter((name) => {
      const isVerified = judge(name) === 'verified';
      return isVerified === name.endsWith('_fail');
    });
    assert.deepEqual(wrong, [...EXCEPTIONS.keys()]);
  });

  test('count for the identity and the issuer that are named, and for no others', () => {
    const name = 'happy-path-intoto-in-dsse-v3';
    const getState = (trust: Trust): string => judge(name, undefined, trust);
    assert.equal(getState({}), 'verified');
    assert.equal(getState({ identity: IDENTITY.slice(0, -1) }), 'refused');
    assert.equal(getState({ identity: `${IDENTITY}x` }), 'refused');
    assert.equal(getState({ issuer: `${ISSUER}/` }), 'refused');
    assert.equal(
      getState({ identity: '/^https://github\\.com/sigstore-conformance/.+@refs/heads/main$/' }),
      'verified',
    );
    assert.equal(getState({ identity: '/^https://github\\.com/other/.+$/' }), 'refused');
    // The alternative is anchored on one side only; the whole identity must match.
    assert.equal(getState({ identity: '/^https://github\\.com/other|heads/main$/' }), 'refused');
    for (const identity of ['github.com/.*', '/github\\.com/', '/^https://x/', '/.+$/', '^x', '']) {
      assert.throws(() => getState({ identity }), { code: 'E_USAGE' });
    }
  });

  test('are facts of policies, with the identity as their signer', () => {
    const content = readFileSync(join(CASES, 'happy-path-intoto-in-dsse-v3/bundle.sigstore.json'));
    const list = (identity: string): readonly (readonly [string, readonly string[]])[] => {
      const verifyBundle = createBundleVerifier({
        trustedRoot: readFileSync(
          join(shared, 'policy', 'sigstore', 'trusted_root-public-good.json'),
        ),
        file: 'trusted_root.json',
        identity,
        issuer: ISSUER,
      });
      const settings = { targets: [], limits: DEFAULT_LIMITS, verifyBundle };
      return listAttestations({ origin: 'o', content }, settings).map(({ signature, signers }) => [
        signature,
        signers,
      ]);
    };
    assert.deepEqual(list(IDENTITY), [['verified', [IDENTITY]]]);
    assert.deepEqual(list(`${IDENTITY}x`), [['refused', []]]);
  });

  test('of the manifest itself are facts of policies, too', () => {
    const content = readFileSync(join(CASES, 'happy-path-v0.2/bundle.sigstore.json'));
    const verifyBundle = createBundleVerifier({
      trustedRoot: readFileSync(
        join(shared, 'policy', 'sigstore', 'trusted_root-public-good.json'),
      ),
      file: 'trusted_root.json',
      identity: IDENTITY,
      issuer: ISSUER,
    });
    const manifest = readFileSync(join(CASES, 'a.txt'));
    const list = (more: object): unknown =>
      listAttestations(
        { origin: 'o', content },
        { targets: [], limits: DEFAULT_LIMITS, manifest, verifyBundle, ...more },
      ).map(({ kind, signature, signers, isAboutTarget }) => [
        kind,
        signature,
        signers,
        isAboutTarget,
      ]);
    assert.deepEqual(list({}), [['signature', 'verified', [IDENTITY], true]]);
    const other = Buffer.from('another manifest');
    assert.deepEqual(list({ manifest: other }), [['signature', 'refused', [], undefined]]);
    assert.deepEqual(list({ verifyBundle: undefined }), [
      ['signature', 'unchecked', [], undefined],
    ]);
  });

  test('are verified for documents of watched images, like those by a key', async () => {
    const content = readFileSync(join(CASES, 'happy-path-intoto-in-dsse-v3/bundle.sigstore.json'));
    const trustedRoot = readFileSync(
      join(shared, 'policy', 'sigstore', 'trusted_root-public-good.json'),
    );
    const keyless = { trustedRoot, file: 'trusted_root.json', identity: IDENTITY, issuer: ISSUER };
    const own = `sha256:${hash('sha256', readFileSync(join(CASES, 'a.txt')))}`;
    const other = `sha256:${'0'.repeat(64)}`;
    const read = async (manifestDigest: string, trust: DocumentTrust): Promise<string> => {
      const setting = {
        inventory: createInventory({ packages: [], target: { ...IMAGE, manifestDigest } }),
        documents: openDocuments({ folder }),
        limits: DEFAULT_LIMITS,
        trust: await createDocumentTrust(trust),
        now: 0,
      };
      const found = { origin: `app@${own}`, content, attachedTo: [] };
      const [first] = (await readAttached([found], setting)).read;
      return first?.state ?? 'absent';
    };
    assert.equal(await read(own, { keyless }), 'verified');
    assert.equal(await read(other, { keyless }), 'other-subject');
    assert.equal(await read(own, { keyless: { ...keyless, identity: 'x' } }), 'refused');
    assert.equal(await read(own, { keyless: { ...keyless, issuer: 'x' } }), 'refused');
    assert.equal(await read(own, {}), 'unchecked');
    const key = generateKeyPairSync('ed25519').publicKey.export({ type: 'spki', format: 'pem' });
    assert.equal(await read(own, { keys: [key] }), 'refused');
    assert.equal(await read(own, { keys: [key], keyless }), 'verified');
  });

  test('are refused if a bit of payload, type or signature is flipped', () => {
    const name = 'happy-path-intoto-in-dsse-v3';
    const bundle = readBundle(name);
    const { payload, payloadType, signatures } = bundle.dsseEnvelope;
    const write = (change: Partial<BundleFile['dsseEnvelope']>): string =>
      JSON.stringify({ ...bundle, dsseEnvelope: { ...bundle.dsseEnvelope, ...change } });
    assert.equal(judge(name, write({})), 'verified');
    const sig = signatures[0]?.sig ?? '';
    const changed = [
      ...selectBits(Buffer.from(payload, 'base64').length).map((bit) =>
        write({ payload: invertBit(payload, bit) }),
      ),
      ...selectBits(payloadType.length).map((bit) => {
        const bytes = Buffer.from(payloadType);
        bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        return write({ payloadType: bytes.toString('latin1') });
      }),
      ...selectBits(Buffer.from(sig, 'base64').length).map((bit) =>
        write({ signatures: [{ sig: invertBit(sig, bit) }] }),
      ),
      // The same bytes in another text.
      write({ payload: `${payload}\n` }),
      write({ signatures: [] }),
    ];
    const accepted = changed.filter((text) => judge(name, text) === 'verified');
    assert.equal(accepted.length, 0);
  });

  test('of another content do not count for an envelope in the same bundle', () => {
    const envelope = readBundle('happy-path-intoto-in-dsse-v3');
    const message = JSON.parse(
      readFileSync(join(CASES, 'happy-path-v0.3', 'bundle.sigstore.json'), 'utf8'),
    ) as object;
    const { dsseEnvelope } = envelope;
    assert.equal(judge('happy-path-v0.3'), 'verified');
    assert.notEqual(
      judge('happy-path-v0.3', JSON.stringify({ ...message, dsseEnvelope })),
      'verified',
    );
    const many = JSON.stringify({
      ...envelope,
      verificationMaterial: {
        ...(envelope as unknown as { verificationMaterial: object }).verificationMaterial,
        tlogEntries: Array.from({ length: 10_000 }, () => ({})),
      },
    });
    assert.equal(judge('happy-path-intoto-in-dsse-v3', many), 'refused');
  });
});
