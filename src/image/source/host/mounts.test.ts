import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { listLeftOut } from './mounts.ts';

function createMountInfo(...mounts: readonly (readonly [path: string, type: string])[]): string {
  const lines = mounts.map(
    ([path, type], at) => `${at + 30} 29 0:${at} / ${path} rw,nosuid shared:4 - ${type} none rw`,
  );
  return `${lines.join('\n')}\n`;
}

suite('mounts of a machine', () => {
  test('views of the kernel and files of other machines are left out, outermost only', () => {
    const text = createMountInfo(
      ['/', 'ext4'],
      ['/proc', 'proc'],
      ['/proc/sys/fs/binfmt_misc', 'autofs'],
      ['/sys/fs/cgroup', 'cgroup2'],
      ['/dev', 'tmpfs'],
      ['/run/pipes', 'rpc_pipefs'],
      ['/home', 'nfs4'],
      ['/srv/a\\040b', 'cifs'],
      ['/media/phone', 'fuse.sshfs'],
      ['/boot', 'vfat'],
      ['/data', 'fuseblk'],
      ['/usr', 'overlay'],
    );
    assert.deepEqual(
      listLeftOut(text, '/').map(({ path, kind }) => `${path} ${kind}`),
      [
        '/dev kernel',
        '/home remote',
        '/media/phone remote',
        '/proc kernel',
        '/run/pipes kernel',
        '/srv/a b remote',
        '/sys kernel',
      ],
    );
  });

  test('the last mount at a path counts, and a file system on a remote one is not read', () => {
    const text = createMountInfo(
      ['/boot', 'autofs'],
      ['/boot', 'vfat'],
      ['/data', 'ext4'],
      ['/data', 'nfs'],
      ['/data/disk', 'ext4'],
    );
    const paths = listLeftOut(text, '/').map(({ path }) => path);
    assert.deepEqual(paths, ['/data', '/dev', '/proc', '/sys']);
  });

  test('only mounts below a mounted root count, and its directories are not views by name', () => {
    const text = createMountInfo(
      ['/proc', 'proc'],
      ['/mnt', 'nfs'],
      ['/mnt/proc', 'proc'],
      ['/mnt/home', 'ceph'],
      ['/mnt2/home', 'ceph'],
    );
    assert.deepEqual(listLeftOut(text, '/mnt'), [
      { path: '/home', type: 'ceph', kind: 'remote' },
      { path: '/proc', type: 'proc', kind: 'kernel' },
    ]);
    assert.deepEqual(listLeftOut('', '/mnt'), []);
  });
});
