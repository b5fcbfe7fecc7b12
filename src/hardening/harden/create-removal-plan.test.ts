import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { type PlanImage, planRemoval } from '../../../test/support/plan-image.ts';
import { SAMPLE_FINDINGS } from '../../../test/support/sample-report.ts';
import type { Problem } from '../../foundation/core/problem.ts';
import type { RemovalPlan } from './removal-plan.ts';

const INTERPRETER = '/lib64/ld-linux-x86-64.so.2';
const NEEDED = 1;
const LIBRARY = { elf: { type: 3, dynamic: [] } } as const;

function createProgram(words: readonly string[], ...needed: readonly string[]) {
  const dynamic = needed.map((name) => [NEEDED, name] as const);
  return {
    elf: { type: 3, interpreter: INTERPRETER, dynamic, symbols: [{ name: 'execve' }] },
    words,
  };
}

/** A server that names `cc`, of another package, and `helper`, of its own. */
const SERVER: PlanImage = {
  command: ['server'],
  files: {
    '/lib': { link: 'usr/lib' },
    '/lib64': { link: 'usr/lib' },
    '/usr/lib/ld-linux-x86-64.so.2': { elf: { type: 3 } },
    '/usr/bin/server': createProgram(['/usr/bin/cc', '/usr/bin/helper'], 'libown.so.1'),
    '/usr/bin/helper': createProgram([]),
    '/usr/lib/libown.so.1': { link: '/lib/libown.so.1.2' },
    '/usr/lib/libown.so.1.2': LIBRARY,
    '/usr/share/doc/server/copyright': 'free',
    '/usr/share/doc/server/changelog': 'new',
    '/usr/bin/cc': createProgram([], 'libcc.so.1'),
    '/usr/lib/libcc.so.1': LIBRARY,
    '/usr/lib/os-release': 'ID=debian',
    '/etc/os-release': { link: '../usr/lib/os-release' },
    '/etc/passwd': 'root:x:0:0::/:/bin/sh\n',
  },
  packages: {
    server: [
      '/usr/bin/server',
      '/usr/bin/helper',
      '/lib/libown.so.1',
      '/lib/libown.so.1.2',
      '/usr/share/doc/server/copyright',
      '/usr/share/doc/server/changelog',
    ],
    compiler: ['/usr/bin/cc'],
    libcc: ['/usr/lib/libcc.so.1'],
    base: ['/usr/lib/ld-linux-x86-64.so.2', '/usr/lib/os-release', '/etc/os-release'],
  },
  requires: { compiler: ['libcc'] },
};

function listKept({ kept }: RemovalPlan): readonly string[] {
  return kept.map(({ path, because }) => `${because} ${path}`);
}

