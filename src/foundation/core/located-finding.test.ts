import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { SAMPLE_INVENTORY, SAMPLE_REPORT } from '../../../test/support/sample-report.ts';
import { isGuess } from './finding.ts';
import {
  compareDanger,
  findPrimaryLocation,
  formatRemedy,
  getEpss,
  listLocatedFindings,
} from './located-finding.ts';

suite('findings with their packages', () => {
  test('sorts the most severe first', () => {
    const located = listLocatedFindings(SAMPLE_REPORT).sort(compareDanger);
    assert.deepEqual(
      located.map(({ finding, package: pkg }) => `${finding.id} ${pkg.key.slice(-1)}`),
      ['GHSA-35jh-r3h4-6jhm 2', 'GHSA-35jh-r3h4-6jhm 3', 'CVE-2024-58251 1', 'CVE-2020-1 4'],
    );
    assert.deepEqual(
      located.map(({ finding }) => isGuess(finding)),
      [false, false, true, false],
    );
    assert.deepEqual(
      located.map(({ finding }) => getEpss(finding)),
      [0.123, 0.123, 0.0002, undefined],
    );
  });

  test('the remedy is an update, or the reason for its absence', () => {
    const [first] = listLocatedFindings(SAMPLE_REPORT);
    assert.ok(first);
    const { finding } = first;
    assert.equal(formatRemedy({ ...finding, fixVersions: ['1.2', '1.3'] }), 'update to 1.2');
    assert.equal(
      formatRemedy({ ...finding, fixVersions: [], fixState: 'not-fixed' }),
      'not fixed yet',
    );
    assert.equal(
      formatRemedy({ ...finding, fixVersions: [], fixState: 'wont-fix' }),
      'will not be fixed',
    );
  });

  test('the best location of a package is its own record', () => {
    const [busybox] = SAMPLE_INVENTORY.packages;
    assert.ok(busybox);
    assert.equal(findPrimaryLocation(busybox)?.path, '/lib/apk/db/installed');
    assert.equal(findPrimaryLocation({ ...busybox, locations: [] }), undefined);
  });
});
