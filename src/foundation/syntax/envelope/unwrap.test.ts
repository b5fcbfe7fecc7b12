import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { DEFAULT_LIMITS } from '../../core/limits.ts';
import { unwrapAttestation } from './unwrap.ts';

const SBOM = { bomFormat: 'CycloneDX' };

const createStatement = (predicate: unknown) => ({
  _type: 'https://in-toto.io/Statement/v0.1',
  predicateType: 'https://cyclonedx.org/bom',
  subject: [],
  predicate,
});

const createEnvelope = (payload: unknown) => ({
  payloadType: 'application/vnd.in-toto+json',
  payload: Buffer.from(JSON.stringify(payload)).toString('base64'),
  signatures: [{ sig: '' }],
});

function unwrapDocuments(content: unknown, limits = DEFAULT_LIMITS): string[] {
  const text = typeof content === 'string' ? content : JSON.stringify(content);
  return unwrapAttestation(Buffer.from(text), limits).map(({ content: bytes }) =>
    Buffer.from(bytes).toString(),
  );
}

describe('the documents of an attestation', () => {
  const whole = JSON.stringify(SBOM);

  it('are the predicates of statements, bare, in an envelope or in a bundle', () => {
    assert.deepEqual(unwrapDocuments(createStatement(SBOM)), [whole]);
    assert.deepEqual(unwrapDocuments(createEnvelope(createStatement(SBOM))), [whole]);
    assert.deepEqual(
      unwrapDocuments({ mediaType: 'x', dsseEnvelope: createEnvelope(createStatement(SBOM)) }),
      [whole],
    );
    assert.deepEqual(
      unwrapDocuments(JSON.stringify(createEnvelope(createStatement(SBOM)), undefined, 2)),
      [whole],
    );
  });

  it('may be wrapped once more, as Cosign does with strings', () => {
    assert.deepEqual(
      unwrapDocuments(createEnvelope(createStatement({ Data: 'SPDXVersion: SPDX-2.3' }))),
      ['SPDXVersion: SPDX-2.3'],
    );
    assert.deepEqual(unwrapDocuments(createStatement({ Data: SBOM, Timestamp: '' })), [whole]);
  });

  it('are several if there is one envelope per line', () => {
    const line = JSON.stringify(createEnvelope(createStatement(SBOM)));
    assert.deepEqual(unwrapDocuments(`${line}\n\n{"payload":1}\nhello\n${line}\n`), [whole, whole]);
  });

  it('are none for other content and for empty attestations', () => {
    const none = [
      SBOM,
      'hello',
      '',
      '{"payload":',
      { payload: 'x', payloadType: 'y' },
      createEnvelope('text'),
      createEnvelope({}),
      createStatement(undefined),
      createStatement(7),
      { _type: 'https://example.org' },
    ];
    for (const content of none) {
      assert.deepEqual(unwrapDocuments(content), []);
    }
  });

  it('have a depth limit, including nested envelopes', () => {
    let nested: unknown = createStatement(SBOM);
    for (let depth = 0; depth < 6; depth++) {
      nested = createEnvelope(nested);
    }
    assert.deepEqual(unwrapDocuments(nested), []);
    const deep = createEnvelope(JSON.parse(`${'['.repeat(600)}${']'.repeat(600)}`));
    assert.deepEqual(unwrapDocuments(deep), []);
    assert.deepEqual(
      unwrapDocuments(createStatement(SBOM), { ...DEFAULT_LIMITS, documentBytesMax: 9 }),
      [],
    );
  });
});
