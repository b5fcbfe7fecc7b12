import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { readVex, testVexRefusals } from '../../../test/support/vex-refusals.ts';
import { cyclonedxVex } from './read.ts';

const MUSL = { 'bom-ref': 'm', name: 'musl', version: '1', purl: 'pkg:apk/alpine/musl@1' };
const VULNERABILITY = {
  id: 'CVE-2025-1',
  references: [{ id: 'GHSA-1' }],
  affects: [{ ref: 'm' }],
  analysis: {
    state: 'not_affected',
    justification: 'code_not_reachable',
    detail: 'why',
    response: ['will_not_fix'],
  },
};
const FRAME = { bomFormat: 'CycloneDX', specVersion: '1.6', serialNumber: 'urn:1', version: 2 };
const VALID = { ...FRAME, components: [MUSL], vulnerabilities: [VULNERABILITY] };

const readExtended = (more: object) => readVex(cyclonedxVex, { ...VALID, ...more });

suite('CycloneDX documents with analyses', () => {
  testVexRefusals(cyclonedxVex, VALID);

  test('have statements with all their members', () => {
    const { statements, problems, id, version } = readExtended({});
    assert.deepEqual([id, version, problems], ['urn:1', '2', []]);
    assert.deepEqual(statements, [
      {
        index: 0,
        vulnerability: 'CVE-2025-1',
        aliases: ['GHSA-1'],
        products: [{ identifiers: ['pkg:apk/alpine/musl@1'], hashes: [], subcomponents: [] }],
        status: 'not_affected',
        justification: 'vulnerable_code_not_in_execute_path',
        detail: 'code_not_reachable',
        impactStatement: 'why',
        responses: ['will_not_fix'],
      },
    ]);
  });

  test('are not about versions whose status contradicts the analysis', () => {
    const versions = ['affected', 'unaffected', 'unknown'].map((status) => ({
      range: `vers:generic/${status}`,
      status,
    }));
    const listRanges = (state: string): (string | undefined)[] => {
      const vulnerabilities = [
        { ...VULNERABILITY, analysis: { state }, affects: [{ ref: 'm', versions }] },
      ];
      const [one] = readExtended({ vulnerabilities }).statements;
      return (one?.products ?? []).map(({ versionRange }) => versionRange?.slice(13));
    };
    assert.deepEqual(listRanges('exploitable'), ['affected', 'unknown']);
    assert.deepEqual(listRanges('resolved'), ['unaffected', 'unknown']);
    assert.deepEqual(listRanges('not_affected'), ['unaffected', 'unknown']);
    assert.deepEqual(listRanges('in_triage'), ['affected', 'unaffected', 'unknown']);
  });

  test('link a product in another document by the part after the mark', () => {
    for (const [ref, named] of [
      ['urn:cdx:1/1#pkg:apk%2Falpine%2Fzlib', 'pkg:apk/alpine/zlib'],
      ['urn:cdx:1/1#%E0%A4%A', '%E0%A4%A'],
      ['urn:cdx:1/1#m', 'pkg:apk/alpine/musl@1'],
      ['', ''],
    ] as const) {
      const vulnerabilities = [{ ...VULNERABILITY, affects: [{ ref }] }];
      const [one] = readExtended({ vulnerabilities }).statements;
      assert.deepEqual(one?.products[0]?.identifiers, [named]);
    }
  });

  test('drop only malformed statements, and ignore vulnerabilities without an analysis', () => {
    const odd = { ...VULNERABILITY, analysis: { state: 'perhaps' } };
    const vulnerabilities = [7, { analysis: {} }, odd, { id: 'CVE-2025-2' }, VULNERABILITY];
    const read = readExtended({ vulnerabilities });
    assert.deepEqual(
      read.statements.map(({ index }) => index),
      [4],
    );
    assert.deepEqual(read.problems, [
      'vulnerability 0 is not an object',
      'vulnerability 1 has no id',
      'vulnerability 2 (CVE-2025-1) has no supported state',
    ]);
    assert.deepEqual(readExtended({ vulnerabilities: [] }).statements, []);
  });

  test('read nested components up to the maximum depth of a document', () => {
    let nested: object = MUSL;
    for (let depth = 0; depth < 200; depth++) {
      nested = { components: [nested] };
    }
    const [one] = readExtended({ components: [nested] }).statements;
    assert.deepEqual(one?.products[0]?.identifiers, ['pkg:apk/alpine/musl@1']);
  });
});