suite('a removal plan', () => {
  test('keeps what is reached, links on the way, and the identity of the system', () => {
    assert.deepEqual(listKept(planRemoval(SERVER)), [
      'inventory /etc/os-release',
      'data /etc/passwd',
      'via /lib',
      'via /lib64',
      'likely /usr/bin/helper',
      'required /usr/bin/server',
      'required /usr/lib/ld-linux-x86-64.so.2',
      'required /usr/lib/libown.so.1',
      'required /usr/lib/libown.so.1.2',
      'inventory /usr/lib/os-release',
      'inventory /usr/share/doc/server/copyright',
    ]);
  });

  test('keeps a package without a list of files if a file beside its record stays', () => {
    const image: PlanImage = {
      ...SERVER,
      files: {
        ...SERVER.files,
        '/app/vendor/composer/installed.json': '{}',
        '/app/vendor/composer/ClassLoader.php': '<?php',
        '/app/libs/own.jar': LIBRARY,
        '/app/libs/other.jar': LIBRARY,
      },
      crates: {
        'web 1.0': '/app/vendor/composer/installed.json',
        'jar 1.0': '/app/libs/own.jar',
      },
    };
    const listPackages = (one: PlanImage): readonly string[] =>
      planRemoval(one)
        .packages.filter(({ isKept, name }) => isKept && ['web', 'jar'].includes(name))
        .map(({ name }) => name);
    const keep = ['/app/vendor/composer/ClassLoader.php', '/app/libs/other.jar'];
    assert.deepEqual(listPackages({ ...image, request: { keep } }), ['web']);
    assert.deepEqual(listPackages(image), []);
  });

  test('keeps a package of a list of packages if its own directory keeps a file', () => {
    const image: PlanImage = {
      ...SERVER,
      files: {
        ...SERVER.files,
        '/app/vendor/composer/installed.json': '{}',
        '/app/vendor/composer/ClassLoader.php': '<?php',
        '/app/vendor/acme/used/a.php': '<?php',
        '/app/vendor/acme/left/a.php': '<?php',
        '/srv/package.json': '{}',
        '/srv/index.js': '',
        '/srv/acme/alone/left.js': '',
      },
      folders: ['/srv/acme/alone', '/app/vendor/acme/used', '/app/vendor/acme/left'],
      crates: {
        'acme/used 1.0': '/app/vendor/composer/installed.json',
        'acme/left 1.0': '/app/vendor/composer/installed.json',
        'acme/elsewhere 1.0': '/app/vendor/composer/installed.json',
        // Its record is its own, so that the directory inside is not the package.
        'acme/alone 1.0': '/srv/package.json',
      },
      request: {
        keep: [
          '/app/vendor/composer/ClassLoader.php',
          '/app/vendor/acme/used/a.php',
          '/srv/index.js',
        ],
      },
    };
    const kept = planRemoval(image).packages.filter(({ isKept }) => isKept);
    assert.deepEqual(
      kept.map(({ name }) => name).filter((name) => name.startsWith('acme/')),
      ['acme/alone', 'acme/elsewhere', 'acme/used'],
    );
  });

  test('keeps all packages of a database that a program reads', () => {
    const database = '/lib/apk/db/installed';
    const listPackages = (word: string): readonly string[] =>
      planRemoval({
        ...SERVER,
        files: {
          ...SERVER.files,
          '/usr/bin/server': createProgram([word], 'libown.so.1'),
          '/usr/lib/apk/db/installed': 'P:one',
        },
        crates: { 'one 1.0': '/usr/lib/apk/db/installed', 'two 1.0': '/usr/lib/apk/db/installed' },
      })
        .packages.filter(({ isKept, name }) => isKept && ['one', 'two'].includes(name))
        .map(({ name }) => name);
    assert.deepEqual(listPackages(database), ['one', 'two']);
    assert.deepEqual(listPackages('/etc/left'), []);
  });

  test('keeps a package whose metadata a program reads, because scanners find it', () => {
    const metadata = '/usr/lib/python3/dist-packages/one-1.dist-info/METADATA';
    const isKept = (word: string): boolean | undefined =>
      planRemoval({
        ...SERVER,
        files: {
          ...SERVER.files,
          '/usr/bin/server': createProgram([word], 'libown.so.1'),
          [metadata]: 'Name: one',
        },
        crates: { 'one 1.0': metadata },
      }).packages.find(({ name }) => name === 'one')?.isKept;
    assert.equal(isKept(metadata), true);
    assert.equal(isKept('/etc/left'), false);
  });

  test('keeps the content of volumes, and state below /var that no package installed', () => {
    const image: PlanImage = {
      ...SERVER,
      volumes: ['/data/', '/'],
      files: {
        ...SERVER.files,
        '/data/seed/table': 'rows',
        '/data-old/table': 'rows',
        '/var/lib/server/state': 'x',
        '/var/lib/apt/lists/index': 'x',
        '/var/cache/server/page': 'x',
        '/var/log/install.log': 'x',
        '/var/log/server/access.log': '',
        '/var/lib/compiler/owned': 'x',
      },
      packages: { ...SERVER.packages, compiler: ['/usr/bin/cc', '/var/lib/compiler/owned'] },
    };
    const kept = listKept(planRemoval(image)).filter((line) => line.startsWith('state '));
    assert.deepEqual(kept, [
      'state /data/seed/table',
      'state /var/lib/server/state',
      'state /var/log/server/access.log',
    ]);
  });

  test('bets against a program of another source package, with what only it needs', () => {
    const { dropped, bets, edits } = planRemoval(SERVER);
    assert.deepEqual(
      dropped.map(({ path }) => path),
      ['/usr/bin/cc', '/usr/lib/libcc.so.1', '/usr/share/doc/server/changelog'],
    );
    const [bet, ...others] = bets;
    assert.deepEqual(others, []);
    assert.equal(bet?.id, 'A');
    assert.deepEqual(bet?.programs, ['/usr/bin/server']);
    assert.deepEqual(bet?.dropped, ['/usr/bin/cc', '/usr/lib/libcc.so.1']);
    assert.deepEqual(
      bet?.reasons.map(({ target, witness }) => [target, witness.token]),
      [['/usr/bin/cc', '/usr/bin/cc']],
    );
    const compiler = edits.find(({ id }) => id === 'drop-package:compiler');
    assert.equal(compiler?.title, 'drop compiler and 1 package present only for it');
    assert.equal(compiler?.breaks, 'bet');
    assert.deepEqual(compiler?.bets, ['A']);
    assert.deepEqual(compiler?.commands, ['apt-get purge compiler libcc']);
  });

  test('keeps it at the level "reached", and drops every possible file at "required"', () => {
    const reached = planRemoval({ ...SERVER, request: { keepLevel: 'reached' } });
    assert.deepEqual(reached.bets, []);
    assert.ok(listKept(reached).includes('possible /usr/lib/libcc.so.1'));
    const required = planRemoval({ ...SERVER, request: { keepLevel: 'required' } });
    assert.ok(!listKept(required).join().includes('/usr/bin/cc'));
  });

  test('lists files by package, by their real paths', () => {
    const { packages } = planRemoval(SERVER);
    assert.deepEqual(
      packages.map(({ name, isKept, kept, dropped }) => [
        name,
        isKept,
        kept.length,
        dropped.length,
      ]),
      [
        ['base', true, 3, 0],
        ['compiler', false, 0, 1],
        ['libcc', false, 0, 1],
        ['server', true, 5, 1],
      ],
    );
  });

  test('predicts the findings of dropped packages, and sums up the image', () => {
    const [finding] = SAMPLE_FINDINGS.findings;
    assert.ok(finding);
    const findings = {
      ...SAMPLE_FINDINGS,
      findings: ['server', 'libcc'].map((packageKey) => ({ ...finding, packageKey })),
    };
    const { before, after, edits } = planRemoval({ ...SERVER, findings });
    assert.deepEqual([before.findings, after.findings], [2, 1]);
    assert.deepEqual([before.packages, after.packages], [4, 2]);
    assert.deepEqual(
      edits.map(({ id, predicted }) => [id, predicted.findings?.length]),
      [
        ['emit-slim-image', 1],
        ['drop-package:compiler', 1],
        ['drop-documentation', 0],
      ],
    );
  });

  test('keeps what the user requests, also what a further command needs', () => {
    const request = { also: ['cc'], keep: ['/usr/share/doc/server/changelog'] };
    const plan = planRemoval({ ...SERVER, request });
    assert.deepEqual(plan.dropped, []);
    assert.deepEqual(plan.edits, []);
    assert.ok(listKept(plan).includes('required /usr/lib/libcc.so.1'));
    assert.ok(plan.roots.some(({ rule, token }) => rule === 'also' && token === 'cc'));
  });

  test('drops what the user requests, and reports that it certainly breaks', () => {
    const plan = planRemoval({ ...SERVER, request: { drop: ['/usr/lib/libown.so.1.2'] } });
    assert.ok(plan.dropped.some(({ path }) => path === '/usr/lib/libown.so.1'));
    const [slim] = plan.edits;
    assert.equal(slim?.breaks, 'certain');
    assert.ok(slim?.because.some(({ to }) => to.startsWith('/usr/lib/libown')));
    const named = planRemoval({ ...SERVER, request: { drop: ['server'] } });
    assert.ok(!listKept(named).join().includes('/usr/bin/server'));
  });

  test('counts a library that a kept file needs, although a dropped one names it first', () => {
    const plan = planRemoval({
      ...SERVER,
      files: {
        ...SERVER.files,
        '/usr/lib/libown.so.1.2': { elf: { type: 3, dynamic: [[NEEDED, 'libcc.so.1']] } },
      },
    });
    assert.ok(listKept(plan).includes('required /usr/lib/libcc.so.1'));
    assert.deepEqual(
      plan.bets.flatMap(({ dropped }) => dropped),
      ['/usr/bin/cc'],
    );
  });

  test('lists setuid bits that are dropped and those that stay', () => {
    const modes = { '/usr/bin/cc': 0o4755, '/usr/bin/helper': 0o2755 };
    const edit = planRemoval({ ...SERVER, modes }).edits.find(({ id }) => id === 'drop-setuid');
    assert.equal(edit?.title, 'drop 1 setuid bit, 1 file keeps one');
    assert.deepEqual(edit?.commands, ['chmod u-s,g-s /usr/bin/cc']);
    assert.equal(edit?.breaks, 'bet');
  });
});

