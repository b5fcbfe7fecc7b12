import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { Account } from '../../foundation/core/surface.ts';
import { accountFiles } from './accounts.ts';

function read(role: string, text: string): readonly Account[] {
  const bytes = Buffer.from(text);
  const content = {
    sizeBytes: bytes.length,
    read: (offset: number, length: number) => bytes.subarray(offset, offset + length),
  };
  const file = { path: '/etc/passwd', role, content, sizeBytes: bytes.length };
  return accountFiles.extract(file as never).fact as readonly Account[];
}

suite('the accounts of a system', () => {
  test('have the UID, the shell and the state of the password, never the password', () => {
    const text = [
      'root:x:0:0:root:/root:/bin/sh',
      'toor::0:0::/root:',
      'app:!:1000:1000:App,,,:/app:/sbin/nologin',
      'old:$6$salt$hash:7:7::/:/bin/sh',
      '# comment',
      'broken',
      '+::::::',
    ].join('\n');
    const accounts = read('passwd', text);
    assert.deepEqual(
      accounts.map(({ name, uid, password, shell }) => [name, uid, password, shell]),
      [
        ['root', 0, 'unknown', '/bin/sh'],
        ['toor', 0, 'empty', ''],
        ['app', 1000, 'locked', '/sbin/nologin'],
        ['old', 7, 'set', '/bin/sh'],
        ['broken', 0, 'unknown', ''],
      ],
    );
    assert.doesNotMatch(JSON.stringify(accounts), /hash/);
  });

  test('include malformed lines, which container engines read as UID 0', () => {
    const accounts = read(
      'passwd',
      '  spaced:x:+0:0::/:\napp:x::1000::/:\napp:x:1000:1000::/:\r\n',
    );
    assert.deepEqual(
      accounts.map(({ name, uid, shell }) => [name, uid, shell]),
      [
        ['spaced', 0, ''],
        ['app', 0, ''],
        ['app', 1000, ''],
      ],
    );
  });

  test('have the state of the shadow file', () => {
    const states = read('shadow', 'root:*:19000:0:::::\ntoor::19000::::::\nold:$6$x$y:1::::::\n');
    assert.deepEqual(
      states.map(({ name, password }) => [name, password]),
      [
        ['root', 'locked'],
        ['toor', 'empty'],
        ['old', 'set'],
      ],
    );
  });
});
