import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { hasFiles, isNamed, parseFstab } from './fstab.ts';

suite('fstab', () => {
  test('lines with a directory are read, with escapes', () => {
    const text = `# comment
UUID=1234 /  ext4 errors=remount-ro 0 1
\tLABEL=my\\040data\t//srv/./my\\040data/  ext4\tdefaults
/dev/sda2 none swap sw 0 0
short`;
    assert.deepEqual(parseFstab(text), [
      { device: 'UUID=1234', path: '/', type: 'ext4', options: ['errors=remount-ro'] },
      { device: 'LABEL=my data', path: '/srv/my data', type: 'ext4', options: ['defaults'] },
    ]);
  });

  test('views of the kernel, the root and mounts by hand add no files', () => {
    const lines = `proc /proc proc defaults
tmpfs /tmp tmpfs mode=1777
/srv/a /srv/b none bind
/dev/sr0 /media/cdrom auto ro,noauto
UUID=1 / ext4
UUID=2 /auto ext4 noauto,x-systemd.automount
server:/home /home nfs defaults
/dev/sdb1 /data xfs`;
    const paths = parseFstab(lines)
      .filter(hasFiles)
      .map(({ path }) => path);
    assert.deepEqual(paths, ['/auto', '/home', '/data']);
  });

  test('devices name partitions by the ids of these and of their file systems', () => {
    const part = {
      number: 2,
      uuid: 'deadbeef-02',
      label: 'system',
      volume: { uuid: '1111-2222', label: 'root' },
    };
    const named = [
      'UUID=1111-2222',
      'UUID="1111-2222"',
      'LABEL=root',
      'PARTUUID=DEADBEEF-02',
      'PARTLABEL=system',
      '/dev/disk/by-uuid/1111-2222',
      '/dev/disk/by-partlabel/system',
      '/dev/sda2',
      '/dev/nvme0n1p2',
    ];
    for (const device of named) assert(isNamed(device, part), device);
    const others = ['UUID=2', 'LABEL=', 'LABEL=system', 'PARTLABEL=root', '/dev/sda1', '/dev/sdb2'];
    for (const device of [...others, '/dev/mapper/vg-root', '']) {
      assert(!isNamed(device, part), device);
    }
    assert(!isNamed('UUID=1111-2222', { number: 2, uuid: '', label: '' }));
  });
});
