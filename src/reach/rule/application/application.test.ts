import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { type ImageFile, ruleReach } from '../../../../test/support/reach-image.ts';

const PROGRAM = { elf: { type: 3, dynamic: [] } } as const;
const FILES: Readonly<Record<string, ImageFile>> = {
  '/usr/bin/server': PROGRAM,
  '/srv/app/view.html': 'x',
  '/srv/app/node_modules/left/x.html': 'x',
};

function started(more: Readonly<Record<string, ImageFile>> = {}) {
  return ruleReach('application', {
    files: { ...FILES, ...more },
    command: ['server'],
    workingFolder: '/srv/app',
    packages: { server: ['/usr/bin/server'] },
  });
}

suite('what the application is', () => {
  test('is told by what names it, and nothing else is', () => {
    const { own, classOf } = started();
    assert.deepEqual(own, ['likely /srv/app/view.html by "/srv/app" in (config)']);
    assert.equal(classOf('/srv/app/node_modules/left/x.html'), 'unreachable');
  });

  test('is also a file that is empty, but none of a package', () => {
    const { own, classOf } = started({ '/srv/app/view.html': '', '/srv/app/empty': '' });
    assert.deepEqual(own, [
      'likely /srv/app/empty by "/srv/app" in (config)',
      'likely /srv/app/view.html by "/srv/app" in (config)',
    ]);
    assert.equal(classOf('/usr/bin/server'), 'required');
  });
});