suite('a plan that cannot be decided', () => {
  const shell: PlanImage = {
    ...SERVER,
    command: ['sh'],
    files: {
      ...SERVER.files,
      '/usr/bin/sh': createProgram([]),
      '/var/cache/x': 'cached',
      '/usr/share/doc/server/copyright': 'free',
    },
    layerBytes: [100_000, 50],
  };

  test('states the reason, keeps everything, and only lists edits by presence', () => {
    const plan = planRemoval(shell);
    assert.match(plan.undecided ?? '', /the entry point is a shell/);
    assert.deepEqual(plan.dropped, []);
    assert.deepEqual(plan.bets, []);
    assert.deepEqual(plan.edits.map(({ id }) => id).toSorted(), [
      'drop-caches',
      'drop-documentation',
      'drop-hidden-bytes',
    ]);
    const documentation = plan.edits.find(({ id }) => id === 'drop-documentation');
    assert.deepEqual(documentation?.subjects, ['/usr/share/doc/server/changelog']);
  });

  test('counts the bytes that later layers hide', () => {
    const plan = planRemoval(shell);
    const hidden = plan.edits.find(({ id }) => id === 'drop-hidden-bytes');
    assert.equal(hidden?.predicted.bytes, 100_050 - plan.before.bytes);
  });

  test('is also one for a missing entry point', () => {
    assert.match(planRemoval({ ...SERVER, command: ['gone'] }).undecided ?? '', /"gone"/);
  });
});

