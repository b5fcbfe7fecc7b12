import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readSendingRun } from './sending-run.ts';

const ACTIONS = {
  GITHUB_SHA: 'AB'.repeat(20),
  GITHUB_REF: 'refs/heads/main',
  GITHUB_RUN_ID: '7',
  GITHUB_WORKFLOW: 'build',
  GITHUB_JOB: 'scan',
  GITHUB_SERVER_URL: 'https://github.example.org',
  GITHUB_REPOSITORY: 'ada/app',
};

test('the environment of a job describes the run', () => {
  assert.deepEqual(readSendingRun(ACTIONS), {
    sha: 'ab'.repeat(20),
    ref: 'refs/heads/main',
    id: '7',
    correlator: 'build_scan',
    url: 'https://github.example.org/ada/app/actions/runs/7',
  });
});

test('the address of the run is present only if all of its parts are', () => {
  const { GITHUB_REPOSITORY: _, ...rest } = ACTIONS;
  assert.equal(readSendingRun(rest)?.url, undefined);
});

test('the run is absent without a commit or a branch', () => {
  assert.equal(readSendingRun({}), undefined);
  assert.equal(readSendingRun({ ...ACTIONS, GITHUB_SHA: 'ab' }), undefined);
  assert.equal(readSendingRun({ ...ACTIONS, GITHUB_REF: 'main' }), undefined);
});
