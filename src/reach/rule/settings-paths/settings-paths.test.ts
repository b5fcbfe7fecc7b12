import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { type ImageFile, ruleReach } from '../../../../test/support/reach-image.ts';

const PROGRAM = { elf: { type: 3, dynamic: [] } } as const;
const FILES: Readonly<Record<string, ImageFile>> = {
  '/usr/bin/server': PROGRAM,
  '/etc/server.conf': 'include /srv/used.conf\n# /srv/left.conf\n',
  '/srv/used.conf': 'x',
  '/srv/left.conf': 'x',
};

function started(more: Readonly<Record<string, ImageFile>> = {}) {
  return ruleReach('settings-paths', {
    files: { ...FILES, ...more },
    command: ['server', '/etc/server.conf'],
  });
}

suite('what settings name', () => {
  test('is told by what names it, and nothing else is', () => {
    const { own, classOf } = started();
    assert.deepEqual(own, ['likely /srv/used.conf by "/srv/used.conf" in /etc/server.conf']);
    assert.equal(classOf('/srv/left.conf'), 'unreachable');
  });

  for (const [name, text] of [
    ['empty', ''],
    ['not text', Buffer.from([0, 255, 254, 0])],
    ['cut in a path', 'include /srv/use'],
  ] as const) {
    test(`is nothing where the file that names it is ${name}`, () => {
      assert.deepEqual(started({ '/etc/server.conf': text }).own, []);
    });
  }
});
