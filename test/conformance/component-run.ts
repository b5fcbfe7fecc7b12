/**
 * Runs the GitLab component in gitlab-ci-local, a local runner, on a sample repository: its main
 * branch, and a branch that adds a package with a vulnerability.
 *
 * npm run conformance -- component --runner RUNNER --package ARCHIVE
 *
 * RUNNER is the script of gitlab-ci-local, which needs rsync, and ARCHIVE the npm package that `npm
 * run pack` writes. Jobs run on this machine, as they are. Prints the vulnerability that only the
 * report of the branch has, and fails if it does not name the finding, its fix and its layer.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import {
  ADDED_BRANCH,
  ADDED_LAYER,
  createSampleRepository,
  publishSampleDatabase,
  runTool,
} from '../support/ci-sample.ts';
import { ROOT } from '../support/run-program.ts';

const { values } = parseArgs({
  options: { runner: { type: 'string' }, package: { type: 'string' } },
});
const [runner, archive] = [values.runner, values.package].map((path = '') => {
  if (!existsSync(path))
    throw new Error('usage: component-run.ts --runner RUNNER --package ARCHIVE');
  return resolve(path);
}) as [string, string];

const TEMPLATE = 'templates/scan.yml';
const folder = mkdtempSync(join(tmpdir(), 'plimsoll-component-'));
const app = join(folder, 'app');

const PIPELINE = `
include:
  - component: $CI_SERVER_FQDN/$CI_PROJECT_PATH/scan@$CI_COMMIT_SHA
    inputs: { target: app.tar, fail-on: high, package: ${archive} }
`;

interface Vulnerability {
  readonly id: string;
  readonly name: string;
  readonly solution?: string;
  readonly details?: { readonly layer: { readonly value: string } };
}

/** Runs the pipeline, whose job fails at the gate, and returns its report. */
function runPipeline(variables: Readonly<Record<string, string>>): readonly Vulnerability[] {
  const given = Object.entries(variables).flatMap(([name, value]) => [
    '--variable',
    `${name}=${value}`,
  ]);
  const options = ['--force-shell-executor', '--home', folder, ...given];
  const prefix = join(folder, 'prefix');
  const { status } = spawnSync(process.execPath, [runner, ...options], {
    cwd: app,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: {
      ...process.env,
      npm_config_prefix: prefix,
      PATH: [join(prefix, 'bin'), process.env['PATH']].join(delimiter),
    },
  });
  assert.equal(status, 1, 'the job fails: the image has a finding of high severity');
  const report = join(app, 'gl-container-scanning-report.json');
  const { vulnerabilities } = JSON.parse(readFileSync(report, 'utf8')) as {
    readonly vulnerabilities: readonly Vulnerability[];
  };
  rmSync(report);
  return vulnerabilities;
}

try {
  mkdirSync(join(app, 'templates'), { recursive: true });
  copyFileSync(join(ROOT, 'examples', 'ci', 'gitlab', TEMPLATE), join(app, TEMPLATE));
  writeFileSync(join(app, '.gitlab-ci.yml'), PIPELINE);
  createSampleRepository(app, 'git@gitlab.example:team/app.git');
  const variables = await publishSampleDatabase(folder);
  const known = new Set(runPipeline(variables).map(({ id }) => id));
  runTool('git', '-C', app, 'switch', '-q', ADDED_BRANCH);
  const added = runPipeline(variables).filter(({ id }) => !known.has(id));
  process.stdout.write(`${JSON.stringify(added, undefined, 2)}\n`);
  assert.deepEqual(
    added.map(({ name, solution, details }) => [name, solution, details?.layer.value]),
    [['GHSA-3h5v-q93c-6h6q in ws', 'Upgrade ws from 8.5.0 to 8.17.1', `3 ${ADDED_LAYER}`]],
  );
} finally {
  rmSync(folder, { recursive: true, force: true });
}
