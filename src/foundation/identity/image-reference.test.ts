import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createImageName, listImageSpellings, parseReference } from './image-reference.ts';

const SHA256 = `sha256:${'a'.repeat(64)}`;

describe('a reference', () => {
  const good: readonly (readonly [string, string, string, string])[] = [
    ['alpine', 'docker.io', 'library/alpine', 'latest'],
    ['alpine:3.20', 'docker.io', 'library/alpine', '3.20'],
    ['user/app', 'docker.io', 'user/app', 'latest'],
    ['docker.io/alpine', 'docker.io', 'library/alpine', 'latest'],
    ['index.docker.io/alpine', 'docker.io', 'library/alpine', 'latest'],
    ['Docker.io/alpine', 'docker.io', 'library/alpine', 'latest'],
    ['localhost/app', 'localhost', 'app', 'latest'],
    ['localhost:5000/app:1', 'localhost:5000', 'app', '1'],
    ['registry:5000/app', 'registry:5000', 'app', 'latest'],
    ['ghcr.io/a/b/c:v1', 'ghcr.io', 'a/b/c', 'v1'],
    ['HOST/app', 'host', 'app', 'latest'],
    ['[::1]:5000/app', '[::1]:5000', 'app', 'latest'],
    [`alpine@${SHA256}`, 'docker.io', 'library/alpine', SHA256],
    [`ghcr.io/a/b:v1@${SHA256}`, 'ghcr.io', 'a/b', SHA256],
    ['a_b/c__d/e--f/g.h', 'docker.io', 'a_b/c__d/e--f/g.h', 'latest'],
    ['app:A_b.c-D', 'docker.io', 'library/app', 'A_b.c-D'],
  ];
  for (const [text, registry, repository, selector] of good) {
    test(`${text} is read as by Docker`, () => {
      const isDigest = selector === SHA256;
      assert.deepEqual(parseReference(text), { registry, repository, selector, isDigest });
    });
  }

  const bad = [
    '',
    ' alpine',
    'Alpine',
    'alpine:',
    'alpine@',
    'alpine@sha256:abc',
    `alpine@${SHA256}@${SHA256}`,
    'a..b',
    'a._b',
    'a___b',
    '-a',
    'a-',
    'a//b',
    '/a',
    'a/',
    'ghcr.io/',
    'ghcr.io/../x',
    'host:99999/app',
    'host:0/app',
    'a..b.io/app',
    '-a.io/app',
    'evil.io#docker.io/app',
    'user:password@ghcr.io/app',
    'https://ghcr.io/app',
    'ghcr.io/app?x=1',
    'ghcr.io/a%2fb',
    'app:a b',
    'app:\n',
    'app\u0000',
    '[::1/app',
    '[1:2:3]:5000/app',
    'f'.repeat(64),
    `app:${'x'.repeat(129)}`,
    `a/${'b'.repeat(300)}`,
    'x'.repeat(10_000),
  ];
  for (const text of bad) {
    test(`${JSON.stringify(text.slice(0, 40))} is invalid`, () => {
      assert.equal(parseReference(text), undefined);
    });
  }

  // A backtracking pattern would not finish on any of these.
  test('of hostile length or form is parsed quickly', () => {
    for (const text of [
      `${'a-'.repeat(250)}!`,
      `${'a.'.repeat(250)}/x`,
      `${'_'.repeat(500)}a`,
      ':'.repeat(500),
    ]) {
      assert.equal(parseReference(text), undefined);
    }
  });
});

test('a name is equal in its short and full form', () => {
  const name = createImageName('nginx:1');
  assert.equal(name.text, 'nginx:1');
  for (const same of [
    'nginx:1',
    'library/nginx:1',
    'docker.io/nginx:1',
    'index.docker.io/library/nginx:1',
  ]) {
    assert(name.isSame(same), same);
  }
  for (const other of ['nginx', 'nginx:2', 'other/nginx:1', 'ghcr.io/library/nginx:1', '1', '']) {
    assert(!name.isSame(other), other);
  }
  assert(createImageName('No Name').isSame('No Name'));
  assert(!createImageName('No Name').isSame('No Names'));
});

test('the spellings of a name are all the same name, and include its short and full forms', () => {
  const spellings = listImageSpellings('nginx');
  for (const text of ['nginx', 'nginx:latest', 'library/nginx', 'docker.io/library/nginx:latest']) {
    assert(spellings.includes(text), text);
    assert.deepEqual(listImageSpellings(text).toSorted(), spellings.toSorted());
  }
  for (const text of ['nginx', 'team/app:2', 'ghcr.io/team/app', `app@${SHA256}`, 'No Name']) {
    const name = createImageName(text);
    assert(listImageSpellings(text).every((one) => name.isSame(one)));
  }
  assert.deepEqual(listImageSpellings('ghcr.io/team/app:2'), ['ghcr.io/team/app:2']);
});
