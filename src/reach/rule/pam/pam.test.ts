import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import {
  type ImageFile,
  ruleReach,
  UNREADABLE_PROGRAMS,
} from '../../../../test/support/reach-image.ts';

const PROGRAM = { elf: { type: 3, dynamic: [] } } as const;
const FILES: Readonly<Record<string, ImageFile>> = {
  '/usr/bin/login': { elf: { type: 3, dynamic: [], symbols: [{ name: 'pam_start' }] }, words: [] },
  '/etc/pam.d/login': 'auth required pam_used.so\n# auth required pam_left.so\n',
  '/usr/lib/security/pam_used.so': PROGRAM,
  '/usr/lib/security/pam_left.so': PROGRAM,
};

function started(more: Readonly<Record<string, ImageFile>> = {}) {
  return ruleReach('pam', {
    files: { ...FILES, ...more },
    command: ['login'],
  });
}

suite('a module of authentication', () => {
  test('is told by what names it, and nothing else is', () => {
    const { own, classOf } = started();
    assert.deepEqual(own, [
      'likely /etc/pam.d/login by "pam_start" in /usr/bin/login',
      'likely /usr/lib/security/pam_used.so by "pam_used.so" in /etc/pam.d/login',
    ]);
    assert.equal(classOf('/usr/lib/security/pam_left.so'), 'unreachable');
  });

  for (const [name, text] of UNREADABLE_PROGRAMS) {
    test(`is nothing where the file that names it is ${name}`, () => {
      assert.deepEqual(started({ '/usr/bin/login': text }).own, []);
    });
  }
});
