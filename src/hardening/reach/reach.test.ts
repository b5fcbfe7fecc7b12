import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { findReach, listBrokenSteps, type ReachImage } from '../../../test/support/reach-image.ts';
import { listBrokenWays } from '../../../test/support/reach-laws.ts';

const INTERPRETER = '/lib64/ld-linux-x86-64.so.2';
const LOADER = { elf: { type: 3 } } as const;
const NEEDED = 1;

function createProgram(...needed: readonly string[]) {
  const dynamic = needed.map((name) => [NEEDED, name] as const);
  return { elf: { type: 3, interpreter: INTERPRETER, dynamic } };
}

const LIBRARY = { elf: { type: 3, dynamic: [] } } as const;

const SERVER: ReachImage = {
  command: ['server'],
  files: {
    [INTERPRETER]: LOADER,
    '/usr/bin/server': createProgram('libown.so.1'),
    '/usr/lib/libown.so.1': { link: 'libown.so.1.2' },
    '/usr/lib/libown.so.1.2': LIBRARY,
    '/usr/bin/tool': createProgram('libtool.so.1'),
    '/usr/lib/libtool.so.1': LIBRARY,
    '/usr/lib/libleft.so.1': LIBRARY,
    '/etc/passwd': 'root:x:0:0::/:/bin/sh\n',
  },
};

/** All directories of programs and libraries are below `/usr`. */
const MERGED: ReachImage = {
  command: ['/sbin/server'],
  files: {
    '/lib': { link: 'usr/lib' },
    '/lib64': { link: 'usr/lib64' },
    '/sbin': { link: 'usr/sbin' },
    '/usr/lib64/ld-linux-x86-64.so.2': LOADER,
    '/usr/sbin/server': createProgram('libown.so.1'),
    '/usr/lib/libown.so.1': { link: '/lib/libown.so.1.2' },
    '/usr/lib/libown.so.1.2': LIBRARY,
    '/etc/passwd': 'root:x:0:0::/:/bin/sh\n',
  },
};

/** A server behind a script with a command that cannot be determined. */
const OPEN: ReachImage = {
  ...SERVER,
  command: ['/entry.sh'],
  files: { ...SERVER.files, '/bin/sh': createProgram(), '/entry.sh': '#!/bin/sh\n$WHATEVER\n' },
};

suite('files reachable from the entry point', () => {
  test('are followed from the command, through links, to libraries', () => {
    const { lines, broken } = findReach(SERVER);
    assert.deepEqual(lines, [
      'data user /etc/passwd',
      `required elf-loader ${INTERPRETER}`,
      'required entrypoint /usr/bin/server',
      'required elf-loader /usr/lib/libown.so.1',
      'required link /usr/lib/libown.so.1.2',
    ]);
    assert.deepEqual(broken, []);
  });

  test('do not include files without a path to them', () => {
    const { classOf } = findReach(SERVER);
    assert.equal(classOf('/usr/bin/tool'), 'unreachable');
    assert.equal(classOf('/usr/lib/libtool.so.1'), 'unreachable');
  });

  test('include the file on every path', () => {
    const { reach } = findReach(SERVER);
    const library = reach.files.find(({ path }) => path.endsWith('libown.so.1.2'));
    assert.equal(library?.dominator, '/usr/lib/libown.so.1');
  });

  test('pass through links to directories without meeting in them', () => {
    const { reach, lines, broken } = findReach(MERGED);
    assert.deepEqual(broken, []);
    assert.deepEqual(listBrokenWays(reach), []);
    assert.deepEqual(lines, [
      'data user /etc/passwd',
      'required elf-loader /usr/lib/libown.so.1',
      'required link /usr/lib/libown.so.1.2',
      'required elf-loader /usr/lib64/ld-linux-x86-64.so.2',
      'required entrypoint /usr/sbin/server',
    ]);
    const findStep = (name: string) => reach.files.find(({ path }) => path.endsWith(name))?.step;
    assert.deepEqual(findStep('/server')?.via, [{ path: '/sbin', target: 'usr/sbin' }]);
    assert.deepEqual(findStep('/libown.so.1.2')?.via, [{ path: '/lib', target: 'usr/lib' }]);
    assert.deepEqual(
      reach.files.map(({ dominator = '' }) => dominator).filter((path) => path !== ''),
      ['/usr/sbin/server', '/usr/lib/libown.so.1', '/usr/sbin/server'],
    );
  });

  test('include a directory at the end of links, which all lead to a directory', () => {
    const { reach, broken } = findReach({
      ...SERVER,
      command: ['server', '/etc/now'],
      files: {
        ...SERVER.files,
        '/etc/now': { link: '/srv/latest' },
        '/srv/latest': { link: 'v1' },
        '/srv/v1/page': 'x',
      },
    });
    assert.deepEqual(broken, []);
    assert.deepEqual(listBrokenWays(reach), []);
    const page = reach.files.find(({ path }) => path === '/srv/v1');
    assert.deepEqual(page?.step?.via, [
      { path: '/etc/now', target: '/srv/latest' },
      { path: '/srv/latest', target: 'v1' },
    ]);
    assert.ok(!reach.files.some(({ path }) => path === '/srv/latest'));
  });

  test('are unknown for an image without a command, or with a missing one', () => {
    const nothing = findReach({ files: {}, command: [] }).reach;
    assert.match(nothing.unknown ?? '', /neither an entry point nor a command/);
    const absent = findReach({ files: { '/etc/x': '' }, command: ['gone'] }).reach;
    assert.match(absent.unknown ?? '', /entry point "gone" is not in the image/);
  });

  test('give a package the surest class of its files, and none if it is not linked', () => {
    const { reach } = findReach({
      ...SERVER,
      packages: {
        server: ['/usr/bin/server', '/usr/lib/libleft.so.1'],
        module: ['/usr/bin/server'],
        left: ['/usr/lib/libleft.so.1'],
        documents: ['/usr/share/doc/x', '/etc/passwd'],
      },
      unlinked: ['module'],
    });
    assert.deepEqual(
      reach.packages.map((one) => `${one.packageKey} ${one.reach}`),
      ['documents data', 'left unreachable', 'module unreachable', 'server required'],
    );
  });

  test('include the health check, and preloaded libraries', () => {
    const { lines } = findReach({
      ...SERVER,
      healthcheck: ['CMD', 'tool'],
      environment: ['LD_PRELOAD=/usr/lib/libleft.so.1'],
    });
    assert.ok(lines.includes('required healthcheck /usr/bin/tool'), lines.join('\n'));
    assert.ok(lines.includes('required preload /usr/lib/libleft.so.1'), lines.join('\n'));
  });
});

