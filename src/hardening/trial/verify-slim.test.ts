import assert from 'node:assert/strict';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import {
  createHostRoot,
  createLayer,
  createTrialImage,
  createTrialRequest,
  findSkipReason,
  type RootContent,
} from './trial.fixture.ts';
import type { TrialProcess } from './trial-image.ts';
import { type TrialRequest, type TrialResult, verifySlimImage } from './verify-slim.ts';

const skip = findSkipReason();

interface Case extends RootContent {
  readonly command: readonly string[];
  readonly process?: Partial<TrialProcess>;
  /** Paths that the slim image lacks. */
  readonly lost?: readonly string[];
  readonly request?: Partial<TrialRequest>;
}

/** Runs a root, and the same root without some files. */
async function verify({
  command,
  process: own,
  lost = [],
  request,
  ...content
}: Case): Promise<TrialResult> {
  using resources = new DisposableStack();
  using root = createHostRoot(content);
  const original = createTrialImage([createLayer(root.folder)], command, own);
  const slim = createTrialImage([createLayer(root.folder, lost)], command, own);
  return await verifySlimImage({ ...createTrialRequest(original, slim, resources), ...request });
}

function runShell(script: string): readonly string[] {
  return ['sh', '-c', script];
}

describe('verifySlimImage', { skip }, () => {
  test('an image behaves as itself, and leaves no mount and no process', async () => {
    const readMounts = (): string => readFileSync('/proc/self/mountinfo', 'utf8');
    const before = readMounts();
    const result = await verify({
      programs: ['sh', 'cat', 'date'],
      files: { '/srv/a': 'hello\n' },
      command: runShell(
        'cat /srv/a; date; echo $$ > /tmp/written; cat /proc/sys/kernel/random/uuid',
      ),
    });
    assert.deepEqual(
      [result.isSame, result.runs, result.original.status],
      [true, 3, ['exit status 0']],
    );
    assert.equal(result.original.output[0], 'hello');
    assert.match(result.original.files.join('\n'), /^\/tmp\/written 644 0:0 sha256:/m);
    assert.equal(readMounts(), before);
    assert.deepEqual(listProcesses('plimsoll-trial-'), []);
  });

  test('names a lost file that the program reads, and adds it', async () => {
    const result = await verify({
      programs: ['sh', 'cat'],
      files: { '/srv/a': 'one\n', '/srv/b': 'two\n', '/srv/unused': '' },
      command: runShell('cat /srv/a && cat /srv/b'),
      lost: ['/srv/a', '/srv/b', '/srv/unused'],
      request: { repairsMax: 5 },
    });
    assert.equal(result.isSame, false);
    assert.deepEqual([result.missing?.path, result.missing?.isConfirmed], ['/srv/a', true]);
    assert.deepEqual([result.isRepaired, result.added.toSorted()], [true, ['/srv/a', '/srv/b']]);
  });

  test('names lost files that a program only lists, lost directories and lost libraries', async () => {
    const listed = await verify({
      programs: ['sh', 'ls'],
      files: { '/srv/conf.d/a': '', '/srv/conf.d/b': '' },
      command: runShell('ls /srv/conf.d'),
      lost: ['/srv/conf.d/b'],
    });
    assert.equal(listed.missing?.path, '/srv/conf.d/b');
    const folder = await verify({
      programs: ['sh'],
      folders: ['/var/lib/state'],
      command: runShell('echo x > /var/lib/state/x'),
      lost: ['/var/lib/state'],
    });
    assert.equal(folder.missing?.path, '/var/lib/state');
    const inside = await verify({
      programs: ['sh', 'cat'],
      files: { '/srv/zones/a': 'x\n', '/srv/zones/b': 'y\n' },
      command: runShell('cat /srv/zones/a'),
      lost: ['/srv/zones'],
    });
    assert.equal(inside.missing?.path, '/srv/zones/a');
    const linker = await verify({
      programs: ['sh', 'cat'],
      files: { '/srv/run': '#!/bin/cat\n' },
      command: ['/srv/run'],
      lost: ['/bin/cat'],
    });
    assert.equal(linker.missing?.path, '/bin/cat');
  });

  test('names a file whose permissions changed', async () => {
    using resources = new DisposableStack();
    using root = createHostRoot({ programs: ['sh', 'cat'], files: { '/srv/a': 'x\n' } });
    using upper = createHostRoot({ programs: [], files: { '/srv/a': 'x\n' } });
    const command = runShell('cat /srv/a');
    const own = { user: '1234:1234' };
    const layer = createLayer(root.folder);
    const original = createTrialImage([layer], command, own);
    const changed = { open: () => createChangedLayer(upper.folder) };
    const slim = createTrialImage([layer, changed], command, own);
    const result = await verifySlimImage(createTrialRequest(original, slim, resources));
    assert.deepEqual([result.isSame, result.missing?.path], [false, '/srv/a']);
  });

  test('runs a command beside a server once its port is open', async () => {
    const server = `use IO::Socket::INET;
my $s = IO::Socket::INET->new(LocalPort => 80, Listen => 5, ReuseAddr => 1) or die "$!";
while (my $c = $s->accept) { open(my $f, '<', '/srv/page'); print $c (<$f> // "gone\\n"); close $c }`;
    const result = await verify({
      programs: ['perl'],
      perlModules: ['IO::Socket::INET'],
      files: { '/srv/page': 'page\n', '/srv/server.pl': server },
      command: ['perl', '/srv/server.pl'],
      process: { exposedPorts: ['80/tcp'] },
      lost: ['/srv/page'],
      request: { command: ['bash', '-c', 'cat < /dev/tcp/127.0.0.1/80'] },
    });
    assert.deepEqual(result.original.response, ['status 0', 'page'], result.original.errors.join());
    assert.deepEqual(result.original.listeners, ['tcp 0.0.0.0:80']);
    assert.deepEqual(result.slim.response, ['status 0', 'gone']);
    assert.equal(result.missing?.path, '/srv/page');
  });

  test('an image has what engines provide, and nothing of the host', async () => {
    const secret = mkdtempSync(join(tmpdir(), 'plimsoll-secret-'));
    writeFileSync(join(secret, 'secret'), 'secret of the host\n');
    const server = createServer().listen(0, '127.0.0.1');
    await wait(50);
    const { port } = server.address() as { port: number };
    try {
      const { original } = await verify({
        programs: ['sh', 'cat', 'ls', 'id', 'bash', 'head', 'mknod'],
        files: {
          '/etc/passwd': 'root:x:0:0::/root:/bin/sh\nweb:x:1000:1000::/home/web:/bin/sh\n',
          '/etc/group': 'web:x:1000:\nlogs:x:4:web\n',
        },
        process: {
          user: 'web',
          workingFolder: '/srv/app',
          environment: new Map([
            ['PATH', '/bin'],
            ['MODE', 'test'],
            ['LD_PRELOAD', '/srv/none.so'],
          ]),
          volumes: ['/data'],
        },
        command: runShell(
          `id; pwd; echo "$MODE $HOME $LD_PRELOAD $(set | head -c 0)"; cat /etc/hostname; head -n 1 /etc/hosts
cat ${secret}/secret; ls /proc/1/root/ /data; bash -c 'echo > /dev/tcp/127.0.0.1/${port}'
cat /proc/self/status; ls /dev; ls -l /proc/1/fd; cat /proc/1/mountinfo; echo end`,
        ),
      });
      const text = [...original.output, ...original.errors].join('\n');
      assert.match(text, /^uid=1000\(web\) gid=1000\(web\) groups=1000\(web\),4\(logs\)$/m);
      assert.match(text, /^\/srv\/app$/m);
      assert.match(text, /^test \/home\/web \/srv\/none\.so $/m);
      assert.match(text, /^trial$/m);
      assert.match(text, /^127\.0\.0\.1\tlocalhost$/m);
      assert.match(text, /^CapBnd:\t00000000a80425fb$/m);
      assert.match(text, /^CapEff:\t0{16}$/m);
      assert.match(text, /^NoNewPrivs:\t0$/m);
      assert.match(text, /Connection refused/);
      assert.doesNotMatch(text, /secret of the host|plimsoll-secret-\w+\/secret:? (?!.*No such)/);
      assert.doesNotMatch(text, /\/proc\/1\/root\/\n(?:.*\n)*(?:home|boot|root)\n/);
      assert.equal(text.match(/^[0-9]+ [0-9]+ [0-9:]+ \/ \/ .* overlay /gm)?.length, 1);
      assert.match(text, /^end$/m);
    } finally {
      server.close();
      rmSync(secret, { recursive: true });
    }
  });

  test('root in an image cannot leave it by chroot, nor open a device of the host', async () => {
    const escape = `mkdir '/tmp/x'; chroot('/tmp/x') or print "no chroot $!\\n";
for (1..64) { chdir('..') } chroot('.');print((-e 'proc/1/root/boot' || -e 'boot') ? "host\\n" : "image\\n");
system('/bin/mknod', '/tmp/disk', 'b', '254', '0'); print(open(my $d, '<', '/tmp/disk') ? "opened\\n" : "refused\\n");`;
    const { original } = await verify({
      programs: ['perl', 'mknod'],
      files: { '/srv/escape.pl': escape },
      command: ['perl', '/srv/escape.pl'],
    });
    assert.deepEqual(original.output.slice(-2), ['image', 'refused'], original.errors.join('\n'));
  });

  test('links of an image do not lead mounts and directories to the host', async () => {
    const outside = mkdtempSync(join(tmpdir(), 'plimsoll-outside-'));
    using resources = new DisposableStack();
    using root = createHostRoot({ programs: ['sh', 'cat'] });
    rmSync(join(root.folder, 'etc'), { recursive: true });
    symlinkSync(outside, join(root.folder, 'etc'));
    symlinkSync(outside, join(root.folder, 'srv'));
    const image = createTrialImage([createLayer(root.folder)], runShell('echo started'), {
      volumes: ['/srv/volume', '/data'],
    });
    const result = await verifySlimImage(createTrialRequest(image, image, resources));
    assert.deepEqual([result.isSame, result.original.output], [true, ['started']]);
    assert.deepEqual(readdirSync(outside), []);
    rmSync(outside, { recursive: true });
    rmSync(join(root.folder, 'proc'), { recursive: true, force: true });
    symlinkSync('/tmp', join(root.folder, 'proc'));
    const trap = createTrialImage([createLayer(root.folder)], ['sh']);
    using other = new DisposableStack();
    await assert.rejects(verifySlimImage(createTrialRequest(trap, trap, other)), /link at \/proc/);
  });

  test('whiteouts and opaque directories hide files of lower layers', async () => {
    using resources = new DisposableStack();
    using root = createHostRoot({
      programs: ['sh', 'ls'],
      files: { '/srv/a': '', '/opt/x/old': '', '/opt/y/old': '' },
    });
    using upper = createHostRoot({
      programs: [],
      files: {
        '/srv/.wh.a': '',
        '/opt/x/.wh..wh..opq': '',
        '/opt/x/new': '',
        '/opt/.wh.y': '',
        '/opt/y/new': '',
      },
    });
    const layers = [createLayer(root.folder), createLayer(upper.folder)];
    const image = createTrialImage(layers, runShell('ls /srv; ls /opt/x /opt/y'));
    const { original } = await verifySlimImage(createTrialRequest(image, image, resources));
    assert.deepEqual(original.output, ['/opt/x:', 'new', '', '/opt/y:', 'new']);
  });

  test('directories that a layer implies have the owner and permissions of lower layers', async () => {
    using resources = new DisposableStack();
    using root = createHostRoot({ programs: ['sh', 'ls'], folders: ['/srv/a/b'] });
    chmodSync(join(root.folder, 'srv/a'), 0o711);
    chownSync(join(root.folder, 'srv/a'), 1234, 1234);
    using upper = createHostRoot({ programs: [], files: { '/srv/a/b/c': 'x\n' } });
    const only = { open: () => createPartialLayer(upper.folder, './srv/a/b/c') };
    const image = createTrialImage(
      [createLayer(root.folder), only],
      runShell('ls -ln /srv; ls /srv/a/b'),
    );
    const { original } = await verifySlimImage(createTrialRequest(image, image, resources));
    assert.match(original.output.join('\n'), /^drwx--x--x \d+ 1234 1234 .* a\nc$/m);
  });

  test('bounds the output, and ends programs and commands that do not end', async () => {
    const result = await verify({
      programs: ['sh', 'yes', 'sleep'],
      command: runShell("trap '' TERM; yes & while :; do sleep 6011; done"),
      request: {
        startMs: 500,
        commandMs: 500,
        command: ['sh', '-c', 'sleep 6012 & echo started; sleep 6013'],
        limits: { ...createLimits(), trialOutputBytesMax: 1_000 },
      },
    });
    assert.deepEqual(result.cuts, ['output', 'response']);
    assert.ok(result.original.output.join('\n').length <= 1_000);
    assert.deepEqual(result.original.status, ['running until killed']);
    assert.deepEqual(result.original.response, ['stopped by the time limit', 'started']);
    await wait(200);
    assert.deepEqual(listProcesses('sleep\u0000601'), []);
  });

  test('reports what it only observed in part, although both images behave the same', async () => {
    const result = await verify({
      programs: ['sh', 'sleep'],
      process: { healthcheck: ['CMD', '/bin/sh', '-c', 'exit 127'] },
      command: runShell('echo 0123456789 > /tmp/long; while :; do sleep 1; done'),
      request: {
        startMs: 400,
        command: ['plimsoll-no-such-program'],
        limits: { ...createLimits(), trialFileBytesMax: 10 },
      },
    });
    assert.deepEqual([result.isSame, result.cuts], [true, ['response', 'files']]);
  });

  test('an interrupted trial leaves no process and no directory', async () => {
    const resources = new DisposableStack();
    using root = createHostRoot({ programs: ['sh', 'sleep'] });
    const image = createTrialImage([createLayer(root.folder)], ['sleep', '4321']);
    const request = createTrialRequest(image, image, resources);
    const ended = verifySlimImage(request).catch((error: unknown) => error);
    while (listProcesses('sleep\u00004321').length === 0) {
      await wait(20);
    }
    resources.dispose();
    await ended;
    assert.deepEqual(listProcesses('4321'), []);
    assert.equal(existsSync(request.folder), false);
  });

  test('fails if the original lacks the expected result', async () => {
    const options = { programs: ['sh'], command: runShell('echo one; exit 3') };
    await assert.rejects(
      verify({ ...options, request: { expected: { status: 0 } } }),
      /the original does not behave as expected: expected exit status 0, but: exit status 3/,
    );
    const expected = { status: 3, output: ['one'] };
    const result = await verify({ ...options, request: { expected } });
    assert.deepEqual([result.isSame, result.expected.output], [true, ['one']]);
  });

  test('compares the health check, run in the image', async () => {
    const result = await verify({
      programs: ['sh', 'sleep', 'cat'],
      files: { '/srv/ok': '' },
      process: { healthcheck: ['CMD-SHELL', 'cat /srv/ok'] },
      command: runShell('while :; do sleep 1; done'),
      lost: ['/srv/ok'],
      request: { startMs: 400 },
    });
    assert.deepEqual([result.original.health, result.slim.health], [['status 0'], ['status 1']]);
    assert.equal(result.missing?.path, '/srv/ok');
  });

  test('reports a missing command as engines do', async () => {
    const result = await verify({
      programs: ['sh', 'true'],
      command: ['true'],
      lost: ['/bin/true'],
    });
    assert.deepEqual(result.slim.status, ['exit status 127']);
    assert.equal(result.missing?.path, '/bin/true');
  });

  test('rejects machines on which images cannot be run', async () => {
    const request = { platform: 'darwin' };
    await assert.rejects(verify({ programs: [], command: ['x'], request }), {
      code: 'E_TRIAL',
      message: 'images can only be run on Linux, not on "darwin"',
    });
  });
});

function createLimits(): TrialRequest['limits'] {
  using resources = new DisposableStack();
  const image = createTrialImage([], []);
  return createTrialRequest(image, image, resources).limits;
}

/** Lists command lines of running processes with the text. */
function listProcesses(text: string): readonly string[] {
  return readdirSync('/proc')
    .filter((name) => /^[0-9]+$/u.test(name))
    .map((name) => {
      try {
        return readFileSync(`/proc/${name}/cmdline`, 'utf8');
      } catch {
        return '';
      }
    })
    .filter((line) => line.includes(text) && !line.includes('--test'));
}

async function* createPartialLayer(folder: string, path: string): AsyncGenerator<Uint8Array> {
  const { execFileSync } = await import('node:child_process');
  yield execFileSync('tar', ['-C', folder, '--owner=0', '--group=0', '-cf', '-', path]);
}

async function* createChangedLayer(folder: string): AsyncGenerator<Uint8Array> {
  const { execFileSync } = await import('node:child_process');
  mkdirSync(folder, { recursive: true });
  yield execFileSync('tar', [
    '-C',
    folder,
    '--mode=0600',
    '--owner=0',
    '--group=0',
    '-cf',
    '-',
    './srv/a',
  ]);
}
