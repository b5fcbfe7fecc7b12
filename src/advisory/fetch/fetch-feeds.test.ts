import assert from 'node:assert/strict';
import fs from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { readText } from '../../core/bytes.ts';
import { DEFAULT_LIMITS, type Limits } from '../../core/limits.ts';
import { SILENT } from '../../core/progress.ts';
import type { FeedProvider, FeedSource } from '../provider/contract.ts';
import { type FetchOutcome, fetchFeeds } from './fetch-feeds.ts';

type Handler = (request: http.IncomingMessage, response: http.ServerResponse) => void;

function createFolder(t: TestContext): string {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'plimsoll-fetch-'));
  t.after(() => fs.rmSync(folder, { recursive: true }));
  return folder;
}

function createFeed(id: string, sources: readonly FeedSource[]): FeedProvider {
  return {
    kind: 'feed',
    id,
    title: id,
    spec: 'https://feeds.example/',
    sources,
    license: { expression: 'CC0-1.0', attribution: id },
    version: 1,
    rules: {},
    async *read() {
      // These tests do not read the documents.
    },
  };
}

const FEED = createFeed('feed', [
  { url: 'https://feeds.example/v1/main.json', form: 'document' },
  { url: 'https://feeds.example/v1/other%20list.json', form: 'document' },
]);
const MAIN = 'feeds.example/v1/main.json';
const OTHER = 'feeds.example/v1/other list.json';

