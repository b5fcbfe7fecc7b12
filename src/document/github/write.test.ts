import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { assertGolden } from '../../../test/support/golden.ts';
import {
  SAMPLE_INVENTORY,
  SAMPLE_REPORT,
  writeReport,
} from '../../../test/support/sample-report.ts';
import { githubJson } from './write.ts';

interface Snapshot {
  readonly manifests: Readonly<
    Record<string, { readonly resolved: Readonly<Record<string, Dependency>> }>
  >;
}

interface Dependency {
  readonly package_url?: string;
  readonly relationship: string;
  readonly dependencies?: readonly string[];
  readonly metadata?: Readonly<Record<string, string>>;
}

function listResolved(options: { readonly isParity?: boolean } = {}): Record<string, Dependency> {
  const { manifests } = JSON.parse(writeReport(githubJson, SAMPLE_REPORT, options)) as Snapshot;
  return Object.assign({}, ...Object.values(manifests).map((each) => each.resolved)) as Record<
    string,
    Dependency
  >;
}

suite('github-json', () => {
  test('writes the recorded document', () => {
    const golden = new URL('./golden/report.json', import.meta.url);
    assertGolden(golden, writeReport(githubJson, SAMPLE_REPORT));
  });

  test('marks dependencies of other packages as indirect, with the dependents', () => {
    const all = listResolved();
    const evil = Object.entries(all).find(([name]) => name.startsWith('npm:evil'));
    assert.deepEqual(evil?.[1].dependencies, ['npm:lodash@4.17.20']);
    assert.equal(all['npm:lodash@4.17.20']?.relationship, 'indirect');
  });

  test('gives unique names to packages without a package URL, and to copies', () => {
    assert.equal(Object.keys(listResolved()).length, SAMPLE_INVENTORY.packages.length);
    assert.deepEqual(Object.keys(listResolved({ isParity: true })), [
      'pkg:apk/alpine/busybox@1.36.1-r29',
    ]);
  });

  test('names the run that submits it, if there is one', () => {
    const run = {
      sha: 'ab'.repeat(20),
      ref: 'refs/heads/main',
      id: '7',
      correlator: 'build_scan',
      url: 'https://github.example.org/ada/app/actions/runs/7',
    };
    const { sha, ref, job } = JSON.parse(
      writeReport(githubJson, SAMPLE_REPORT, { run }),
    ) as object & {
      readonly sha: string;
      readonly ref: string;
      readonly job: object;
    };
    assert.deepEqual([sha, ref], [run.sha, run.ref]);
    assert.deepEqual(job, { id: '7', correlator: 'build_scan', html_url: run.url });
    const peers = JSON.parse(
      writeReport(githubJson, SAMPLE_REPORT, { run, isParity: true }),
    ) as object;
    assert.equal('sha' in peers, false);
  });

  test('limits lists of metadata to the length that GitHub allows', () => {
    for (const { metadata } of Object.values(listResolved())) {
      assert.deepEqual(Object.keys(metadata ?? {}), ['plimsoll:properties']);
    }
  });
});
