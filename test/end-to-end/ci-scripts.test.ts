import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { ALPINE_SAMPLE } from '../../examples/alpine-sample.data.ts';
import { createOciArchive } from '../../examples/sample-image.ts';
import { buildSampleDatabase, SAMPLE_FEEDS } from '../../src/cli/sample-data.ts';
import { PROGRAM, ROOT } from '../support/run-program.ts';

const SCRIPTS = join(ROOT, 'examples', 'ci');
const folder = mkdtempSync(join(tmpdir(), 'plimsoll-ci-'));
after(() => rmSync(folder, { recursive: true, force: true }));

/** The image of the main branch, and that of a pull request that adds a package. */
const MAIN = join(folder, 'main.tar');
const CHANGED = join(folder, 'changed.tar');
const COPY = 'COPY | node_modules /app';

before(async () => {
  writeFileSync(MAIN, createOciArchive(ALPINE_SAMPLE));
  const entry = {
    path: 'app/node_modules/ws/package.json',
    content: '{ "name": "ws", "version": "8.5.0" }',
  };
  const layers = [...ALPINE_SAMPLE.layers, { instruction: COPY, entries: [entry] }];
  writeFileSync(CHANGED, createOciArchive({ ...ALPINE_SAMPLE, layers }));
  const alpine = { provider: 'alpine-secdb', document: 'advisories/alpine-secdb-3.10.json' };
  await buildSampleDatabase([...SAMPLE_FEEDS, alpine], join(folder, 'database'));
  const start = join(folder, 'plimsoll');
  writeFileSync(start, `#!/bin/sh\nexec '${process.execPath}' '${PROGRAM}' "$@"\n`);
  chmodSync(start, 0o755);
});

/** Runs a script of the examples as a step of a job on GitHub. */
function runStep(script: string, environment: Readonly<Record<string, string>>) {
  const [output, summary] = [join(folder, 'output'), join(folder, 'summary')];
  for (const file of [output, summary]) writeFileSync(file, '');
  const { status, stdout, stderr } = spawnSync(join(SCRIPTS, script), [], {
    encoding: 'utf8',
    env: {
      PATH: process.env['PATH'],
      HOME: folder,
      PLIMSOLL_DB: join(folder, 'database'),
      PLIMSOLL_DB_MAX_AGE: '0',
      GITHUB_OUTPUT: output,
      GITHUB_STEP_SUMMARY: summary,
      ...environment,
    },
  });
  const outputs = Object.fromEntries(
    readFileSync(output, 'utf8')
      .trim()
      .split('\n')
      .map((line) => line.split('=', 2)),
  ) as Readonly<Record<string, string>>;
  return { status, stdout, stderr, outputs, summary: readFileSync(summary, 'utf8') };
}

const SCAN = {
  SCAN_PROGRAM: join(folder, 'plimsoll'),
  SCAN_UPDATE: 'false',
  SCAN_FAIL_ON: 'high',
  SCAN_FOLDER: join(folder, 'results'),
};

test('the job of a pull request names a new finding, its fix and its layer, and fails last', () => {
  const baseline = join(folder, 'branch.json');
  const setting = { ...SCAN, SCAN_BASELINE: baseline };
  const main = runStep('scan.sh', { ...setting, SCAN_TARGET: MAIN, SCAN_FAIL_ON: '' });
  assert.equal(main.status, 0, main.stderr);
  assert.equal(main.outputs['status'], '0');
  assert.match(main.summary, /CVE-2019-5747/u);
  writeFileSync(baseline, readFileSync(main.outputs['json'] ?? ''));

  const changed = runStep('scan.sh', { ...setting, SCAN_TARGET: CHANGED });
  assert.equal(changed.status, 0, 'later steps upload the results');
  assert.equal(changed.outputs['status'], '2');
  const row =
    '| `ws` | `8.5.0` | `8.17.1` | `GHSA-3h5v-q93c-6h6q` | high | 3 `COPY \\| node_modules /app` |';
  assert.ok(changed.summary.includes(row), changed.summary);
  assert.doesNotMatch(changed.summary, /CVE-2019-5747/u);
  const { runs } = JSON.parse(readFileSync(changed.outputs['sarif'] ?? '', 'utf8')) as {
    readonly runs: readonly { readonly results: readonly { readonly ruleId: string }[] }[];
  };
  assert.ok(runs[0]?.results.some(({ ruleId }) => ruleId.startsWith('GHSA-3h5v-q93c-6h6q')));
});

test('a scan without a result ends the job at once', () => {
  const results = join(folder, 'none');
  const { status } = runStep('scan.sh', { ...SCAN, SCAN_FOLDER: results, SCAN_TARGET: '--help' });
  assert.equal(status, 5, 'a target that looks like an option stays a target');
});

test('results of an earlier scan are not results of a scan that fails', () => {
  const results = join(folder, 'earlier');
  mkdirSync(results);
  for (const name of ['json', 'sarif', 'md']) writeFileSync(join(results, `result.${name}`), '{}');
  const step = runStep('scan.sh', { ...SCAN, SCAN_FOLDER: results, SCAN_TARGET: 'missing.tar' });
  assert.equal(step.status, 5);
  assert.equal(step.summary, '');
  assert.deepEqual(readdirSync(results), []);
});

/** In place of GitHub's program: records its arguments and the body, and lists one comment. */
const GH = `#!/bin/sh
printf '%s\\n' "$*" >>"$GH_LOG"
for argument; do
  case $argument in body=@*) cp "\${argument#body=@}" "$GH_LOG.body" ;; esac
done
case "$*" in *--paginate*) printf '%s' "$GH_COMMENTS" ;; esac
`;

test('the comment of an earlier run is replaced', () => {
  const tools = join(folder, 'tools');
  mkdirSync(tools);
  writeFileSync(join(tools, 'gh'), GH);
  chmodSync(join(tools, 'gh'), 0o755);
  const file = join(folder, 'comment.md');
  writeFileSync(file, '## `app` $(id) `id`\n');
  for (const [comments, expected] of [
    ['', /--method POST repos\/team\/app\/issues\/7\/comments/u],
    ['12\n15\n', /--method PATCH repos\/team\/app\/issues\/comments\/12 /u],
  ] as const) {
    const log = join(folder, 'gh.log');
    rmSync(log, { force: true });
    const { status, stderr } = runStep('comment.sh', {
      PATH: `${tools}:${process.env['PATH']}`,
      GH_LOG: log,
      GH_COMMENTS: comments,
      GITHUB_REPOSITORY: 'team/app',
      COMMENT_ISSUE: '7',
      COMMENT_FILE: file,
    });
    assert.equal(status, 0, stderr);
    assert.match(readFileSync(log, 'utf8'), expected);
    assert.equal(readFileSync(`${log}.body`, 'utf8'), '<!-- plimsoll -->\n## `app` $(id) `id`\n');
  }
  assert.ok(existsSync(file));
});
