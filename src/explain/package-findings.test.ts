import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import {
  HOSTILE_NAME,
  SAMPLE_FINDINGS,
  SAMPLE_INVENTORY,
} from '../../test/support/sample-report.ts';
import { UserError } from '../core/error.ts';
import { findNamedPackages, listPackageFindings } from './package-findings.ts';
import { formatPackageFindings } from './package-findings-text.ts';

const find = (text: string) => findNamedPackages(text, SAMPLE_INVENTORY, SAMPLE_FINDINGS);

function format(name: string, columns?: number): string {
  const answers = listPackageFindings(find(name) ?? [], SAMPLE_INVENTORY, SAMPLE_FINDINGS);
  const layout = columns === undefined ? {} : { columns };
  return formatPackageFindings(answers, 'my app.tar', { isColoured: false, ...layout });
}

suite('the findings of a package', () => {
  test('are those of every package with the name', () => {
    assert.equal(find('lodash')?.length, 2);
    assert.match(format('lodash'), /^lodash 4\.17\.20 \(npm\): 1 finding\n(?:.*\n)+\nlodash /);
  });

  test('are ranked among all open findings, and ignored ones come last', () => {
    const [evil] = listPackageFindings(find(HOSTILE_NAME) ?? [], SAMPLE_INVENTORY, SAMPLE_FINDINGS);
    assert.deepEqual(
      evil?.findings.map(({ id, state, rank }) => [id, state, rank.position]),
      [
        ['CVE-2020-1', 'open', 4],
        ['CVE-2020-2', 'ignored', undefined],
      ],
    );
    assert.match(format(HOSTILE_NAME), /^CVE-2020-2 .*suppressed$/m);
  });

  test('show why a package was not evaluated', () => {
    assert.match(format(HOSTILE_NAME), /^Not evaluated: "\\u\{1b\}\[2J" is no version$/m);
  });

  test('contain no control characters, and fit the terminal', () => {
    for (const columns of [undefined, 60, 80, 120]) {
      for (const line of format(HOSTILE_NAME, columns).split('\n')) {
        assert.doesNotMatch(line, /[\u0000-\u001f\u202e]/);
        assert.ok(line.length <= (columns ?? 1_000) || line.startsWith('Explain one:'), line);
      }
    }
  });

  test('fit a terminal of 40 columns with the longest ID and severity', () => {
    const [answer] = listPackageFindings(find('lodash') ?? [], SAMPLE_INVENTORY, SAMPLE_FINDINGS);
    const [finding] = answer?.findings ?? [];
    assert.ok(answer && finding);
    const id = 'GHSA-jfh8-c2jp-5v3q';
    for (const isExploited of [false, true]) {
      const longest = {
        ...finding,
        id,
        severity: 'negligible',
        fixVersion: '2.15.0-rc1.2',
        isExploited,
      } as const;
      const text = formatPackageFindings([{ ...answer, findings: [longest] }], 'a', {
        isColoured: false,
        columns: 40,
      });
      const [table = ''] = text.split('\n\n');
      assert.match(table, new RegExp(`^${id} `, 'm'));
      assert.ok(
        table.split('\n').every((line) => line.length <= 40),
        table,
      );
    }
  });

  test('end with a command whose arguments are quoted for a shell', () => {
    assert.match(
      format('busybox'),
      /\n\nExplain one: plimsoll why 'my app\.tar' CVE-2024-58251\n$/,
    );
  });
});

suite('the subject of a question', () => {
  test('is an ID if it is one of a finding or has the form of one', () => {
    for (const id of [
      'ghsa-35jh-r3h4-6jhm',
      'CVE-2021-23337',
      'CVE-1999-1,CVE-1999-2',
      'RUSTSEC-2020-0071',
      'ALAS2-2023-1',
      'DSA-5417-1',
      'RHSA-2023:1234',
      'openSUSE-SU-2023:0001-1',
      'ALPINE-CVE-2023-0286',
    ]) {
      assert.equal(find(id), undefined, id);
    }
  });

  test('is otherwise a package, or an error with near names and the next step', () => {
    const fail = (text: string): string => {
      try {
        find(text);
      } catch (error) {
        assert.ok(error instanceof UserError);
        assert.equal(error.code, 'E_USAGE');
        return error.hint ?? '';
      }
      return assert.fail(text);
    };
    assert.match(fail('lodahs'), /^did you mean lodash\? If not, run "plimsoll sbom TARGET"/);
    assert.match(fail('lodash@1'), /^did you mean lodash@4\.17\.20/);
    assert.match(fail('pkg:npm/lodash@1'), /^did you mean lodash@4\.17\.20/);
    assert.match(fail('busy'), /^did you mean busybox\?/);
    for (const text of ['', 'x'.repeat(10_000), 'libssl-1.1', '@', 'pkg:']) {
      assert.match(fail(text), /run "plimsoll sbom TARGET"/);
    }
  });
});
