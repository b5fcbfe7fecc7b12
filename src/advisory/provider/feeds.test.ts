import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DEFAULT_LIMITS } from '../../core/limits.ts';
import { toSpdxExpression } from '../../identity/license/spdx-expression.ts';
import { readFeed } from './feed.fixture.ts';
import { providers } from './registry.generated.ts';

const FEEDS = providers.filter((provider) => provider.kind === 'feed');

test('each feed declares its source', () => {
  assert.ok(FEEDS.length > 0);
  for (const { id, sources } of FEEDS) {
    assert.ok(sources.length > 0, id);
    assert.equal(new Set(sources.map(({ url }) => url)).size, sources.length, id);
    for (const { url, form, documents } of sources) {
      assert.match(url, /^https:\/\/[a-z0-9.-]+\/\S+$/, id);
      assert.equal(documents === undefined, form === 'document', url);
    }
  }
});

test('each feed declares a license on the SPDX list, or none', () => {
  for (const { id, license } of FEEDS) {
    const { expression, attribution } = license;
    assert.ok(expression === 'NONE' || toSpdxExpression(expression) === expression, id);
    assert.notEqual(attribution, '', id);
  }
});

test('each feed reports a document of another kind as a problem', async () => {
  for (const feed of FEEDS) {
    const { items, problems } = await readFeed(feed, '\u0000 neither JSON nor XML');
    assert.deepEqual([items, problems.length], [[], 1], feed.id);
  }
});

/** Documents with one list, by the feed that reads them. */
const LISTS = new Map<string, (list: readonly unknown[]) => unknown>([
  ['almalinux-errata', (data) => ({ data })],
  ['arch-avg', (list) => list],
  ['endoflife-date', (releases) => ({ result: { name: 'debian', releases } })],
  ['epss', (data) => ({ status: 'OK', data })],
  ['euvd', (list) => list],
  ['fedora-bodhi', (updates) => ({ updates })],
  ['kev', (vulnerabilities) => ({ catalogVersion: '1', vulnerabilities })],
  ['nvd', (vulnerabilities) => ({ vulnerabilities })],
  ['rocky-errata', (advisories) => ({ advisories })],
  ['ubuntu-vex', (statements) => ({ '@context': 'https://openvex.dev/ns/v0.2.0', statements })],
]);

test('each feed counts the elements of a list that are not records', async () => {
  for (const [id, createDocument] of LISTS) {
    const feed = FEEDS.find((one) => one.id === id);
    assert.ok(feed, id);
    const { items, omissions } = await readFeed(feed, createDocument([null, 'text', 1]));
    const { omissions: ofNone } = await readFeed(feed, createDocument([]));
    assert.deepEqual(items, [], id);
    assert.notDeepEqual(omissions, ofNone, id);
  }
});

test('a feed reads a document only up to the limit', async () => {
  async function* streamEndlessly(): AsyncGenerator<Uint8Array> {
    for (;;) yield Buffer.alloc(1_000);
  }
  const limits = { ...DEFAULT_LIMITS, wholeFileBytesMax: 5_000 };
  for (const feed of FEEDS) {
    const outcomes = feed.read({ name: 'big.json', content: streamEndlessly() }, limits);
    await assert.rejects(outcomes[Symbol.asyncIterator]().next(), {
      code: 'E_LIMIT',
      message: /^big\.json has more than 5000 bytes/,
    });
  }
});