async function serve(t: TestContext, handler: Handler): Promise<URL> {
  const server = http.createServer(handler).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/mirror/`);
}

async function fetchAll(
  feeds: readonly FeedProvider[],
  folder: string,
  mirror: URL,
  limits: Partial<Limits> = {},
): Promise<readonly FetchOutcome[]> {
  const outcomes: FetchOutcome[] = [];
  using resources = new DisposableStack();
  await fetchFeeds(feeds, folder, {
    mirror,
    environment: {},
    limits: { ...DEFAULT_LIMITS, httpTriesMax: 2, ...limits },
    progress: SILENT,
    now: '2026-01-03T00:00:00Z',
    resources,
    report: (outcome) => outcomes.push(outcome),
  });
  return outcomes;
}

function listFiles(folder: string): readonly string[] {
  return fs
    .readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)))
    .sort();
}

test('downloads files, and sends conditional requests for them the next time', async (t) => {
  const folder = createFolder(t);
  const requests: string[] = [];
  let version = 1;
  const mirror = await serve(t, ({ url = '', headers }, response) => {
    const tag = url.includes('main') ? `"${version}"` : undefined;
    const condition = headers['if-none-match'] ?? headers['if-modified-since'] ?? '';
    requests.push(`${url} ${condition}`.trim());
    const since = 'Thu, 01 Jan 2026 00:00:00 GMT';
    if (condition === (tag ?? since)) {
      response.writeHead(304).end();
    } else {
      response.setHeader('last-modified', since);
      response.writeHead(200, tag === undefined ? {} : { etag: tag }).end(`${url} ${version}`);
    }
  });
  const [first] = await fetchAll([FEED], folder, mirror);
  assert.deepEqual(first?.changed, [MAIN, OTHER]);
  const state = ['main', 'other list'].map(
    (name) => `feeds.example/v1/.plimsoll-${name}.json.json`,
  );
  assert.deepEqual(listFiles(folder), [...state, MAIN, OTHER]);
  const main = path.join(folder, MAIN);
  assert.equal(fs.readFileSync(main, 'utf8'), '/mirror/feeds.example/v1/main.json 1');
  assert.equal(fs.statSync(main).mtime.toISOString(), '2026-01-01T00:00:00.000Z');

  version = 2;
  const [second] = await fetchAll([FEED], folder, mirror);
  assert.deepEqual([second?.changed, second?.unchanged], [[MAIN], [OTHER]]);
  assert.match(fs.readFileSync(main, 'utf8'), /2$/);
  assert.deepEqual(requests.slice(2), [
    '/mirror/feeds.example/v1/main.json "1"',
    '/mirror/feeds.example/v1/other%20list.json Thu, 01 Jan 2026 00:00:00 GMT',
  ]);

  fs.appendFileSync(main, 'x');
  const [third] = await fetchAll([FEED], folder, mirror);
  assert.deepEqual(third?.changed, [MAIN], 'a file that was changed is downloaded again');
});

test('resumes an interrupted download', async (t) => {
  const folder = createFolder(t);
  const content = Buffer.alloc(1_000_000, 'abcdefghij');
  const ranges: (string | undefined)[] = [];
  const mirror = await serve(t, ({ headers }, response) => {
    ranges.push(headers.range);
    const start = Number(/bytes=(\d+)-/.exec(headers.range ?? '')?.[1] ?? 0);
    assert.equal(headers['if-range'], start === 0 ? undefined : '"v1"');
    response.writeHead(start === 0 ? 200 : 206, {
      etag: '"v1"',
      'content-length': content.length - start,
      'content-range': `bytes ${start}-${content.length - 1}/${content.length}`,
    });
    response.write(content.subarray(start, start + 400_000), () => {
      if (start + 400_000 < content.length) {
        response.destroy();
      } else {
        response.end();
      }
    });
  });
  const feed = createFeed('feed', FEED.sources.slice(0, 1));
  const [outcome] = await fetchAll([feed], folder, mirror);
  assert.equal(outcome?.error, undefined);
  assert.ok(ranges.length > 1);
  assert.ok(fs.readFileSync(path.join(folder, MAIN)).equals(content));
});

test('starts again if the server cannot show that both parts are of one content', async (t) => {
  const folder = createFolder(t);
  let count = 0;
  const mirror = await serve(t, ({ headers }, response) => {
    assert.equal(headers.range, undefined);
    count += 1;
    response.writeHead(200, { 'content-length': 6 });
    response.write('abc', () => (count === 1 ? response.destroy() : response.end('def')));
  });
  const feed = createFeed('feed', FEED.sources.slice(0, 1));
  await fetchAll([feed], folder, mirror);
  assert.equal(fs.readFileSync(path.join(folder, MAIN), 'utf8'), 'abcdef');
});

test('keeps all files of a feed if one of them fails, and fetches other feeds', async (t) => {
  const folder = createFolder(t);
  let isBroken = false;
  const mirror = await serve(t, ({ url = '' }, response) => {
    const status = isBroken && url.includes('other') ? 500 : 200;
    response.writeHead(status, { 'retry-after': '0' }).end(isBroken ? 'new' : 'old');
  });
  const another = createFeed('another', [{ url: 'https://two.example/a.json', form: 'document' }]);
  await fetchAll([FEED, another], folder, mirror);
  isBroken = true;
  const before = listFiles(folder);
  const [failed, other] = await fetchAll([FEED, another], folder, mirror);
  assert.equal(failed?.error?.code, 'E_DB_UPDATE');
  assert.match(failed?.error?.message ?? '', /other%20list\.json returned status 500$/);
  assert.equal(fs.readFileSync(path.join(folder, MAIN), 'utf8'), 'old');
  assert.deepEqual(other?.changed, ['two.example/a.json']);
  assert.equal(fs.readFileSync(path.join(folder, 'two.example/a.json'), 'utf8'), 'new');
  assert.deepEqual(listFiles(folder), before);
});

test('reports files that do not exist, and keeps the old ones', async (t) => {
  const folder = createFolder(t);
  let isGone = false;
  const mirror = await serve(t, ({ url = '' }, response) => {
    response.writeHead(isGone && url.includes('other') ? 404 : 200).end('content');
  });
  await fetchAll([FEED], folder, mirror);
  isGone = true;
  const [outcome] = await fetchAll([FEED], folder, mirror);
  assert.deepEqual([outcome?.missing, outcome?.error], [[OTHER], undefined]);
  assert.equal(fs.readFileSync(path.join(folder, OTHER), 'utf8'), 'content');
});

test('copies from a directory, which can be one that was fetched', async (t) => {
  const folder = createFolder(t);
  const mirror = await serve(t, ({ url = '' }, response) => response.end(url));
  const [first, second] = ['first', 'second'].map((name) => path.join(folder, name));
  assert.ok(first !== undefined && second !== undefined);
  await fetchAll([FEED], first, mirror);
  const local = new URL(`file://${first}`);
  assert.deepEqual((await fetchAll([FEED], second, local))[0]?.changed, [MAIN, OTHER]);
  assert.deepEqual((await fetchAll([FEED], second, local))[0]?.unchanged, [MAIN, OTHER]);
  assert.deepEqual(listFiles(second), listFiles(first));
  fs.rmSync(path.join(first, MAIN));
  assert.deepEqual((await fetchAll([FEED], second, local))[0]?.missing, [MAIN]);
});

