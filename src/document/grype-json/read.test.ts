import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { SAMPLE_REPORT, writeReport } from '../../../test/support/sample-report.ts';
import type { DocumentContent } from '../../foundation/core/document.ts';
import { DEFAULT_LIMITS } from '../../foundation/core/limits.ts';
import { grypeJson } from './read.ts';
import { grypeJson as format } from './write.ts';

const DESCRIPTION = {
  kind: 'sbom',
  userInput: '-',
  name: '-',
  path: '-',
  origin: 'stdin',
} as const;

function read(text: string): DocumentContent {
  const options = { limits: DEFAULT_LIMITS, description: DESCRIPTION };
  return grypeJson.read(Buffer.from(text), options);
}

suite('grype-json as input', () => {
  const text = writeReport(format, SAMPLE_REPORT);

  test('recognizes our own results', () => {
    assert.equal(grypeJson.recognize(Buffer.from(text.slice(0, 200))), 0.9);
    assert.equal(grypeJson.recognize(Buffer.from('{"artifacts":[]}')), 0);
  });

  test('includes each matched package once, with its match evidence', () => {
    const { packages, distro } = read(text).inventory;
    assert.deepEqual(
      packages.map(({ name, version, type }) => [name, version, type].join(' ')).toSorted(),
      [
        'busybox 1.36.1-r29 apk',
        'evil\u001b[31m\r\n\u202ename 1.0 npm',
        'lodash 4.17.20 npm',
        'lodash 4.17.20 npm',
      ],
    );
    assert.deepEqual(distro, { id: 'alpine', idLike: [], versionId: '3.20.3' });
    const busybox = packages.find(({ name }) => name === 'busybox');
    assert.deepEqual(busybox?.upstreams, [{ name: 'busybox', version: '1.36.1-r29' }]);
    assert.equal(busybox?.cpes.length, 1);
    assert.equal(busybox?.locations.length, 2);
  });

  test('drops only a match without a package', () => {
    const { packages, problems } = read(
      '{"matches":[{"artifact":{}},{"artifact":{"id":"1","name":"a"}}]}',
    ).inventory;
    assert.deepEqual([packages.length, problems.map(({ code }) => code)], [1, ['P_RECORD']]);
  });

  test('rejects everything else', () => {
    assert.throws(() => read('{"matches":{}}'), { code: 'E_DOCUMENT_INVALID' });
  });
});
