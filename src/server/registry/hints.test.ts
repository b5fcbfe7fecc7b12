import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readRegistryHints } from './hints.ts';
import { createNameTest, parseAttachmentTag } from './name-pattern.ts';
import { parseRegistryWatch } from './registry-watch.ts';

test('reads events of distribution and of Harbor, and skips those that change nothing', () => {
  const envelope = {
    events: [
      { action: 'push', target: { repository: 'shop/web', tag: '1' } },
      { action: 'delete', target: { repository: 'shop/web', digest: 'sha256:0' } },
      { action: 'pull', target: { repository: 'shop/web', tag: '1' } },
      { action: 'push' },
      'x',
    ],
  };
  assert.deepEqual(readRegistryHints(envelope), [
    { repository: 'shop/web', tag: '1' },
    { repository: 'shop/web', tag: '' },
  ]);
  // Harbor 2.8, "Configure Webhook Notifications": the default payload, and CloudEvents.
  const data = {
    resources: [{ digest: 'sha256:0', tag: 'v1', resource_url: 'hub.example.org/library/web:v1' }],
    repository: { name: 'web', namespace: 'library', repo_full_name: 'library/web' },
  };
  const expected = [{ repository: 'library/web', tag: 'v1' }];
  const harbor = { type: 'PUSH_ARTIFACT', occur_at: 1, operator: 'admin', event_data: data };
  assert.deepEqual(readRegistryHints(harbor), expected);
  const cloud = { specversion: '1.0', type: 'harbor.artifact.pushed', data };
  assert.deepEqual(readRegistryHints(cloud), expected);
  assert.deepEqual(readRegistryHints({ ...harbor, type: 'PULL_ARTIFACT' }), []);
  assert.deepEqual(readRegistryHints({ ...harbor, event_data: { ...data, resources: [] } }), [
    { repository: 'library/web', tag: '' },
  ]);
  for (const body of [undefined, [], 'x', {}, { events: {} }, { type: 'PUSH_ARTIFACT' }]) {
    assert.deepEqual(readRegistryHints(body), []);
  }
});

test('a pattern matches whole names, in linear time', () => {
  for (const [pattern, name, expected] of [
    ['shop/*', 'shop/web', true],
    ['shop/*', 'shop', false],
    ['*', '', true],
    ['v*', 'av1', false],
    ['a*a', 'a', false],
    ['a*b*c', 'a-b-c', true],
    ['a*b*c', 'a-c-b', false],
    ['*.*', '1x2', false],
    ['web', 'web2', false],
  ] as const) {
    assert.equal(createNameTest(pattern)(name), expected, `${pattern} ${name}`);
  }
  const isSlow = createNameTest(`${'a*'.repeat(8)}b`);
  assert.equal(isSlow('a'.repeat(255)), false);
  const digest = 'a'.repeat(64);
  assert.deepEqual(parseAttachmentTag(`sha256-${digest}.sig`), {
    subject: `sha256:${digest}`,
    kind: 'signature',
  });
  assert.equal(parseAttachmentTag('sha256-1'), undefined);
});

test('rejects watches that are not a host with a pattern', () => {
  const watch = parseRegistryWatch('shop', 'Registry.example.org:5000/shop/*', { tags: 'v*' });
  assert.deepEqual(watch, {
    name: 'shop',
    registry: 'registry.example.org:5000',
    repositories: 'shop/*',
    tags: 'v*',
    platforms: [],
    project: '',
  });
  for (const place of ['', 'shop', '*/shop', 'a.example/', 'https://a.example/x', 'a@b/c', '/x']) {
    assert.throws(() => parseRegistryWatch('shop', place), { code: 'E_USAGE' }, place);
  }
  for (const more of [{ tags: '' }, { tags: 'a b' }, { tags: '*********' }, { platforms: ['x'] }]) {
    assert.throws(() => parseRegistryWatch('shop', 'a.example/x', more), { code: 'E_USAGE' });
  }
  assert.throws(() => parseRegistryWatch('Shop!', 'a.example/x'), { code: 'E_USAGE' });
});
