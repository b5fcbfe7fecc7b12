import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { after, test } from 'node:test';
import { isImageName } from './image-name.ts';

const FOLDER = mkdtempSync(join(tmpdir(), 'image-name-test-'));
after(() => rmSync(FOLDER, { recursive: true, force: true }));

test('recognizes names of images', () => {
  for (const name of [
    'alpine',
    'alpine:3.20',
    'team/app',
    'ghcr.io/team/app:v1',
    'localhost:5000/app',
    'localhost/app',
    `app@sha256:${'a'.repeat(64)}`,
    'app:1.tarred',
    'tar',
  ]) {
    assert.equal(isImageName(name), true, name);
  }
});

test('input that looks like a path or an archive is not an image name', () => {
  for (const name of [
    './app',
    '../app',
    '/app',
    '.',
    '~/app',
    'app/',
    'nosuch.tar',
    'nosuch.TAR',
    'nosuch.tar.gz',
    'nosuch.tar.zst:app',
    'images.tar:app:1.2',
    'build/nosuch.tgz',
    'ghcr.io/app.tar@sha256',
    '--flag',
    'a b',
    '',
  ]) {
    assert.equal(isImageName(name), false, name);
  }
});

test('an existing file, or one in an existing directory, is a path', () => {
  mkdirSync(join(FOLDER, 'build'));
  writeFileSync(join(FOLDER, 'app'), '');
  const here = relative('.', FOLDER);
  assert.equal(isImageName(join(here, 'app')), false);
  // Names below the working directory, in which tests must not write.
  assert.equal(isImageName('src/image/source/nosuch'), false);
  assert.equal(isImageName('package.json'), false);
});
