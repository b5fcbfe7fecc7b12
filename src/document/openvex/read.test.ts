import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { readVex, testVexRefusals } from '../../../test/support/vex-refusals.ts';
import { openvex } from './read.ts';

const FRAME = { '@context': 'https://openvex.dev/ns/v0.2.0', '@id': 'urn:1', author: 'A' };
const STATEMENT = {
  vulnerability: { name: 'CVE-2025-1', aliases: ['GHSA-1'] },
  products: [
    {
      '@id': 'pkg:oci/app',
      hashes: { 'sha-256': 'AB' },
      subcomponents: [{ '@id': 'pkg:apk/alpine/musl', identifiers: { cpe23: 'cpe:2.3:a:m:m' } }],
    },
  ],
  status: 'not_affected',
  justification: 'component_not_present',
  impact_statement: 'why',
};
const VALID = { ...FRAME, version: 2, timestamp: '2026-01-01T00:00:00Z', statements: [STATEMENT] };

suite('OpenVEX documents', () => {
  testVexRefusals(openvex, VALID);

  test('have statements with all their members', () => {
    const { statements, problems, id, author, version } = readVex(openvex, VALID);
    assert.deepEqual([id, author, version, problems], ['urn:1', 'A', '2', []]);
    const part = { hashes: [], subcomponents: [] };
    assert.deepEqual(statements, [
      {
        index: 0,
        vulnerability: 'CVE-2025-1',
        aliases: ['GHSA-1'],
        products: [
          {
            identifiers: ['pkg:oci/app'],
            hashes: [{ algorithm: 'sha256', value: 'ab' }],
            subcomponents: [{ ...part, identifiers: ['pkg:apk/alpine/musl', 'cpe:2.3:a:m:m'] }],
          },
        ],
        status: 'not_affected',
        justification: 'component_not_present',
        impactStatement: 'why',
        responses: [],
        timestamp: '2026-01-01T00:00:00Z',
      },
    ]);
  });

  test('may be drafts, in which all values are plain strings', () => {
    const plain = { vulnerability: 'CVE-2025-1', products: ['pkg:oci/app'], status: 'fixed' };
    const draft = { ...plain, subcomponents: ['pkg:apk/alpine/musl'] };
    const [one] = readVex(openvex, { ...FRAME, statements: [draft] }).statements;
    assert.deepEqual(one?.products[0]?.subcomponents[0]?.identifiers, ['pkg:apk/alpine/musl']);
  });

  test('drop only malformed statements', () => {
    const statements = [7, {}, { ...STATEMENT, status: 'perhaps' }, STATEMENT];
    const read = readVex(openvex, { ...FRAME, statements });
    assert.deepEqual(
      read.statements.map(({ index }) => index),
      [3],
    );
    assert.deepEqual(read.problems, [
      'statement 0 is not an object',
      'statement 1 does not name a vulnerability',
      'statement 2 about CVE-2025-1 has no supported status',
    ]);
    assert.deepEqual(readVex(openvex, { ...FRAME, statements: [] }).statements, []);
  });
});
