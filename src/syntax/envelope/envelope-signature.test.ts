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

/** What is signed, spelled out: DSSE 1.0, "Signature Definition". */
const SIGNED = Buffer.from(`DSSEv1 28 ${TYPE} ${Buffer.byteLength(PAYLOAD)} ${PAYLOAD}`);

function envelopeOf(signature: Buffer, payload = PAYLOAD, payloadType = TYPE) {
  return {
    payloadType,
    payload: Buffer.from(payload).toString('base64'),
    signatures: [{ keyid: 'x', sig: signature.toString('base64') }],
  };
}

suite('signatures of envelopes', () => {
  for (const [title, digest, { publicKey, privateKey }] of PAIRS) {
    test(`${title}: holds for what was signed, and for nothing else`, () => {
      const signature = sign(digest, SIGNED, privateKey);
      assert.equal(checkEnvelopeSignature(envelopeOf(signature), [publicKey]), 'verified');
      const changed = [
        envelopeOf(signature, PAYLOAD.replace('ä', 'a')),
        envelopeOf(signature, PAYLOAD, 'text/plain'),
        envelopeOf(sign(digest, Buffer.from(PAYLOAD), privateKey)),
        envelopeOf(Buffer.from('hello')),
      ];
      for (const envelope of changed) {
        assert.equal(checkEnvelopeSignature(envelope, [publicKey]), 'refused');
      }
    });
  }

  test('one of the keys is enough, and each of them is tried', () => {
    const [first, second] = [PAIRS[0], PAIRS[2]].map((one) => one?.[2]);
    assert.ok(first !== undefined && second !== undefined);
    const envelope = envelopeOf(sign(undefined, SIGNED, second.privateKey));
    assert.equal(checkEnvelopeSignature(envelope, [first.publicKey, second.publicKey]), 'verified');
    assert.equal(checkEnvelopeSignature(envelope, [first.publicKey]), 'refused');
    assert.equal(checkEnvelopeSignature(envelope, []), 'refused');
  });

  test('without keys nothing is looked at, and no signature is none', () => {
    assert.equal(checkEnvelopeSignature(envelopeOf(Buffer.from('x')), undefined), 'unchecked');
    for (const signatures of [[], [{}], [{ sig: '' }], undefined, 'x']) {
      const envelope = { payloadType: TYPE, payload: '', signatures };
      assert.equal(checkEnvelopeSignature(envelope, []), 'none');
    }
  });

  test('a key of another kind signs nothing', () => {
    const { publicKey } = generateKeyPairSync('x25519');
    assert.equal(checkEnvelopeSignature(envelopeOf(Buffer.from('x')), [publicKey]), 'refused');
  });
});
