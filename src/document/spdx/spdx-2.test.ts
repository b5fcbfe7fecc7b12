import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DEFAULT_LIMITS } from '../../foundation/core/limits.ts';
import { OwnProperties } from '../sbom/own-properties.ts';
import { readSpdx2 } from './spdx-2.ts';

test('reads creators as authors and tools', () => {
  const creators = ['Tool: a-1', 'Organization: Example (sbom@example.org)', 'Person: Ada'];
  const record = { creationInfo: { creators, created: '2026-11-25T00:00:00Z' } };
  assert.deepEqual(readSpdx2(record, new OwnProperties(DEFAULT_LIMITS)).about, {
    authors: ['Example (sbom@example.org)', 'Ada'],
    tools: ['a-1'],
    createdAt: '2026-11-25T00:00:00Z',
  });
  assert.equal(readSpdx2({}, new OwnProperties(DEFAULT_LIMITS)).about, undefined);
});

const SUPPLIERS = [
  ['Person: Ada (ada@example.org)', { name: 'Ada', isPerson: true, email: 'ada@example.org' }],
  ['Organization: A (B) C', { name: 'A (B) C', isPerson: false }],
  ['Organization: ()', undefined],
  ['NOASSERTION', undefined],
  [`Person: ${' '.repeat(100_000)}(`, { name: '(', isPerson: true }],
] as const;

for (const [text, supplier] of SUPPLIERS) {
  test(`reads the supplier ${text.slice(0, 40)}`, () => {
    const document = readSpdx2({}, new OwnProperties(DEFAULT_LIMITS));
    const record = {
      SPDXID: 'SPDXRef-a',
      name: 'a',
      supplier: text,
      checksums: [{ algorithm: 'SHA256', checksumValue: 'AB' }],
    };
    const pkg = document.readPackage(record);
    assert.deepEqual(pkg?.supplier, supplier);
    assert.deepEqual(pkg?.digests, [{ algorithm: 'sha256', digits: 'ab' }]);
  });
}

test('counts unsupported members with content', () => {
  const record = {
    spdxVersion: 'SPDX-2.3',
    snippets: [{}, {}],
    packages: [
      { name: 'a', copyrightText: 'Ada', downloadLocation: 'NOASSERTION' },
      { name: 'b', copyrightText: 'NOASSERTION', licenseInfoFromFiles: ['NOASSERTION'] },
    ],
  };
  const { countOmitted } = readSpdx2(record, new OwnProperties(DEFAULT_LIMITS));
  assert.deepEqual(Object.fromEntries(countOmitted?.() ?? []), {
    snippets: 2,
    'copyrightText of packages': 1,
  });
});