test('downloads the archive of a Git repository, and reports hosts without archives', async (t) => {
  const folder = createFolder(t);
  const urls: string[] = [];
  const mirror = await serve(t, ({ url = '' }, response) => {
    urls.push(url);
    response.end('archive');
  });
  const createGitSource = (url: string): FeedSource => ({ url, form: 'git', documents: /x/ });
  const feed = createFeed('feed', [
    createGitSource('https://github.com/owner/name.git'),
    createGitSource('https://gitlab.com/group/sub/name'),
    {
      ...createGitSource('https://git.example/name.git'),
      archive: 'https://git.example/name.tar.gz',
    },
    createGitSource('https://git.example/other.git'),
  ]);
  const [outcome] = await fetchAll([feed], folder, mirror);
  assert.deepEqual(urls, [
    '/mirror/github.com/owner/name/archive/HEAD.tar.gz',
    '/mirror/gitlab.com/group/sub/name/-/archive/HEAD/name-HEAD.tar.gz',
    '/mirror/git.example/name.tar.gz',
  ]);
  assert.deepEqual(outcome?.unsupported, ['https://git.example/other.git']);
});

test('copies the documents of a source of many files from a directory', async (t) => {
  const folder = createFolder(t);
  const feeds = path.join(folder, 'feeds');
  const mirror = path.join(folder, 'mirror');
  const write = (name: string, content: string): void => {
    const file = path.join(mirror, 'feeds.example', 'vex', name);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, content);
  };
  const url = 'https://feeds.example/vex/';
  const vex = createFeed('vex', [{ url, form: 'files', documents: /^\d{4}\/[^/]+\.json$/ }]);
  const place = new URL(`file://${mirror}`);
  fs.mkdirSync(mirror);
  const [unknown] = await fetchAll([vex], feeds, place);
  assert.deepEqual(unknown?.unsupported, [url]);
  for (const name of ['2024/a.json', '2025/b c.json', 'index.txt', '2024/a.json.asc']) {
    write(name, name);
  }
  fs.symlinkSync('/etc/passwd', path.join(mirror, 'feeds.example', 'vex', '2024', 'c.json'));
  const [first] = await fetchAll([vex], feeds, place);
  const names = ['feeds.example/vex/2024/a.json', 'feeds.example/vex/2025/b c.json'];
  assert.deepEqual([first?.changed, first?.unsupported], [names, []]);
  write('2025/b c.json', 'changed');
  const [second] = await fetchAll([vex], feeds, place);
  assert.deepEqual([second?.changed, second?.unchanged], [[names[1]], [names[0]]]);
  assert.equal(fs.readFileSync(path.join(feeds, names[1] ?? ''), 'utf8'), 'changed');
  const server = await serve(t, (_, response) => response.end('x'));
  assert.deepEqual((await fetchAll([vex], feeds, server))[0]?.unsupported, [url]);
});

test('refuses a mirror without TLS', async (t) => {
  const folder = createFolder(t);
  const mirror = new URL('http://mirror.example/feeds');
  await assert.rejects(fetchAll([FEED], path.join(folder, 'feeds'), mirror), { code: 'E_USAGE' });
  assert.deepEqual(fs.readdirSync(folder), []);
});

test('reports a directory that cannot be written', async (t) => {
  const folder = createFolder(t);
  const file = path.join(folder, 'file');
  fs.writeFileSync(file, '');
  const mirror = await serve(t, (_, response) => response.end('x'));
  await assert.rejects(fetchAll([FEED], path.join(file, 'feeds'), mirror), { code: 'E_SPILL' });
  await assert.rejects(fetchAll([FEED], file, mirror), { code: 'E_SPILL' });
});

/** Creates a feed whose list has the names of its files, one per line. */
function createListFeed(id = 'listed'): FeedProvider {
  return createFeed(id, [
    {
      url: 'https://feeds.example/data/index.txt',
      form: 'files',
      documents: /\.json$/,
      lists: ['.txt'],
      listNext: (content) => readNames(readText(content)),
    },
  ]);
}

function readNames(list: string): readonly string[] | undefined {
  return list.startsWith('<') ? undefined : list.split('\n').filter(Boolean);
}

/** Serves files by their paths below the mirror, with a digest as the entity tag. */
async function serveFiles(t: TestContext, files: Map<string, string>): Promise<URL> {
  return await serve(t, ({ url = '', headers }, response) => {
    const content = files.get(url.replace('/mirror/feeds.example/', ''));
    const etag = `"${content?.length}-${content}"`.replaceAll('\n', ' ');
    if (content === undefined) {
      response.writeHead(404).end();
    } else if (headers['if-none-match'] === etag) {
      response.writeHead(304).end();
    } else {
      response.writeHead(200, { etag }).end(content);
    }
  });
}

