import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { describe, test } from 'node:test';
import { isToolInstalled } from './requirements.ts';
import {
  createHostRoot,
  createLayer,
  createTrialImage,
  createTrialRequest,
  findSkipReason,
} from './trial.fixture.ts';
import { verifySlimImage } from './verify-slim.ts';

const skip = findSkipReason() || (isToolInstalled('runc') ? false : 'runc is not installed');

/** One run shows many properties, because each takes seconds. */
const SCRIPT = `
id
cat /srv/a
grep -E '^(CapBnd|CapEff|Seccomp|NoNewPrivs)' /proc/self/status
cat /proc/sys/kernel/hostname /etc/hosts
pwd
echo "$GREETING"
unshare --user true 2>/dev/null && echo "created a namespace"
mount -t tmpfs tmpfs /mnt 2>/dev/null && echo "mounted"
ls /proc | grep -c '^[0-9]'
echo written > /tmp/file
exit 7`;

describe('verifySlimImage with runc', { skip }, () => {
  test('runs images with a filter, limits, and the process of the image', async () => {
    using resources = new DisposableStack();
    using root = createHostRoot({
      programs: ['sh', 'cat', 'id', 'grep', 'ls', 'unshare', 'mount', 'true'],
      files: { '/srv/a': 'hello\n', '/etc/passwd': 'app:x:1000:1000::/:\n' },
      folders: ['/work', '/mnt'],
    });
    const command = ['sh', '-c', SCRIPT];
    const own = {
      workingFolder: '/work',
      environment: new Map([
        ['PATH', '/bin'],
        ['GREETING', 'good day'],
      ]),
      healthcheck: ['CMD', 'cat', '/srv/a'],
    };
    const original = createTrialImage([createLayer(root.folder)], command, own);
    const slim = createTrialImage([createLayer(root.folder, ['/srv/a'])], command, own);
    const before = readdirSync('/sys/fs/cgroup');
    const result = await verifySlimImage({
      ...createTrialRequest(original, slim, resources),
      runtime: 'runc',
    });
    const { output, status, files, errors } = result.original;
    const text = output.join('\n');
    assert.deepEqual([status, errors], [['exit status 7'], []], text);
    assert.match(text, /^uid=0\S* gid=0\S*/);
    assert.match(text, /^hello$/m);
    assert.match(text, /^CapBnd:\t00000000a80425fb$/m);
    assert.match(text, /^Seccomp:\t2$/m);
    assert.match(text, /^NoNewPrivs:\t0$/m);
    assert.match(text, /^trial$/m);
    assert.match(text, /^127\.0\.0\.1\tlocalhost$/m);
    assert.match(text, /^\/work$/m);
    assert.match(text, /^good day$/m);
    assert.doesNotMatch(text, /created a namespace|mounted/);
    assert.match(files.join('\n'), /^\/tmp\/file 644 0:0 sha256:/m);
    assert.equal(result.isSame, false);
    assert.equal(result.missing?.path, '/srv/a');
    assert.deepEqual(readdirSync('/sys/fs/cgroup'), before);
  });
});
