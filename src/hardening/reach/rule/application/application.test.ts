import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { findRuleReach, type ImageFile } from '../../../../../test/support/reach-image.ts';

const PROGRAM = { elf: { type: 3, dynamic: [] } } as const;
const FILES: Readonly<Record<string, ImageFile>> = {
  '/usr/bin/server': PROGRAM,
  '/srv/app/view.html': 'x',
  '/srv/app/node_modules/left/x.html': 'x',
};

function startApplication(
  more: Readonly<Record<string, ImageFile>> = {},
  workingFolder = '/srv/app',
) {
  return findRuleReach('application', {
    files: { ...FILES, ...more },
    command: ['server'],
    workingFolder,
    packages: { server: ['/usr/bin/server'] },
  });
}

suite('the application', () => {
  test('is reached only by the files that name it', () => {
    const { own, classOf } = startApplication();
    assert.deepEqual(own, ['likely /srv/app/view.html by "/srv/app" in (config)']);
    assert.equal(classOf('/srv/app/node_modules/left/x.html'), 'unreachable');
  });

  test('may lie in any directory except those of the system', () => {
    const files = { '/app/view.html': 'x', '/usr/share/view.html': 'x', '/etc/view.html': 'x' };
    const own = (folder: string) => startApplication(files, folder).own;
    assert.deepEqual(own('/app'), ['likely /app/view.html by "/app" in (config)']);
    assert.deepEqual([...own('/usr/share'), ...own('/etc'), ...own('/')], []);
  });

  test('may be an empty file, but not one of a package', () => {
    const { own, classOf } = startApplication({ '/srv/app/view.html': '', '/srv/app/empty': '' });
    assert.deepEqual(own, [
      'likely /srv/app/empty by "/srv/app" in (config)',
      'likely /srv/app/view.html by "/srv/app" in (config)',
    ]);
    assert.equal(classOf('/usr/bin/server'), 'required');
  });
});
