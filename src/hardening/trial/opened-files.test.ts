import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readAttempts } from './opened-files.ts';

test('reads the attempts of all calls with paths, also interrupted ones', () => {
  const text = `12 execve("/bin/x", ["x"], 0x1 /* 3 vars */) = -1 ENOENT (No such file or directory)
12 openat(AT_FDCWD</srv>, "conf.d", O_RDONLY|O_NONBLOCK|O_CLOEXEC|O_DIRECTORY) = 3</srv/conf.d>
13 openat(AT_FDCWD</srv>, "/etc/a <unfinished ...>
12 newfstatat(5</var/lib>, "state", 0x7ffd, 0) = 0
13 <... openat resumed>", O_RDONLY) = -1 EACCES (Permission denied)
12 stat("a\\303\\244\\"b", 0x7ffd) = -1 ENOENT (No such file or directory)
12 +++ exited with 0 +++
`;
  const make = (path: string, more: object = {}): object => ({
    path,
    isDirectory: false,
    isExecuted: false,
    isOpened: false,
    ...more,
  });
  assert.deepEqual(readAttempts(Buffer.from(text).toString('latin1'), '/srv/app'), [
    make('/bin/x', { error: 'ENOENT', isExecuted: true, isOpened: true }),
    make('/srv/conf.d', { isDirectory: true, isOpened: true }),
    make('/var/lib/state'),
    make('/etc/a', { error: 'EACCES', isOpened: true }),
    make('/srv/app/aä"b', { error: 'ENOENT' }),
  ]);
});
