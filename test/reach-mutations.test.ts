import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { present } from '../src/foundation/core/assert.ts';
import { notReached } from '../src/vulnerability/decide/derive/rule/not-reached.ts';
import { findReach, listBrokenSteps, type ReachImage } from './support/reach-image.ts';
import { SAMPLE_FINDINGS } from './support/sample-report.ts';

const INTERPRETER = '/lib64/ld-linux-x86-64.so.2';
const LIBRARY = { elf: { type: 3, dynamic: [] } } as const;

function createProgram(...needed: readonly string[]) {
  const dynamic = needed.map((name) => [1, name] as const);
  return { elf: { type: 3, interpreter: INTERPRETER, dynamic } };
}

/** A server, and packages that are unreachable from it. */
const BASE: ReachImage = {
  command: ['server', '/etc/server.conf'],
  files: {
    [INTERPRETER]: LIBRARY,
    '/bin/sh': createProgram(),
    '/usr/bin/server': createProgram('libused.so.1'),
    '/usr/lib/libused.so.1': LIBRARY,
    '/etc/server.conf': 'listen 80\n',
    '/usr/bin/tool': createProgram('libtool.so.1'),
    '/usr/lib/libtool.so.1': LIBRARY,
    '/usr/lib/plugin/libplugin.so': LIBRARY,
  },
  packages: {
    server: ['/usr/bin/server', '/etc/server.conf'],
    used: ['/usr/lib/libused.so.1'],
    tool: ['/usr/bin/tool'],
    libtool: ['/usr/lib/libtool.so.1'],
    plugin: ['/usr/lib/plugin/libplugin.so'],
  },
};

const [FINDING] = SAMPLE_FINDINGS.findings.filter(({ matches }) =>
  matches.every(({ exploited }) => exploited.length === 0),
);

/**
 * Returns the conclusion about a finding on each package: `tool not_affected`, or `used -` if there
 * is none.
 */
function deriveStatements(image: ReachImage): readonly string[] {
  const { inventory } = findReach(image);
  const finding = present(FINDING, 'a finding that is not known to be exploited');
  const findings = { ...SAMPLE_FINDINGS, findings: [finding] };
  const around = { inventory, findings, isUnreachableAsserted: true };
  return inventory.packages.map((item) => {
    const one = { finding: { ...finding, packageKey: item.key }, package: item };
    return `${item.key} ${notReached.derive(one, around)?.status ?? '-'}`;
  });
}

const AT_FIRST = [
  'server -',
  'used -',
  'tool not_affected',
  'libtool not_affected',
  'plugin not_affected',
];

/** Each change of the image, and the packages that must lose their conclusion. */
const MUTATIONS: readonly (readonly [string, ReachImage, readonly string[]])[] = [
  ['another entry point', { ...BASE, command: ['tool'] }, ['tool -', 'libtool -']],
  [
    'a library that the program now needs',
    {
      ...BASE,
      files: { ...BASE.files, '/usr/bin/server': createProgram('libused.so.1', 'libtool.so.1') },
    },
    ['libtool -'],
  ],
  [
    'a library of another name that needs it',
    { ...BASE, files: { ...BASE.files, '/usr/lib/libused.so.1': createProgram('libtool.so.1') } },
    ['libtool -'],
  ],
  [
    'settings that name it',
    {
      ...BASE,
      files: { ...BASE.files, '/etc/server.conf': 'load /usr/lib/plugin/libplugin.so\n' },
    },
    ['plugin -'],
  ],
  [
    'a preloaded library',
    { ...BASE, environment: ['LD_PRELOAD=/usr/lib/plugin/libplugin.so'] },
    ['plugin -'],
  ],
  ['a health check', { ...BASE, healthcheck: ['CMD', 'tool'] }, ['tool -', 'libtool -']],
  [
    'a shell as entry point',
    { ...BASE, command: ['/bin/sh'] },
    ['tool under_investigation', 'libtool under_investigation', 'plugin under_investigation'],
  ],
  [
    'a script before it that runs what nobody can tell',
    {
      ...BASE,
      command: ['/entry.sh', 'server', '/etc/server.conf'],
      files: { ...BASE.files, '/entry.sh': '#!/bin/sh\n$HOOK\nexec "$@"\n' },
    },
    ['tool under_investigation', 'libtool under_investigation'],
  ],
  [
    'something mounted over its folder',
    { ...BASE, volumes: ['/usr/lib/plugin'] },
    ['plugin under_investigation'],
  ],
  [
    'a file of it gone that its record names',
    {
      ...BASE,
      files: Object.fromEntries(
        Object.entries(BASE.files).filter(([path]) => path !== '/usr/lib/libtool.so.1'),
      ),
    },
    ['libtool -'],
  ],
];

suite('a statement that a package is unreachable', () => {
  test('covers exactly what the entry point cannot load', () => {
    assert.deepEqual(deriveStatements(BASE), AT_FIRST);
  });

  for (const [name, image, changed] of MUTATIONS) {
    test(`is withdrawn with ${name}`, () => {
      const after = deriveStatements(image);
      for (const expected of changed) {
        assert.ok(after.includes(expected), `${expected} in ${after.join(', ')}`);
      }
      // Conclusions unrelated to the change remain.
      const touched = new Set(changed.map((line) => line.split(' ', 1)[0]));
      for (const before of AT_FIRST.filter((line) => line.endsWith(' not_affected'))) {
        const isTouched = touched.has(before.split(' ', 1)[0]);
        assert.ok(isTouched || after.includes(before), `${before} in ${after.join(', ')}`);
      }
    });
  }

  test('relies on steps that are all verified', () => {
    for (const image of [BASE, ...MUTATIONS.map(([, changed]) => changed)]) {
      assert.deepEqual(listBrokenSteps(findReach(image).reach, image), []);
    }
  });
});

suite('the steps of an answer', () => {
  const { reach } = findReach(BASE);
  const [, needing] = MUTATIONS[1] ?? [];
  const [, entry] = MUTATIONS[0] ?? [];

  test('are invalid if the image has another command or other files', () => {
    assert.ok(entry !== undefined && needing !== undefined);
    assert.ok(listBrokenSteps(reach, entry).length > 0);
    const files = { ...BASE.files, '/usr/bin/server': createProgram('libtool.so.1') };
    assert.deepEqual(listBrokenSteps(reach, { ...BASE, files }), [
      '/usr/bin/server > /usr/lib/libused.so.1 elf-loader "libused.so.1"',
    ]);
  });
});
