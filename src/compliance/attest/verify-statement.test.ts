import assert from 'node:assert/strict';
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { suite, test } from 'node:test';
import { DEFAULT_LIMITS } from '../../foundation/core/limits.ts';
import { type Envelope, signStatement } from './sign-envelope.ts';
import { formatStatement } from './statement.ts';
import { checkStatements } from './verify-statement.ts';

const DIGEST = `sha256:${'3a'.repeat(32)}`;
const STATEMENT = formatStatement({
  kind: 'vsa',
  name: 'app',
  digest: DIGEST,
  predicate: { verificationResult: 'PASSED', timeVerified: '2026-11-29T00:00:00Z' },
});

function judge(envelope: object, key: KeyObject): string {
  const content = Buffer.from(JSON.stringify(envelope));
  const trust = { keys: [key], limits: DEFAULT_LIMITS };
  const [first] = checkStatements({ origin: 'statement.json', content }, DIGEST, trust);
  return first?.state ?? 'absent';
}

function invertBit(bytes: Uint8Array, bit: number): Buffer {
  const inverted = Buffer.from(bytes);
  inverted[bit >> 3] = (inverted[bit >> 3] ?? 0) ^ (1 << (bit & 7));
  return inverted;
}

/** Lists the envelope once for each bit of payload, type and signature, with that bit inverted. */
function* listAltered({ payload, payloadType, signatures }: Envelope): Generator<object> {
  const [{ sig, keyid } = { sig: '', keyid: '' }] = signatures;
  const whole = { payload, payloadType, signatures };
  const createAltered: readonly (readonly [Buffer, (bytes: Buffer) => object])[] = [
    [Buffer.from(payload, 'base64'), (bytes) => ({ payload: bytes.toString('base64') })],
    [Buffer.from(payloadType), (bytes) => ({ payloadType: bytes.toString('latin1') })],
    [
      Buffer.from(sig, 'base64'),
      (bytes) => ({ signatures: [{ sig: bytes.toString('base64'), keyid }] }),
    ],
    // The texts in Base64 have bits that may decode to the same bytes.
    [Buffer.from(payload), (bytes) => ({ payload: bytes.toString('latin1') })],
    [Buffer.from(sig), (bytes) => ({ signatures: [{ sig: bytes.toString('latin1'), keyid }] })],
  ];
  for (const [bytes, create] of createAltered) {
    for (let bit = 0; bit < bytes.length * 8; bit += 1) {
      yield { ...whole, ...create(invertBit(bytes, bit)) };
    }
  }
}

suite('a signed statement', () => {
  test('may be about the index that it is attached to, and about no other one', () => {
    const { privateKey, publicKey } = generateKeyPairSync('ed25519');
    const content = Buffer.from(JSON.stringify(signStatement(STATEMENT, privateKey)));
    const image = `sha256:${'4b'.repeat(32)}`;
    const trust = { keys: [publicKey], limits: DEFAULT_LIMITS };
    const check = (attachedTo?: readonly string[]): string | undefined => {
      const found = { origin: 'o', content, ...(attachedTo === undefined ? {} : { attachedTo }) };
      return checkStatements(found, image, trust)[0]?.state;
    };
    assert.equal(check(), 'other-subject');
    assert.equal(check(['4b'.repeat(32), '5c'.repeat(32)]), 'other-subject');
    assert.equal(check(['4b'.repeat(32), '3a'.repeat(32)]), 'verified');
  });

  for (const [name, { privateKey, publicKey }] of [
    ['Ed25519', generateKeyPairSync('ed25519')],
    ['P-256', generateKeyPairSync('ec', { namedCurve: 'P-256' })],
  ] as const) {
    test(`is rejected if any bit of payload, type or signature is flipped (${name})`, () => {
      const envelope = signStatement(STATEMENT, privateKey);
      assert.equal(judge(envelope, publicKey), 'verified');
      const altered = [...listAltered(envelope)];
      assert.ok(altered.length > 8 * STATEMENT.length, String(altered.length));
      const accepted = altered.filter((one) => judge(one, publicKey) === 'verified');
      assert.deepEqual(accepted, []);
    });
  }
});
