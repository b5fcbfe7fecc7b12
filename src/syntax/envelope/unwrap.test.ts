import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { DEFAULT_LIMITS } from '../../core/limits.ts';
import { unwrapAttestation } from './unwrap.ts';

const SBOM = { bomFormat: 'CycloneDX' };

const statement = (predicate: unknown) => ({
  _type: 'https://in-toto.io/Statement/v0.1',
  predicateType: 'https://cyclonedx.org/bom',
  subject: [],
  predicate,
});

const envelope = (payload: unknown) => ({
  payloadType: 'application/vnd.in-toto+json',
  payload: Buffer.from(JSON.stringify(payload)).toString('base64'),
  signatures: [{ sig: '' }],
});

function documents(content: unknown, limits = DEFAULT_LIMITS): string[] {
  const text = typeof content === 'string' ? content : JSON.stringify(content);
  return unwrapAttestation(Buffer.from(text), limits).map(({ content: bytes }) =>
    Buffer.from(bytes).toString(),
  );
}

describe('the documents of an attestation', () => {
  const whole = JSON.stringify(SBOM);

  it('are the predicates of statements, bare, in an envelope or in a bundle', () => {
    assert.deepEqual(documents(statement(SBOM)), [whole]);
    assert.deepEqual(documents(envelope(statement(SBOM))), [whole]);
    assert.deepEqual(documents({ mediaType: 'x', dsseEnvelope: envelope(statement(SBOM)) }), [
      whole,
    ]);
    assert.deepEqual(documents(JSON.stringify(envelope(statement(SBOM)), undefined, 2)), [whole]);
  });

  it('may be wrapped once more, as Cosign does with texts', () => {
    assert.deepEqual(documents(envelope(statement({ Data: 'SPDXVersion: SPDX-2.3' }))), [
      'SPDXVersion: SPDX-2.3',
    ]);
    assert.deepEqual(documents(statement({ Data: SBOM, Timestamp: '' })), [whole]);
  });

  it('are several where there is one envelope a line', () => {
    const line = JSON.stringify(envelope(statement(SBOM)));
    assert.deepEqual(documents(`${line}\n\n{"payload":1}\nhello\n${line}\n`), [whole, whole]);
  });

  it('are none of what is no attestation, or has nothing in it', () => {
    const none = [
      SBOM,
      'hello',
      '',
      '{"payload":',
      { payload: 'x', payloadType: 'y' },
      envelope('text'),
      envelope({}),
      statement(undefined),
      statement(7),
      { _type: 'https://example.org' },
    ];
    for (const content of none) {
      assert.deepEqual(documents(content), []);
    }
  });

  it('are bounded in depth, envelopes in envelopes included', () => {
    let nested: unknown = statement(SBOM);
    for (let depth = 0; depth < 6; depth++) {
      nested = envelope(nested);
    }
    assert.deepEqual(documents(nested), []);
    const deep = envelope(JSON.parse(`${'['.repeat(600)}${']'.repeat(600)}`));
    assert.deepEqual(documents(deep), []);
    assert.deepEqual(documents(statement(SBOM), { ...DEFAULT_LIMITS, documentBytesMax: 9 }), []);
  });
});
