import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { parse } from 'yaml';
import { ROOT } from '../../tools/source-tree.ts';

interface Step {
  readonly run?: string;
  readonly uses?: string;
  readonly with?: Readonly<Record<string, unknown>>;
}

interface Workflow {
  readonly permissions?: object;
  readonly jobs: Readonly<
    Record<string, { readonly permissions?: object; readonly steps: Step[] }>
  >;
}

const ACTION = 'action.yml';
const WORKFLOWS = globSync('.github/workflows/*.yml', { cwd: ROOT }).sort();

function readText(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8');
}

function listSteps(path: string): readonly Step[] {
  if (path === ACTION) {
    return (parse(readText(path)) as { readonly runs: { readonly steps: Step[] } }).runs.steps;
  }
  const { jobs } = parse(readText(path)) as Workflow;
  return Object.values(jobs).flatMap(({ steps }) => steps);
}

test('every action is pinned by the hash of a commit, with its release in a comment', () => {
  const lines = [ACTION, ...WORKFLOWS].flatMap((path) =>
    readText(path)
      .split('\n')
      .filter((line) => /^\s*(?:- )?uses:/u.test(line)),
  );
  assert.ok(lines.length > 10);
  for (const line of lines) {
    assert.match(line, /uses: [\w.-]+\/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/u);
  }
});

test('a workflow has no permission, and each job names its own', () => {
  const granted = WORKFLOWS.flatMap((path) => {
    const { permissions, jobs } = parse(readText(path)) as Workflow;
    assert.deepEqual(permissions, {}, path);
    return Object.values(jobs).flatMap((job) =>
      Object.entries(job.permissions ?? { none: 'none' }),
    );
  });
  const distinct = new Set(granted.map((entry) => entry.join(': ')));
  // Only the job that drafts a release can write, and it runs nothing of the checkout.
  assert.deepEqual([...distinct].sort(), ['contents: read', 'contents: write', 'id-token: write']);
  const { jobs } = parse(readText('.github/workflows/release.yml')) as Workflow;
  const writers = Object.values(jobs).filter(({ permissions = {} }) =>
    Object.entries(permissions).some((entry) => entry.join() === 'contents,write'),
  );
  assert.equal(writers.length, 1);
  const uses = writers.flatMap(({ steps }) => steps.map(({ uses: action = '' }) => action));
  assert.ok(uses.every((action) => !action.startsWith('actions/checkout@')));
});

test('no script contains an expression, and no checkout keeps the token', () => {
  for (const path of [ACTION, ...WORKFLOWS]) {
    for (const { run = '', uses = '', with: inputs } of listSteps(path)) {
      assert.ok(!run.includes('${{'), `${path}: ${run}`);
      if (uses.startsWith('actions/checkout@')) {
        assert.equal(inputs?.['persist-credentials'], false, path);
      }
    }
  }
});

test('every script and command of the workflows exists', () => {
  const { scripts } = JSON.parse(readText('package.json')) as { readonly scripts: object };
  const text = [ACTION, ...WORKFLOWS].map(readText).join('\n');
  const commands = [...text.matchAll(/npm run (?:-s )?([\w:-]+)/gu)].map(([, name = '']) => name);
  assert.deepEqual(
    commands.filter((name) => !(name in scripts)),
    [],
  );
  const files = text.matchAll(/(?:GITHUB_ACTION_PATH\/|node )((?:examples|tools)\/[\w./-]+)/gu);
  const missing = [...files].filter(([, path = '']) => !existsSync(join(ROOT, path)));
  assert.deepEqual(missing, []);
});

test('the baseline of a pull request is of the same branch and image', () => {
  const steps = listSteps(ACTION);
  const keys = steps.flatMap(({ with: inputs = {} }) =>
    [inputs['key'], inputs['restore-keys']].filter((key) =>
      String(key).startsWith('plimsoll-result'),
    ),
  );
  const [branch, base] = ['${{ github.ref_name }}', '${{ github.base_ref }}'];
  const image = '${{ inputs.target }}';
  assert.deepEqual(keys, [
    `plimsoll-result~${base}~${image}~\${{ github.event.pull_request.base.sha }}`,
    `plimsoll-result~${base}~${image}~`,
    `plimsoll-result~${branch}~${image}~\${{ github.sha }}`,
  ]);
  const removal = steps.findIndex(({ run }) => run === 'rm -f "$SCAN_FOLDER/branch.json"');
  const restoring = steps.findIndex(({ with: inputs }) => inputs?.['key'] === keys[0]);
  assert.ok(removal >= 0 && removal < restoring);
});