suite('code that cannot be followed', () => {
  test('taints the commands that it may run, and the files that these load', () => {
    const { classOf, doubts, reach, broken } = findReach(OPEN);
    assert.deepEqual(doubts, [
      'commands /entry.sh it runs a command that is known only at run time',
    ]);
    assert.equal(classOf('/usr/bin/tool'), 'tainted');
    assert.equal(classOf('/usr/lib/libtool.so.1'), 'tainted');
    assert.equal(classOf('/usr/lib/libleft.so.1'), 'unreachable');
    assert.deepEqual(
      reach.tainted
        .filter(({ to }) => to.includes('libtool'))
        .map(({ from, rule }) => [from, rule]),
      [['/usr/bin/tool', 'elf-loader']],
    );
    assert.deepEqual(broken, []);
  });

  test('covers everything if a shell is the entry point', () => {
    const { classOf, doubts } = findReach({ ...OPEN, command: ['sh'] });
    assert.match(doubts.join('\n'), /^all \(config\) the entry point is a shell/);
    assert.equal(classOf('/usr/lib/libleft.so.1'), 'tainted');
  });

  test('may be mounted over a directory', () => {
    const { classOf } = findReach({
      ...SERVER,
      volumes: ['/srv'],
      files: { ...SERVER.files, '/srv/plug-in': createProgram('libleft.so.1') },
    });
    assert.equal(classOf('/srv/plug-in'), 'tainted');
    assert.equal(classOf('/usr/lib/libleft.so.1'), 'tainted');
    assert.equal(classOf('/usr/lib/libtool.so.1'), 'unreachable');
  });

  test('in a startable program has its own scope', () => {
    const { doubts } = findReach({
      ...OPEN,
      files: {
        ...OPEN.files,
        '/usr/bin/perl': createProgram(),
        '/usr/bin/loader': '#!/usr/bin/perl\nmy $module = shift;\nrequire $module;\n',
        '/opt/app/x.pm': '1;\n',
      },
    });
    assert.ok(
      doubts.some((line) => line.includes('/usr/bin/loader when started, ')),
      doubts.join('\n'),
    );
  });
});

suite('a verified answer', () => {
  const { reach } = findReach(OPEN);

  test('is valid while the image is unchanged', () => {
    assert.deepEqual(listBrokenSteps(reach, OPEN), []);
  });

  test('is invalid if the entry point changes', () => {
    const broken = listBrokenSteps(reach, { ...OPEN, command: ['server'] });
    assert.match(broken.join('\n'), /\(config\) > \/entry.sh entrypoint "\/entry.sh"/);
  });

  test('is invalid if a link has another target, or a file has other content', () => {
    const moved = { ...SERVER.files, '/usr/lib/libown.so.1': { link: 'libleft.so.1' } };
    const other = { ...SERVER.files, '/usr/bin/server': createProgram('libleft.so.1') };
    const own = findReach(SERVER).reach;
    assert.match(listBrokenSteps(own, { ...SERVER, files: moved }).join(), /libown\.so\.1\.2 link/);
    assert.match(
      listBrokenSteps(own, { ...SERVER, files: other }).join(),
      /elf-loader "libown.so.1"/,
    );
  });

  test('is invalid if a link to a directory has another target', () => {
    const { reach: own } = findReach(MERGED);
    const moved = { ...MERGED.files, '/sbin': { link: 'usr/bin' }, '/lib64': { link: 'usr/lib' } };
    assert.deepEqual(listBrokenSteps(own, { ...MERGED, files: moved }), [
      '/usr/sbin/server > /usr/lib64/ld-linux-x86-64.so.2 elf-loader "/lib64/ld-linux-x86-64.so.2"',
      '(config) > /usr/sbin/server entrypoint "/sbin/server"',
    ]);
  });

  test('is invalid if a file is missing', () => {
    const { '/bin/sh': _gone, ...files } = OPEN.files;
    assert.match(listBrokenSteps(reach, { ...OPEN, files }).join('\n'), /\/bin\/sh/);
  });
});
