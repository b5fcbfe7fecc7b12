import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { catalogued } from '../../../test/support/flat-view.ts';
import { githubActionsUsage } from './github-actions-usage.ts';

const read = (text: string, path = '/.github/workflows/ci.yml'): ReturnType<typeof catalogued> =>
  catalogued(githubActionsUsage, { [path]: text });

const COMMIT = '11bd71901bbe5b1630ceea73d27597364c9af683';

suite('what a workflow uses', () => {
  test('are actions, once each, and workflows that jobs call', () => {
    const { packages, problems } = read(`jobs:
  build:
    steps:
      - uses: actions/cache/restore@v3
      - uses: "actions/checkout@${COMMIT}" # pinned to v4.2.2
      - uses: actions/cache/restore@v3
      - uses: ./.github/actions/bootstrap
      - uses: docker://alpine:3.20
      - run: make
      - uses: broken
  call:
    uses: octo/shared/.github/workflows/ci.yml@main`);
    assert.deepEqual(
      packages.map(({ type, purl, version, metadata }) => [type, purl, version, metadata?.value]),
      [
        [
          'github-action',
          'pkg:github/actions/cache@v3#restore',
          'v3',
          { value: 'actions/cache/restore@v3' },
        ],
        [
          'github-action',
          'pkg:github/actions/checkout@v4.2.2',
          'v4.2.2',
          { value: `actions/checkout@${COMMIT}`, comment: 'v4.2.2' },
        ],
        ['github-action', '', 'UNKNOWN', { value: './.github/actions/bootstrap' }],
        [
          'github-action-workflow',
          'pkg:github/octo/shared@main#.github/workflows/ci.yml',
          'main',
          { value: 'octo/shared/.github/workflows/ci.yml@main' },
        ],
      ],
    );
    assert.deepEqual(problems, ['P_RECORD /.github/workflows/ci.yml:']);
  });

  test('a composite action uses others too', () => {
    const path = '/.github/actions/bootstrap/action.yaml';
    const { packages } = read('runs:\n  steps:\n  - uses: actions/setup-go@v5', path);
    assert.equal(packages[0]?.purl, 'pkg:github/actions/setup-go@v5');
  });

  test('is not told by what is cut, deep or of another kind', () => {
    for (const text of ['', '- a', 'jobs: {', '['.repeat(99_999)]) {
      assert.deepEqual(read(text).problems, ['P_MALFORMED /.github/workflows/ci.yml:']);
    }
    assert.deepEqual(read(`a: "uses: a${' #'.repeat(99_999)}"`).packages, []);
  });
});