test('downloads the files of a list, and removes those that it does not name anymore', async (t) => {
  const folder = createFolder(t);
  const files = new Map([
    ['data/index.txt', '2025/a.json\n2025/b.json\n2025/a.json\n'],
    ['data/2025/a.json', 'a'],
    ['data/2025/b.json', 'b'],
    ['data/2025/c.json', 'c'],
  ]);
  const mirror = await serveFiles(t, files);
  const listNames = (): readonly string[] =>
    listFiles(folder).filter((name) => !name.includes('.plimsoll-'));
  const [first] = await fetchAll([createListFeed()], folder, mirror);
  const place = 'feeds.example/data/';
  assert.deepEqual(first?.changed, [
    `${place}index.txt`,
    `${place}2025/a.json`,
    `${place}2025/b.json`,
  ]);

  files.set('data/2025/b.json', 'b2');
  const [second] = await fetchAll([createListFeed()], folder, mirror);
  assert.deepEqual(second?.changed, [`${place}2025/b.json`], 'also if the list is the same');

  files.set('data/index.txt', '2025/b.json\n2025/c.json\n2025/missing.json\n');
  const [third] = await fetchAll([createListFeed()], folder, mirror);
  assert.deepEqual(third?.changed, [`${place}index.txt`, `${place}2025/c.json`]);
  assert.deepEqual(third?.missing, [`${place}2025/missing.json`]);
  assert.deepEqual(listNames(), [
    `${place}2025/b.json`,
    `${place}2025/c.json`,
    `${place}index.txt`,
  ]);
  assert.ok(!listFiles(folder).includes(`${place}2025/.plimsoll-a.json.json`));
});

test('keeps the files of a list if one of them cannot be downloaded', async (t) => {
  const folder = createFolder(t);
  const files = new Map([
    ['data/index.txt', 'a.json\n'],
    ['data/a.json', 'a'],
  ]);
  const mirror = await serveFiles(t, files);
  await fetchAll([createListFeed()], folder, mirror);
  const before = listFiles(folder);
  for (const address of ['https://other.example/b.json', '//other.example/b.json', 'http:']) {
    files.set('data/index.txt', `${address}\n`);
    const [outcome] = await fetchAll([createListFeed()], folder, mirror);
    assert.equal(outcome?.error?.code, 'E_NETWORK');
    assert.match(outcome.error.message, /names a file on another host/);
    assert.deepEqual(listFiles(folder), before);
  }
});

test('keeps the files of a list if an error page or a very large file replaces it', async (t) => {
  const folder = createFolder(t);
  const files = new Map([
    ['data/index.txt', 'a.json\n'],
    ['data/a.json', 'a'],
  ]);
  const mirror = await serveFiles(t, files);
  await fetchAll([createListFeed()], folder, mirror);
  const before = listFiles(folder);
  files.set('data/index.txt', '<html>Sign in</html>');
  const [page] = await fetchAll([createListFeed()], folder, mirror);
  assert.equal(page?.error?.code, 'E_NETWORK');
  assert.match(page.error.message, /index\.txt is not a list of files in a known form$/);
  files.set('data/index.txt', 'a.json\n');
  files.set('data/a.json', 'a'.repeat(2_000));
  const [document] = await fetchAll([createListFeed()], folder, mirror, {
    httpAnswerBytesMax: 1_000,
  });
  assert.deepEqual(document?.changed, ['feeds.example/data/a.json'], 'a document may be larger');
  files.set('data/a.json', 'a');
  await fetchAll([createListFeed()], folder, mirror);
  files.set('data/index.txt', 'a.json\n'.repeat(200));
  const [large] = await fetchAll([createListFeed()], folder, mirror, { httpAnswerBytesMax: 1_000 });
  assert.equal(large?.error?.code, 'E_LIMIT');
  assert.deepEqual(listFiles(folder), before);
});

test('follows a list only up to the limit', async (t) => {
  const folder = createFolder(t);
  const endless = createFeed('endless', [
    {
      url: 'https://feeds.example/list?page=1',
      form: 'document',
      listNext: (_, url) => [`?page=${Number(url.searchParams.get('page')) + 1}`],
    },
  ]);
  let requests = 0;
  const mirror = await serve(t, (_, response) => {
    requests += 1;
    response.end(String(requests));
  });
  const [outcome] = await fetchAll([endless], folder, mirror, { feedFilesMax: 5 });
  assert.equal(outcome?.error?.code, 'E_LIMIT');
  assert.equal(requests, 5);
  assert.deepEqual(listFiles(folder), []);
});

test('copies the documents of a list from a directory without the list', async (t) => {
  const folder = createFolder(t);
  const mirror = path.join(folder, 'mirror');
  const file = path.join(mirror, 'feeds.example/data/2025/a.json');
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, 'a');
  const feeds = path.join(folder, 'feeds');
  const [first] = await fetchAll([createListFeed()], feeds, new URL(`file://${mirror}`));
  assert.deepEqual(first?.changed, ['feeds.example/data/2025/a.json']);
});
