import assert from 'node:assert/strict';
import { test } from 'node:test';
import { UserError } from '../foundation/core/error.ts';
import { DEFAULT_LIMITS } from '../foundation/core/limits.ts';
import { listRuleProblems, readIgnoreFiles } from './ignore-files.ts';

const read = (file: string) => readIgnoreFiles({ ignoreFiles: [file] }, DEFAULT_LIMITS);

function createConfiguration(text: string, isProject: boolean) {
  return { path: isProject ? '.plimsoll.yaml' : 'own.yaml', bytes: Buffer.from(text), isProject };
}

test('marks only rules of files that the user did not name', () => {
  const { files, projectRules } = readIgnoreFiles(
    {
      configurationFiles: [
        createConfiguration('ignore: [{vulnerability: A, reason: x}]', false),
        createConfiguration('ignore: [{vulnerability: B, reason: y}]', true),
      ],
    },
    DEFAULT_LIMITS,
  );
  assert.deepEqual(
    files.map(({ rules }) => rules.map(({ vulnerabilities }) => vulnerabilities)),
    [[['A']], [['B']]],
  );
  assert.deepEqual(
    projectRules.map(({ source }) => source),
    ['.plimsoll.yaml: ignore 1'],
  );
});

test('project rules need a reason and must not have expired', () => {
  const { projectRules } = readIgnoreFiles(
    {
      configurationFiles: [
        createConfiguration(
          'ignore: [{vulnerability: A, reason: x, expires: 2026-01-01}, {vulnerability: B, reason: y}]',
          true,
        ),
      ],
    },
    DEFAULT_LIMITS,
  );
  const [expiring, lasting] = projectRules;
  assert.ok(expiring !== undefined && lasting !== undefined);
  const { reason: _, ...silent } = lasting;
  const rules = [...projectRules, { ...silent, source: 'grype 1' }];
  assert.deepEqual(
    listRuleProblems(rules, '2026-06-01T00:00:00Z').map(({ message }) => message),
    [
      'the ignore rule .plimsoll.yaml: ignore 1 has expired',
      'the ignore rule grype 1 has no reason',
    ],
  );
  assert.deepEqual(listRuleProblems([lasting], '2026-06-01T00:00:00Z'), []);
  assert.deepEqual(listRuleProblems([expiring], '2025-06-01T00:00:00Z'), []);
});

test('rejects a file with any other name, with a hint how to name its reader', () => {
  assert.throws(
    () => read('rules.yaml'),
    (error) =>
      error instanceof UserError &&
      error.code === 'E_CONFIG' &&
      (error.hint ?? '').includes('as in plimsoll-rules:rules.yaml') &&
      (error.hint ?? '').includes('trivy-yaml'),
  );
});

test('opens a file with an explicit reader under its own name', () => {
  assert.throws(
    () => read('plimsoll-rules:/nowhere/rules.yaml'),
    (error) => error instanceof UserError && error.message.includes('/nowhere/rules.yaml'),
  );
});