suite('a plan of an image that was not read completely', () => {
  const message = 'the file was not read: it has 2 bytes';
  const plan = (problem: Partial<Problem>): RemovalPlan =>
    planRemoval({
      ...SERVER,
      problems: [{ code: 'P_LIMIT', message, plugin: 'dpkg-db', ...problem }],
    });

  for (const path of [
    '/usr/share/doc/server/copyright',
    '/app/node_modules/x/LICENSE',
    '/go/pkg/mod/x/COPYING.LESSER',
    '/app/node_modules/x/licence.md',
    '/usr/lib/python3/dist-packages/x-1.dist-info/licenses/NOTICE',
  ]) {
    test(`is decided, and names an unread license file: ${path}`, () => {
      const { undecided, unread, dropped } = plan({ path });
      assert.equal(undecided, undefined);
      assert.deepEqual(unread, [{ path, message }]);
      assert.ok(dropped.length > 0);
    });
  }

  test('is decided if a file differs from its record, because it was read as it is', () => {
    const { undecided, unread } = plan({ code: 'P_CHANGED', path: '/usr/bin/server' });
    assert.equal(undecided, undefined);
    assert.equal(unread, undefined);
  });

  for (const [name, problem] of [
    ['another file', { path: '/var/lib/dpkg/status' }],
    ['metadata beside licenses', { path: '/lib/x-1.dist-info/RECORD' }],
    ['a damaged license file', { path: '/app/LICENSE', code: 'P_MALFORMED' }],
    ['a file that a rule of reachability requested', { path: '/app/LICENSE', plugin: 'python' }],
    ['a file that the reading pass left out', { path: '/app/LICENSE', plugin: undefined }],
    ['a directory named like a license', { path: '/licenses/app.py' }],
    ['no named file', { path: undefined }],
  ] as const) {
    test(`is not decided because of ${name}`, () => {
      const { undecided, unread } = plan(problem as Partial<Problem>);
      assert.equal(undecided, `the image could not be read completely: ${message}`);
      assert.equal(unread, undefined);
    });
  }
});

