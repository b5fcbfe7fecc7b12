import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ALPINE_SAMPLE } from '../../examples/alpine-sample.data.ts';
import { createOciArchive } from '../../examples/sample-image.ts';
import { buildSampleDatabase, SAMPLE_FEEDS } from '../../src/cli/sample-data.ts';
import { runProgram } from './run-program.ts';

/** Instruction of the layer that the branch adds, with a vulnerable package. */
export const ADDED_LAYER = 'COPY node_modules /app/node_modules';
export const ADDED_BRANCH = 'add-ws';

/** Runs a program to its end, and returns its output without blanks around it. */
export function runTool(program: string, ...args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(program, args, { encoding: 'utf8' });
  assert.equal(status, 0, `${program} ${args.join(' ')}: ${stderr}`);
  return stdout.trim();
}

export interface SampleCommits {
  readonly base: string;
  readonly head: string;
}

/** Makes a repository of a directory: an image, and a branch whose image has one more layer. */
export function createSampleRepository(folder: string, origin: string): SampleCommits {
  const author = ['-c', 'user.name=a', '-c', 'user.email=a@example.com'];
  const runGit = (...args: readonly string[]): string =>
    runTool('git', '-C', folder, ...author, ...args);
  runGit('init', '-q', '-b', 'main');
  runGit('remote', 'add', 'origin', origin);
  writeFileSync(join(folder, 'app.tar'), createOciArchive(ALPINE_SAMPLE));
  runGit('add', '.');
  runGit('commit', '-q', '-m', 'main');
  const base = runGit('rev-parse', 'HEAD');
  const entry = {
    path: 'app/node_modules/ws/package.json',
    content: '{ "name": "ws", "version": "8.5.0" }',
  };
  const layers = [...ALPINE_SAMPLE.layers, { instruction: ADDED_LAYER, entries: [entry] }];
  runGit('switch', '-q', '-c', ADDED_BRANCH);
  writeFileSync(join(folder, 'app.tar'), createOciArchive({ ...ALPINE_SAMPLE, layers }));
  runGit('commit', '-q', '-a', '-m', 'add ws');
  const head = runGit('rev-parse', 'HEAD');
  runGit('switch', '-q', 'main');
  return { base, head };
}

/** Publishes a database in `public`, signed by a key in `keys`; returns the variables of a client. */
export async function publishSampleDatabase(
  folder: string,
): Promise<Readonly<Record<string, string>>> {
  const [database, keys, target] = ['database', 'keys', 'public'].map((name) =>
    join(folder, name),
  ) as [string, string, string];
  const alpine = { provider: 'alpine-secdb', document: 'advisories/alpine-secdb-3.10.json' };
  await buildSampleDatabase([...SAMPLE_FEEDS, alpine], database);
  const key = join(keys, 'private.pem');
  for (const args of [
    ['keys', 'create', keys],
    ['publish', target, '--key', key, '--db', database],
  ]) {
    const { status, stderr } = await runProgram(['db', ...args]);
    assert.equal(status, 0, stderr);
  }
  return {
    PLIMSOLL_DB_URL: target,
    PLIMSOLL_DB_KEY: join(keys, 'public.pem'),
    PLIMSOLL_DB_MAX_AGE: '0',
  };
}
