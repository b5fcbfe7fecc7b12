import assert from 'node:assert/strict';
import { generateKeyPairSync, hash, type KeyObject } from 'node:crypto';
import { suite, test } from 'node:test';
import { createInventory } from '../../test/support/inventory.ts';
import { IMAGE } from '../../test/support/sample-report.ts';
import { signStatement } from '../compliance/attest/sign-envelope.ts';
import { evaluatePolicies } from '../compliance/policy/evaluate-policy.ts';
import { loadPolicies } from '../compliance/policy/load-policies.ts';
import { createAssessment } from '../foundation/core/assessment.ts';
import { DEFAULT_LIMITS } from '../foundation/core/limits.ts';
import type { PolicyOutcome } from '../foundation/core/policy-verdict.ts';
import { collectAttestations } from './collect-attestations.ts';
import type { AttachedDocuments } from './scan-options.ts';

const NOW = '2026-11-24T00:00:00Z';
const CI = generateKeyPairSync('ed25519');
const OTHER = generateKeyPairSync('ec', { namedCurve: 'P-256' });

function digestKey({ publicKey }: { readonly publicKey: KeyObject }): string {
  return `sha256:${hash('sha256', publicKey.export({ type: 'spki', format: 'der' }))}`;
}

const ABOUT_IMAGE = IMAGE.manifestDigest.replace('sha256:', '');

function createStatement(
  predicateType: string,
  predicate: object,
  { digest = ABOUT_IMAGE, key }: { digest?: string; key?: KeyObject } = {},
): Buffer {
  const statement = JSON.stringify({
    _type: 'https://in-toto.io/Statement/v1',
    subject: [{ name: 'app', digest: { sha256: digest } }],
    predicateType,
    predicate,
  });
  return Buffer.from(key === undefined ? statement : JSON.stringify(signStatement(statement, key)));
}

const VULNS = 'https://in-toto.io/attestation/vulns/v0.2';
const SCAN = { scanner: {}, metadata: { scanFinishedOn: '2026-11-18T00:00:00Z' } };

interface Given {
  readonly documents?: readonly Buffer[];
  readonly keys?: readonly KeyObject[];
  readonly attached?: AttachedDocuments;
  readonly isDirectory?: boolean;
}

function judge(
  condition: string,
  { documents, keys, attached, isDirectory = false }: Given,
): PolicyOutcome {
  const text = `policy: p\nrules:\n  - { id: r, for: attestation, ${condition}, then: fail }\n`;
  const inventory = createInventory({ packages: [], ...(isDirectory ? {} : { target: IMAGE }) });
  const assessment = createAssessment({ inventory });
  const attestations = collectAttestations(assessment.target, {
    request: {
      ...(keys === undefined ? {} : { attestationTrust: { keys } }),
      attestations: (documents ?? []).map((content) => ({ origin: 'scan.json', content })),
    },
    attached,
    limits: DEFAULT_LIMITS,
  });
  const policies = loadPolicies([{ name: 'p.yaml', bytes: Buffer.from(text) }]);
  const input = { assessment, now: NOW, areFilesListed: true, attestations };
  return evaluatePolicies(policies, input).rules[0]?.outcome ?? 'pass';
}

const RECENT = 'when-none: { kind: vulns, verified: true, age: at most 7 days }';
const KEYS = [CI.publicKey];

