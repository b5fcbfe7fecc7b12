import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import {
  findReach,
  findRuleReach,
  type ImageFile,
  listSteps,
} from '../../../../../test/support/reach-image.ts';

const PROGRAM = { elf: { type: 3, dynamic: [] } } as const;
const FILES: Readonly<Record<string, ImageFile>> = {
  '/usr/bin/python3.11': { ...PROGRAM, words: ['os'] },
  '/usr/lib/python3.11/os.py': '',
  '/usr/lib/python3.11/used.py': '',
  '/usr/lib/python3.11/left.py': '',
};
const MAIN = '/opt/app/main';

function startPython(text: string | Uint8Array) {
  const found = findRuleReach('python', { files: { ...FILES, [MAIN]: text }, command: [MAIN] });
  return { ...found, own: found.own.filter((line) => line.includes('"used"')) };
}

suite('files that Python loads', () => {
  test('are named by literals, and others are not loaded', () => {
    const { own, classOf } = startPython('#!/usr/bin/python3.11\nimport used\n# import left\n');
    assert.deepEqual(own, ['required /usr/lib/python3.11/used.py by "used" in /opt/app/main']);
    assert.equal(classOf('/usr/lib/python3.11/left.py'), 'unreachable');
  });

  test('are unknown if the name is computed at run time', () => {
    const { doubts } = startPython(
      '#!/usr/bin/python3.11\nimport importlib, sys\nimportlib.import_module(sys.argv[1])\n',
    );
    assert.ok(
      doubts.includes('folder /opt/app/main imports a module by a name computed at run time'),
      doubts.join('\n'),
    );
  });

  test('are found by entry points and file locations, each with a valid witness', () => {
    const site = '/opt/venv/lib/python3.11/site-packages';
    const files: Readonly<Record<string, ImageFile>> = {
      ...FILES,
      '/opt/venv/pyvenv.cfg': 'home = /usr/bin\nversion = 3.11\n',
      '/opt/venv/bin/python': { link: '/usr/bin/python3.11' },
      '/opt/venv/bin/tool':
        '#!/opt/venv/bin/python\nfrom importlib.metadata import entry_points\nentry_points(group="our.plugins")\n',
      [`${site}/later.pth`]: 'import used\n',
      [`${site}/plugin.py`]: '',
      [`${site}/plugin-1.dist-info/entry_points.txt`]: '[our.plugins]\none = plugin:main\n',
    };
    const found = findReach({ files, command: ['/opt/venv/bin/tool'], packages: {} });
    assert.deepEqual(found.broken, []);
    const own = listSteps(found, 'python');
    assert.ok(
      own.includes(`likely ${site}/plugin.py by "our.plugins" in /opt/venv/bin/tool`),
      own.join('\n'),
    );
    for (const path of ['/opt/venv/pyvenv.cfg', `${site}/later.pth`]) {
      assert.ok(
        own.some((line) => line.includes(` ${path} by "" in /usr/bin/python3.11`)),
        own.join('\n'),
      );
    }
  });

  test('are modules that an installed package names in its own strings', () => {
    const site = '/usr/lib/python3/dist-packages';
    const files: Readonly<Record<string, ImageFile>> = {
      ...FILES,
      [MAIN]: '#!/usr/bin/python3.11\nimport server\n',
      [`${site}/server/__init__.py`]:
        'import importlib\nKINDS = {"sync": "server.kinds.sync.Kind", \'slow\': \'server.kinds.slow\'}\n# "server.kinds.left"\nOTHER = "other.kinds"\ndef load(uri):\n    return importlib.import_module(uri)\n',
      [`${site}/server/kinds/__init__.py`]: '',
      [`${site}/server/kinds/sync.py`]: 'from server.kinds import base\n',
      [`${site}/server/kinds/slow.py`]: '',
      [`${site}/server/kinds/base.py`]: '',
      [`${site}/server/kinds/left.py`]: '',
      [`${site}/other/kinds.py`]: '',
    };
    const { own } = findRuleReach('python', { files, command: [MAIN] });
    const names = own.filter((line) => line.includes(`${site}/server/kinds/`));
    assert.deepEqual(names, [
      `possible ${site}/server/kinds/__init__.py by "server.kinds.sync.Kind" in ${site}/server/__init__.py`,
      `required ${site}/server/kinds/base.py by "server.kinds" in ${site}/server/kinds/sync.py`,
      `possible ${site}/server/kinds/slow.py by "server.kinds.slow" in ${site}/server/__init__.py`,
      `possible ${site}/server/kinds/sync.py by "server.kinds.sync.Kind" in ${site}/server/__init__.py`,
    ]);
    assert.ok(!own.some((line) => line.includes('/other/')));
  });

  for (const [name, text] of [
    ['empty', '#!/usr/bin/python3.11\n'],
    ['cut in a name', '#!/usr/bin/python3.11\nimport us'],
    ['not text', Buffer.from([...Buffer.from('#!/usr/bin/python3.11\n'), 0, 255, 254])],
  ] as const) {
    test(`are empty for a file that is ${name}`, () => {
      const { own, classOf } = startPython(text);
      assert.deepEqual(own, []);
      assert.equal(classOf(MAIN), 'required');
    });
  }
});
