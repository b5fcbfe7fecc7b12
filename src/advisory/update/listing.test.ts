import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatUrl, parseListing, toArchiveUrl, toListingUrl } from './listing.ts';

const URL_OF_LISTING = new URL('https://mirror.example/db/v6/latest.json');
const LISTING = {
  status: 'active',
  schemaVersion: 'v6.1.9',
  built: '2026-11-24T23:16:37Z',
  path: 'vulnerability-db_v6.1.9_2026-11-24T23:07:06Z_1795562197.tar.zst',
  checksum: `sha256:${'ab'.repeat(32)}`,
};

function parse(changes: object = {}) {
  return parseListing(JSON.stringify({ ...LISTING, ...changes }), URL_OF_LISTING);
}

test('the listing of a mirror is that of our schema, unless its URL names a listing', () => {
  const addresses = [
    ['https://a.example/databases', 'https://a.example/databases/v6/latest.json'],
    ['https://a.example/databases/', 'https://a.example/databases/v6/latest.json'],
    ['http://a.example', 'http://a.example/v6/latest.json'],
    ['https://a.example/x/our.json?sig=1', 'https://a.example/x/our.json?sig=1'],
    ['file:///srv/mirror', 'file:///srv/mirror/v6/latest.json'],
    ['/srv/a mirror/', 'file:///srv/a%20mirror/v6/latest.json'],
    ['/srv/mirror/v6/latest.json', 'file:///srv/mirror/v6/latest.json'],
  ] as const;
  for (const [place, expected] of addresses) {
    assert.equal(toListingUrl(place).href, expected);
  }
  for (const place of ['', 'a.example', 'ftp://a.example', 'mirror/v6']) {
    assert.throws(() => toListingUrl(place), { code: 'E_USAGE' });
  }
});

test('parses a listing and ignores unknown members', () => {
  const { builtAt, schemaVersion } = parse({ more: { nested: true } });
  assert.deepEqual([builtAt, schemaVersion], ['2026-11-24T23:16:37Z', 'v6.1.9']);
});

test('refuses a listing with an invalid member', () => {
  const wrong = [
    { status: 'ACTIVE now' },
    { schemaVersion: 'v5.0.0' },
    { schemaVersion: 6 },
    { built: 'yesterday' },
    { path: '' },
    { path: 'a'.repeat(2000) },
    { checksum: 'md5:00' },
    { checksum: undefined },
  ];
  for (const changes of wrong) {
    assert.throws(() => parse(changes), { code: 'E_DB_UPDATE' }, JSON.stringify(changes));
  }
  for (const text of ['', 'null', '[]', '"text"', '{"__proto__":{"status":"active"}}']) {
    assert.throws(() => parseListing(text, URL_OF_LISTING), { code: 'E_DB_UPDATE' }, text);
  }
});

test('an archive is next to the listing or below it, even if its name contains a colon', () => {
  const at = (path: string): string => toArchiveUrl({ ...parse(), path }, URL_OF_LISTING).href;
  assert.equal(at(LISTING.path), `https://mirror.example/db/v6/${LISTING.path}`);
  assert.equal(at('db:1.tar'), 'https://mirror.example/db/v6/db:1.tar');
  assert.equal(at('deep/a.tar'), 'https://mirror.example/db/v6/deep/a.tar');
  assert.equal(at('/db/v6/a.tar'), 'https://mirror.example/db/v6/a.tar');
  assert.equal(at('https://mirror.example/db/v6/a.tar'), 'https://mirror.example/db/v6/a.tar');
  for (const path of ['../a', '/a', '//b.example/db/v6/a', 'http://mirror.example/db/v6/a']) {
    assert.throws(() => at(path), { code: 'E_DB_UPDATE' }, path);
  }
});

test('credentials are sent for the archive and never shown', () => {
  const url = new URL('https://user:secret@mirror.example/db/v6/latest.json?token=secret');
  const archive = toArchiveUrl(parse(), url);
  assert.equal(archive.password, 'secret');
  assert.doesNotMatch(formatUrl(url) + formatUrl(archive), /secret/);
});
