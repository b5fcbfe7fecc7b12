import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { catalogFiles } from '../../../../test/support/flat-view.ts';
import { githubActionsUsage } from './github-actions-usage.ts';

const read = (text: string, path = '/.github/workflows/ci.yml'): ReturnType<typeof catalogFiles> =>
  catalogFiles(githubActionsUsage, { [path]: text });

const COMMIT = '11bd71901bbe5b1630ceea73d27597364c9af683';

suite('uses of a workflow', () => {
  test('are actions, without duplicates, and workflows that jobs call', () => {
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
        ['github-action', 'pkg:docker/alpine@3.20', '3.20', { value: 'docker://alpine:3.20' }],
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

  test('are listed under each version that comments state for a commit', () => {
    const use = `      - uses: actions/checkout@${COMMIT}`;
    const listStepVersions = (...lines: string[]) =>
      read(['jobs:', '  a:', '    steps:', ...lines].join('\n')).packages.map(
        ({ version }) => version,
      );
    assert.deepEqual(listStepVersions(`${use} # tag=v3`, `${use} # v7.0.1`), ['v3', 'v7.0.1']);
    assert.deepEqual(listStepVersions(`${use} # v7.0.1`, `${use} # tag=v3`, `${use} # v7.0.1`), [
      'v7.0.1',
      'v3',
    ]);
    assert.deepEqual(listStepVersions(`${use} # v3`, use), ['v3', COMMIT]);
  });

  test('may be images of a registry', () => {
    const { packages, problems } = read(`jobs:
  a:
    steps:
      - uses: docker://ghcr.io/foo/scanner:1.2.3
      - uses: docker://alpine@sha256:244fd47e07d1004f0aed9c
      - uses: docker://localhost:5000/a/b/c:1@sha256:244fd47e07d1004f0aed9c
      - uses: docker://owner/name
      - uses: docker://`);
    assert.deepEqual(
      packages.map(({ name, version, purl }) => [name, version, purl]),
      [
        ['ghcr.io/foo/scanner', '1.2.3', 'pkg:docker/foo/scanner@1.2.3?repository_url=ghcr.io'],
        [
          'alpine',
          'sha256:244fd47e07d1004f0aed9c',
          'pkg:docker/alpine@sha256%3A244fd47e07d1004f0aed9c',
        ],
        ['localhost:5000/a/b/c', '1', 'pkg:docker/a/b/c@1?repository_url=localhost%3A5000'],
        ['owner/name', 'latest', 'pkg:docker/owner/name@latest'],
      ],
    );
    assert.deepEqual(problems, ['P_RECORD /.github/workflows/ci.yml:']);
    const action = read('runs:\n  image: docker://alpine:3.8', '/.github/actions/a/action.yml');
    assert.equal(action.packages[0]?.purl, 'pkg:docker/alpine@3.8');
    const dockerfile = read('runs:\n  image: Dockerfile', '/.github/actions/a/action.yml');
    assert.deepEqual(dockerfile.packages, []);
  });

  test('include those of a composite action', () => {
    const path = '/.github/actions/bootstrap/action.yaml';
    const { packages } = read('runs:\n  steps:\n  - uses: actions/setup-go@v5', path);
    assert.equal(packages[0]?.purl, 'pkg:github/actions/setup-go@v5');
  });

  test('are not read from files that are truncated, too deep or of another type', () => {
    for (const text of ['', '- a', 'jobs: {']) {
      assert.deepEqual(read(text).problems, ['P_MALFORMED /.github/workflows/ci.yml:']);
    }
    assert.deepEqual(read('['.repeat(99_999)).problems, [
      'P_MALFORMED /.github/workflows/ci.yml:',
      'P_LIMIT /.github/workflows/ci.yml:',
    ]);
    assert.deepEqual(read(`a: "uses: a${' #'.repeat(99_999)}"`).packages, []);
  });
});
