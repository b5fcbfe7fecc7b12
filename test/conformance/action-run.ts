/**
 * Runs the GitHub action in act, a local runner, on a sample repository: a push to its main branch,
 * and then a pull request that adds a package with a vulnerability.
 *
 * npm run conformance -- action --act ACT --gh GH --cache DIRECTORY --codeql DIRECTORY
 *
 * ACT and GH are the programs, and the directories are checkouts of `actions/cache` and
 * `github/codeql-action`. Steps run on this machine, as they are. The advisory database is a
 * directory, and the API is a server on the loopback. The action is the last commit of this
 * checkout.
 *
 * Prints the result of each step and the comment. Fails if the comment does not name the finding,
 * its fix and its layer, if a second run adds a second comment, or if code scanning did not receive
 * a valid document with the finding.
 */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { IncomingMessage, RequestListener } from 'node:http';
import { tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { buffer, text } from 'node:stream/consumers';
import { parseArgs } from 'node:util';
import { gunzipSync } from 'node:zlib';
import {
  ADDED_BRANCH,
  ADDED_LAYER,
  createSampleRepository,
  publishSampleDatabase,
  runTool,
} from '../support/ci-sample.ts';
import { startServer } from '../support/loopback-server.ts';
import { ROOT } from '../support/run-program.ts';
import { FormatChecker } from './format-check.ts';
import { requireSharedMaterial } from './shared-material.ts';

const { values } = parseArgs({
  options: {
    act: { type: 'string' },
    gh: { type: 'string' },
    cache: { type: 'string' },
    codeql: { type: 'string' },
  },
});
const given = [values.act, values.gh, values.cache, values.codeql];
const [act, gh, cache, codeql] = given.map((path = '') => {
  if (!existsSync(path)) {
    throw new Error('usage: action-run.ts --act ACT --gh GH --cache DIRECTORY --codeql DIRECTORY');
  }
  return resolve(path);
}) as [string, string, string, string];

const folder = mkdtempSync(join(tmpdir(), 'plimsoll-action-'));
const at = (name: string): string => join(folder, name);
const TEAM = 'team/plimsoll';

const WORKFLOW = `
on:
  push: { branches: [main] }
  pull_request:
permissions: {}
jobs:
  scan:
    runs-on: ubuntu-latest
    permissions:
      contents: read
      pull-requests: write
      security-events: write
    env:
      PLIMSOLL_DB_URL: ${at('public')}
      PLIMSOLL_DB_KEY: ${at('keys/public.pem')}
      PLIMSOLL_DB_MAX_AGE: '0'
    steps:
      - uses: actions/checkout@v7
      - uses: ${TEAM}@v1
        with: { target: app.tar, fail-on: high, comment: 'true', sarif: 'true' }
`;

/** Creates a repository with the workflow, and the events of a push and of a pull request. */
function createRepository(): void {
  mkdirSync(at('app/.github/workflows'), { recursive: true });
  writeFileSync(at('app/.github/workflows/scan.yml'), WORKFLOW);
  const { base, head } = createSampleRepository(at('app'), 'https://github.com/team/app');
  writeFileSync(at('pull.json'), JSON.stringify(createEvent(base, head)));
  writeFileSync(at('push.json'), JSON.stringify({ ref: 'refs/heads/main' }));
}

function createEvent(base: string, head: string): object {
  const sides = { base: { ref: 'main', sha: base }, head: { ref: ADDED_BRANCH, sha: head } };
  return { action: 'opened', number: 7, pull_request: { number: 7, ...sides } };
}

interface Comment {
  readonly id: number;
  readonly user: { readonly type: string };
  body: string;
}

/** A document as the action of code scanning sends it. */
interface Upload {
  readonly ref: string;
  readonly commit_oid: string;
  /** Compressed, in Base64. */
  readonly sarif: string;
}

interface Api {
  readonly comments: Comment[];
  readonly uploads: Upload[];
  readonly log: string[];
}

/** The comments of one pull request, and code scanning, as the API of GitHub has them. */
function createApi({ comments, uploads, log }: Api): RequestListener {
  return (request, response) => {
    const { pathname } = new URL(request.url ?? '', 'http://api.github.localhost');
    log.push(`${request.method} ${pathname}`);
    const answer = pathname.startsWith(SCANNING)
      ? answerScanning(request, pathname.slice(SCANNING.length), uploads)
      : answerRequest(request, pathname, comments);
    void answer.then(([status, value]) => {
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(JSON.stringify(value));
    });
  };
}

const SCANNING = '/repos/team/app/code-scanning/';

/** "REST API endpoints for code scanning"; the action has another path for the same upload. */
async function answerScanning(
  request: IncomingMessage,
  path: string,
  uploads: Upload[],
): Promise<readonly [status: number, value: unknown]> {
  if (path === 'analysis' || path === 'sarifs') {
    uploads.push(JSON.parse(await text(request)) as Upload);
    return [202, { id: `${uploads.length}` }];
  }
  return path.startsWith('sarifs/') ? [200, { processing_status: 'complete' }] : [404, {}];
}

async function answerRequest(
  request: IncomingMessage,
  path: string,
  comments: Comment[],
): Promise<readonly [status: number, value: unknown]> {
  const list = path === '/repos/team/app/issues/7/comments';
  const { host } = request.headers;
  const run = { workflow_url: `http://${host}/repos/team/app/actions/workflows/1` };
  if (path === '/repos/team/app/actions/runs/1') return [200, run];
  if (run.workflow_url.endsWith(path)) return [200, { path: '.github/workflows/scan.yml' }];
  if (request.method === 'GET') return list ? [200, comments] : [404, {}];
  const { body } = JSON.parse(await text(request)) as { readonly body: string };
  if (request.method === 'POST' && list) {
    comments.push({ id: comments.length + 1, user: { type: 'Bot' }, body });
    return [201, comments.at(-1)];
  }
  const changed = comments.find(({ id }) => path === `/repos/team/app/issues/comments/${id}`);
  if (request.method !== 'PATCH' || changed === undefined) return [404, {}];
  changed.body = body;
  return [200, changed];
}

/**
 * Forwards requests to the cache server of act. The key of a cache contains the directory for
 * temporary files, which has one path on the runners of GitHub, and another one in each run of act:
 * so all versions are one.
 */
function createCacheProxy(port: number): RequestListener {
  const forward = async (request: IncomingMessage): Promise<Response> => {
    const url = new URL(request.url ?? '', `http://127.0.0.1:${port}`);
    if (url.searchParams.has('version')) url.searchParams.set('version', 'one');
    const bytes = await buffer(request);
    const isReserved = request.method === 'POST' && url.pathname.endsWith('/caches');
    const body = isReserved
      ? JSON.stringify({ ...(JSON.parse(bytes.toString()) as object), version: 'one' })
      : bytes;
    const { 'content-type': type = '', 'content-range': range } = request.headers;
    const headers = { 'content-type': type, ...(range && { 'content-range': range }) };
    const { method = 'GET' } = request;
    return await fetch(url, { method, headers, ...(method === 'GET' ? {} : { body }) });
  };
  return (request, response) => {
    void forward(request).then(async (answer) => {
      const type = answer.headers.get('content-type') ?? 'application/octet-stream';
      response.writeHead(answer.status, { 'content-type': type });
      response.end(Buffer.from(await answer.arrayBuffer()));
    });
  };
}

/** Returns a port of the loopback that nothing uses. */
async function findFreePort(): Promise<number> {
  await using server = await startServer(() => {});
  return server.port;
}

interface Ports {
  readonly api: number;
  readonly server: number;
  readonly proxy: number;
}

/** Runs the workflow for an event to its end. */
async function runEvent(event: string, file: string, ports: Ports): Promise<number> {
  const source = runTool('git', '-C', ROOT, 'show', 'HEAD:action.yml');
  const findCommit = (name: string): string =>
    new RegExp(`${name}@([0-9a-f]{40})`, 'u').exec(source)?.[1] ?? '';
  const args = [event, '--eventpath', at(file), '-P', 'ubuntu-latest=-self-hosted'];
  const local = [
    `${TEAM}@v1=${at('action')}`,
    `actions/cache@${findCommit('actions/cache/restore')}=${cache}`,
    `github/codeql-action@${findCommit('github/codeql-action/upload-sarif')}=${codeql}`,
  ];
  args.push(...local.flatMap((one) => ['--local-repository', one]), '--action-offline-mode');
  args.push('--cache-server-addr', '127.0.0.1', '--cache-server-path', at('cache-server'));
  args.push('--cache-server-port', `${ports.server}`);
  args.push('--cache-server-external-url', `http://127.0.0.1:${ports.proxy}`);
  args.push('-s', 'GITHUB_TOKEN=token', '--env', 'GITHUB_REPOSITORY=team/app');
  args.push('--env', `GITHUB_API_URL=http://127.0.0.1:${ports.api}`);
  const child = spawn(act, args, {
    cwd: at('app'),
    stdio: ['ignore', 'inherit', 'inherit'],
    env: {
      ...process.env,
      HOME: at('home'),
      XDG_CACHE_HOME: at('home/cache'),
      PATH: [at('tools'), process.env['PATH']].join(delimiter),
    },
  });
  const { promise, resolve: end } = Promise.withResolvers<number>();
  child.on('close', (status) => end(status ?? 1));
  return await promise;
}

function prepare(port: number): void {
  createRepository();
  runTool('git', 'clone', '-q', ROOT, at('action'));
  mkdirSync(at('home'));
  mkdirSync(at('tools'));
  const host = `GH_HOST=github.localhost http_proxy=http://127.0.0.1:${port}`;
  writeFileSync(at('tools/gh'), `#!/bin/sh\n${host} exec '${gh}' "$@"\n`);
  chmodSync(at('tools/gh'), 0o755);
}

interface SarifDocument {
  readonly runs: readonly { readonly results: readonly { readonly ruleId: string }[] }[];
}

/** Returns the rules of the results of an upload, whose document must be valid. */
function listRules(upload: Upload | undefined): string {
  const document = gunzipSync(Buffer.from(upload?.sarif ?? '', 'base64')).toString();
  const checker = new FormatChecker(requireSharedMaterial(), folder);
  assert.equal(checker.judge('sarif', document)?.fault, '');
  const { runs } = JSON.parse(document) as SarifDocument;
  return runs.flatMap(({ results }) => results.map(({ ruleId }) => ruleId)).join('\n');
}

const ADDED = /GHSA-3h5v-q93c-6h6q/u;
const comments: Comment[] = [];
const uploads: Upload[] = [];
const log: string[] = [];
try {
  await using server = await startServer(createApi({ comments, uploads, log }));
  const port = await findFreePort();
  await using proxy = await startServer(createCacheProxy(port));
  const ports = { api: server.port, server: port, proxy: proxy.port };
  await publishSampleDatabase(folder);
  prepare(server.port);
  const push = await runEvent('push', 'push.json', ports);
  runTool('git', '-C', at('app'), 'switch', '-q', ADDED_BRANCH);
  const pull = await runEvent('pull_request', 'pull.json', ports);
  const again = await runEvent('pull_request', 'pull.json', ports);
  process.stdout.write(`\npush: ${push}, pull request: ${pull}, again: ${again}\n`);
  process.stdout.write(`${log.join('\n')}\n\n${comments.map(({ body }) => body).join('\n')}`);
  const [comment] = comments;
  assert.equal(comments.length, 1, 'the second run replaces the comment');
  const row = `| \`ws\` | \`8.5.0\` | \`8.17.1\` | \`GHSA-3h5v-q93c-6h6q\` | high | 3 \`${ADDED_LAYER}\``;
  assert.ok(comment?.body.includes(row), 'the comment names the finding, its fix and its layer');
  assert.doesNotMatch(comment?.body ?? '', /CVE-2019-5747/u, 'findings of the branch are known');
  assert.notEqual(pull, 0, 'the job of the pull request fails');
  assert.equal(uploads.length, 3, 'each run uploads its findings');
  assert.doesNotMatch(listRules(uploads[0]), ADDED, 'the branch does not have it');
  assert.match(listRules(uploads[1]), ADDED, 'the pull request has it');
  assert.match(uploads[1]?.ref ?? '', /^refs\/pull\/7\//u);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
