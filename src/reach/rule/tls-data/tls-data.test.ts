import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import {
  type ImageFile,
  ruleReach,
  UNREADABLE_PROGRAMS,
} from '../../../../test/support/reach-image.ts';

const PROGRAM = { elf: { type: 3, dynamic: [] } } as const;
const FILES: Readonly<Record<string, ImageFile>> = {
  '/usr/bin/server': { elf: { type: 3, dynamic: [[1, 'libssl.so.3']] } },
  '/usr/lib/libssl.so.3': { ...PROGRAM, words: ['libssl'] },
  '/etc/ssl/openssl.cnf': '',
  '/etc/other/openssl.cnf': '',
};

function started(more: Readonly<Record<string, ImageFile>> = {}) {
  return ruleReach('tls-data', {
    files: { ...FILES, ...more },
    command: ['server'],
  });
}

suite('what a library for TLS reads', () => {
  test('is told by what names it, and nothing else is', () => {
    const { own, classOf } = started();
    assert.deepEqual(own, ['data /etc/ssl/openssl.cnf by "libssl" in /usr/lib/libssl.so.3']);
    assert.equal(classOf('/etc/other/openssl.cnf'), 'unreachable');
  });

  for (const [name, text] of UNREADABLE_PROGRAMS) {
    test(`is nothing where the file that names it is ${name}`, () => {
      assert.deepEqual(started({ '/usr/lib/libssl.so.3': text }).own, []);
    });
  }
});