suite('bets against what no rule can follow', () => {
  const open: PlanImage = {
    ...SERVER,
    command: ['/usr/bin/start'],
    files: {
      ...SERVER.files,
      '/usr/bin/sh': createProgram([]),
      '/bin': { link: 'usr/bin' },
      '/usr/bin/start': '#!/bin/sh\n/usr/bin/more\n$WHATEVER\nexec server\n',
      '/usr/bin/more': '#!/bin/sh\n$ANYTHING\n',
    },
  };

  test('are one for all programs with the same scope, with the files that its commands load', () => {
    const { bets, kept } = planRemoval(open);
    const [bet, ...others] = bets;
    assert.deepEqual(others, []);
    assert.deepEqual(bet?.programs, ['/usr/bin/more', '/usr/bin/server', '/usr/bin/start']);
    assert.deepEqual(bet?.dropped, ['/usr/bin/cc', '/usr/lib/libcc.so.1']);
    assert.ok(kept.some(({ path }) => path === '/usr/bin/sh'));
  });

  test('include the literals that name one of their files, and these come first', () => {
    const [bet] = planRemoval(open).bets;
    assert.deepEqual(
      bet?.reasons.map(({ program, what = '' }) => [program, what === '']),
      [
        ['/usr/bin/server', true],
        ['/usr/bin/start', false],
        ['/usr/bin/more', false],
      ],
    );
  });

  test('are one for all imports of computed names, whatever their directory', () => {
    const site = '/usr/lib/python3/dist-packages';
    const code = 'import importlib\nimportlib.import_module(NAME)\n';
    const modules = ['one', 'two'].flatMap((name) => [
      [`${site}/${name}/__init__.py`, code] as const,
      [`${site}/${name}/inner/left.py`, ''] as const,
    ]);
    const { bets } = planRemoval({
      ...open,
      command: ['/srv/run.py'],
      files: {
        ...open.files,
        ...Object.fromEntries(modules),
        '/usr/bin/python3.11': createProgram([]),
        '/usr/lib/python3.11/os.py': '',
        '/srv/run.py': '#!/usr/bin/python3.11\nimport one, two\n',
      },
    });
    const [bet, ...others] = bets.filter(({ reasons }) =>
      reasons.some((one) => one.rule === 'python'),
    );
    assert.deepEqual(others, []);
    assert.deepEqual(bet?.programs, [`${site}/one/__init__.py`, `${site}/two/__init__.py`]);
    assert.deepEqual(bet?.dropped, [`${site}/one/inner/left.py`, `${site}/two/inner/left.py`]);
    assert.deepEqual(
      bet?.reasons.map(({ target }) => target),
      ['one', 'two'].map((name) => ({ kind: 'folder', path: `${site}/${name}` })),
    );
  });

  test('stay apart if each is about a file that the other is not about', () => {
    const { bets } = planRemoval({
      ...open,
      files: {
        ...open.files,
        '/usr/bin/server': createProgram(['/usr/bin/cc', '/opt/tool/run'], 'libown.so.1'),
        '/opt/tool/run': createProgram([]),
      },
      packages: { ...open.packages, tool: ['/opt/tool/run'] },
    });
    assert.deepEqual(
      bets.map(({ dropped }) => dropped),
      [
        ['/usr/bin/cc', '/usr/bin/helper', '/usr/lib/libcc.so.1'],
        ['/opt/tool/run', '/usr/bin/cc', '/usr/lib/libcc.so.1'],
      ],
    );
  });
});
