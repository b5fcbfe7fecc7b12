import assert from 'node:assert/strict';
import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { suite, test } from 'node:test';
import { checkEnvelopeSignature } from './envelope-signature.ts';

const TYPE = 'application/vnd.in-toto+json';
const PAYLOAD = '{"_type":"https://in-toto.io/Statement/v1","predicate":"ä"}';

interface Pair {
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
}

const PAIRS: readonly (readonly [title: string, digest: string | undefined, pair: Pair])[] = [
  ['ECDSA on P-256', 'sha256', generateKeyPairSync('ec', { namedCurve: 'P-256' })],
  ['ECDSA on P-384', 'sha384', generateKeyPairSync('ec', { namedCurve: 'P-384' })],
  ['Ed25519', undefined, generateKeyPairSync('ed25519')],
  ['RSA', 'sha256', generateKeyPairSync('rsa', { modulusLength: 2048 })],
];

/** The signed bytes in full: DSSE 1.0, "Signature Definition". */
const SIGNED = Buffer.from(`DSSEv1 28 ${TYPE} ${Buffer.byteLength(PAYLOAD)} ${PAYLOAD}`);

function createEnvelope(signature: Buffer, payload = PAYLOAD, payloadType = TYPE) {
  return {
    payloadType,
    payload: Buffer.from(payload).toString('base64'),
    signatures: [{ keyid: 'x', sig: signature.toString('base64') }],
  };
}

suite('signatures of envelopes', () => {
  for (const [title, digest, { publicKey, privateKey }] of PAIRS) {
    test(`${title}: is valid for the signed content only`, () => {
      const signature = sign(digest, SIGNED, privateKey);
      assert.equal(checkEnvelopeSignature(createEnvelope(signature), [publicKey]), 'verified');
      const changed = [
        createEnvelope(signature, PAYLOAD.replace('ä', 'a')),
        createEnvelope(signature, PAYLOAD, 'text/plain'),
        createEnvelope(sign(digest, Buffer.from(PAYLOAD), privateKey)),
        createEnvelope(Buffer.from('hello')),
      ];
      for (const envelope of changed) {
        assert.equal(checkEnvelopeSignature(envelope, [publicKey]), 'refused');
      }
    });
  }

  test('one valid key is enough, and each key is tried', () => {
    const [first, second] = [PAIRS[0], PAIRS[2]].map((one) => one?.[2]);
    assert.ok(first !== undefined && second !== undefined);
    const envelope = createEnvelope(sign(undefined, SIGNED, second.privateKey));
    assert.equal(checkEnvelopeSignature(envelope, [first.publicKey, second.publicKey]), 'verified');
    assert.equal(checkEnvelopeSignature(envelope, [first.publicKey]), 'refused');
    assert.equal(checkEnvelopeSignature(envelope, []), 'refused');
  });

  test('does not check signatures without keys, and reports unsigned envelopes as such', () => {
    assert.equal(checkEnvelopeSignature(createEnvelope(Buffer.from('x')), undefined), 'unchecked');
    for (const signatures of [[], [{}], [{ sig: '' }], undefined, 'x']) {
      const envelope = { payloadType: TYPE, payload: '', signatures };
      assert.equal(checkEnvelopeSignature(envelope, []), 'none');
    }
  });

  test('a key of another kind verifies nothing', () => {
    const { publicKey } = generateKeyPairSync('x25519');
    assert.equal(checkEnvelopeSignature(createEnvelope(Buffer.from('x')), [publicKey]), 'refused');
  });
});