suite('a rule that requires a recent scan signed by CI', () => {
  test('passes for a statement about the image by that key', () => {
    const documents = [createStatement(VULNS, SCAN, { key: CI.privateKey })];
    const signer = RECENT.replace('age', `signer: "${digestKey(CI)}", age`);
    assert.equal(judge(RECENT, { documents, keys: KEYS }), 'pass');
    assert.equal(judge(signer, { documents, keys: [OTHER.publicKey, ...KEYS] }), 'pass');
    const cosign = 'https://cosign.sigstore.dev/attestation/vuln/v1';
    const byCosign = [createStatement(cosign, SCAN, { key: CI.privateKey })];
    assert.equal(judge(RECENT, { documents: byCosign, keys: KEYS }), 'pass');
  });

  test('fails without a signature, or with that of another key', () => {
    const signed = createStatement(VULNS, SCAN, { key: OTHER.privateKey });
    assert.equal(judge(RECENT, { documents: [createStatement(VULNS, SCAN)], keys: KEYS }), 'fail');
    assert.equal(judge(RECENT, { documents: [signed], keys: KEYS }), 'fail');
    const signer = RECENT.replace('age', `signer: "${digestKey(CI)}", age`);
    const both = [...KEYS, OTHER.publicKey];
    assert.equal(judge(signer, { documents: [signed], keys: both }), 'fail');
    assert.equal(judge(RECENT, { documents: [Buffer.from('{"a":1}')], keys: KEYS }), 'fail');
  });

  test('fails for a statement about another image, and of another type', () => {
    const digest = '0'.repeat(64);
    const other = createStatement(VULNS, SCAN, { digest, key: CI.privateKey });
    assert.equal(judge(RECENT, { documents: [other], keys: KEYS }), 'fail');
    const sbom = createStatement('https://spdx.dev/Document', SCAN, { key: CI.privateKey });
    assert.equal(judge(RECENT, { documents: [sbom], keys: KEYS }), 'fail');
  });

  test('fails if it is too old, and is unknown if it is from the future or has no time', () => {
    const createDated = (scanFinishedOn?: string): Buffer[] => [
      createStatement(VULNS, { metadata: { scanFinishedOn } }, { key: CI.privateKey }),
    ];
    assert.equal(
      judge(RECENT, { documents: createDated('2026-11-16T23:59:59Z'), keys: KEYS }),
      'fail',
    );
    assert.equal(
      judge(RECENT, { documents: createDated('2026-11-24T00:00:01Z'), keys: KEYS }),
      'unknown',
    );
    assert.equal(judge(RECENT, { documents: createDated('yesterday'), keys: KEYS }), 'unknown');
    assert.equal(judge(RECENT, { documents: createDated(), keys: KEYS }), 'unknown');
  });

  test('is unknown if no key was given, or nothing can be attached to the target', () => {
    const documents = [createStatement(VULNS, SCAN, { key: CI.privateKey })];
    assert.equal(judge(RECENT, { documents }), 'unknown');
    assert.equal(judge(RECENT, { keys: KEYS }), 'unknown');
    assert.equal(judge(RECENT, { documents, keys: KEYS, isDirectory: true }), 'unknown');
  });

  test('reads attached statements, also those about the index of the image', () => {
    const digest = 'f'.repeat(64);
    const content = createStatement(VULNS, SCAN, { digest, key: CI.privateKey });
    const document = { origin: 'app@sha256:1', content, attachedTo: [digest] };
    const none = { documents: [], missing: [] };
    assert.equal(
      judge(RECENT, { keys: KEYS, attached: { documents: [document], missing: [] } }),
      'pass',
    );
    assert.equal(judge(RECENT, { keys: KEYS, attached: none }), 'fail');
    const unread = { reason: 'a document has 1 GB', isTemporary: false };
    const cut = { documents: [], missing: [unread] };
    assert.equal(judge(RECENT, { keys: KEYS, attached: cut }), 'unknown');
  });
});

suite('a fact of an attestation', () => {
  const documents = [
    createStatement(
      'https://slsa.dev/provenance/v1',
      {
        runDetails: {
          builder: { id: 'https://ci.example/b' },
          metadata: { finishedOn: '2026-11-20T00:00:00Z' },
        },
      },
      { key: CI.privateKey },
    ),
    createStatement(
      'https://slsa.dev/verification_summary/v1',
      { timeVerified: '2026-11-20T00:00:00Z', verificationResult: 'PASSED' },
      { key: CI.privateKey },
    ),
  ];

  test('names the builder of a provenance, old and new', () => {
    const wrong = 'when: { kind: provenance, builder: not https://ci.example/b }';
    const right = wrong.replace('not ', '');
    assert.equal(judge(wrong, { documents, keys: KEYS }), 'pass');
    assert.equal(judge(right, { documents, keys: KEYS }), 'fail');
    const old = createStatement(
      'https://slsa.dev/provenance/v0.2',
      { builder: { id: 'https://ci.example/b' } },
      { key: CI.privateKey },
    );
    assert.equal(judge(right, { documents: [old], keys: KEYS }), 'fail');
  });

  test('names the result of a summary', () => {
    assert.equal(
      judge('when-none: { kind: vsa, result: PASSED }', { documents, keys: KEYS }),
      'pass',
    );
    assert.equal(
      judge('when-none: { kind: vsa, result: FAILED }', { documents, keys: KEYS }),
      'fail',
    );
  });

  test('is unknown if anybody could have written it', () => {
    const forged = [createStatement('https://slsa.dev/provenance/v1', { builder: { id: 'x' } })];
    for (const fact of ['builder: x', 'age: at most 9 days', 'result: PASSED']) {
      assert.equal(judge(`when: { ${fact} }`, { documents: forged, keys: KEYS }), 'unknown', fact);
    }
  });

  test('states signatures and types of documents that were not verified', () => {
    const unsigned = [createStatement(VULNS, SCAN)];
    assert.equal(judge('when: { signed: false }', { documents: unsigned, keys: KEYS }), 'fail');
    assert.equal(judge('when: { signed: false }', { documents, keys: KEYS }), 'pass');
    assert.equal(judge('when: { signer: like "*" }', { documents: unsigned, keys: KEYS }), 'pass');
    assert.equal(judge('when: { signer: like "*" }', { documents }), 'unknown');
    const type = 'when: { predicate-type: like https://slsa.dev/* }';
    assert.equal(judge(type, { documents, keys: KEYS }), 'fail');
    assert.equal(judge(type, { documents: unsigned, keys: KEYS }), 'pass');
    assert.equal(judge('when: { about-target: false }', { documents, keys: KEYS }), 'pass');
    assert.equal(
      judge('when: { kind: malformed, about-target: false }', {
        documents: [Buffer.from('[]')],
        keys: KEYS,
      }),
      'fail',
    );
  });
});
