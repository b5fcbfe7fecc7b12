import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import {
  type ImageFile,
  ruleReach,
  UNREADABLE_PROGRAMS,
} from '../../../../test/support/reach-image.ts';

const PROGRAM = { elf: { type: 3, dynamic: [] } } as const;
const FILES: Readonly<Record<string, ImageFile>> = {
  '/usr/bin/server': {
    elf: { type: 3, dynamic: [], symbols: [{ name: 'getaddrinfo' }] },
    words: [],
  },
  '/etc/nsswitch.conf': 'hosts: used [NOTFOUND=return] # left\n',
  '/usr/lib/libnss_used.so.2': PROGRAM,
  '/usr/lib/libnss_left.so.2': PROGRAM,
};

function started(more: Readonly<Record<string, ImageFile>> = {}) {
  return ruleReach('name-service', {
    files: { ...FILES, ...more },
    command: ['server'],
  });
}

suite('a module of the name service', () => {
  test('is told by what names it, and nothing else is', () => {
    const { own, classOf } = started();
    assert.deepEqual(own, [
      'data /etc/nsswitch.conf by "getaddrinfo" in /usr/bin/server',
      'likely /usr/lib/libnss_used.so.2 by "used" in /etc/nsswitch.conf',
    ]);
    assert.equal(classOf('/usr/lib/libnss_left.so.2'), 'unreachable');
  });

  for (const [name, text] of UNREADABLE_PROGRAMS) {
    test(`is nothing where the file that names it is ${name}`, () => {
      assert.deepEqual(started({ '/usr/bin/server': text }).own, []);
    });
  }
});
