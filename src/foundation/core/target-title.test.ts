import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TargetDescription } from './target.ts';
import { formatTargetTitle, shortenTargetName } from './target-title.ts';

test('the short name of a path has neither directories nor the extension of an archive', () => {
  const cases = {
    '/home/me/debian-12.oci.tar': 'debian-12',
    './images/app.tar': 'app',
    'images/app.docker.tar.zst': 'app',
    'C:\\images\\app.tgz': 'app',
    '/srv/root/': 'root',
    '../boms/app.cdx.json': 'app.cdx.json',
    'dir:/srv/root': 'root',
    'oci-archive:/home/me/app.tar': 'app',
    './.tar': './.tar',
  };
  for (const [path, name] of Object.entries(cases)) {
    assert.equal(shortenTargetName(path), name, path);
  }
});

test('the name of an image in a registry stays as it is', () => {
  for (const name of [
    'registry.example/app:1.0',
    'alpine',
    'example/app@sha256:abc',
    'app:1.tar5',
  ]) {
    assert.equal(shortenTargetName(name), name);
  }
});

test('the title of an image is its given name, else its first tag, else its short name', () => {
  const createTitle = (name: string, ...tags: readonly string[]): string =>
    formatTargetTitle({ kind: 'image', name, tags } as unknown as TargetDescription);
  assert.equal(
    createTitle('/home/me/app.tar', 'example/app:1.0', 'example/app:latest'),
    'example/app:1.0',
  );
  assert.equal(createTitle('/home/me/app.tar'), 'app');
  assert.equal(createTitle('example/app', 'example/app:1.0'), 'example/app:1.0');
  assert.equal(createTitle('our-app', 'example/app:1.0'), 'our-app');
});
