import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { createFile, createTarget } from '../../test/support/comparable-target.ts';
import type { Inventory } from '../core/inventory.ts';
import type { Reach, ReachStep } from '../core/reach.ts';
import { explainNeed, formatNeed } from './explain-need.ts';

const STEP: ReachStep = {
  from: '(config)',
  to: '/usr/lib/libx.so.1.2',
  rule: 'entrypoint',
  strength: 'required',
  witness: { path: '(config)', token: 'x' },
};
const REACH: Reach = {
  files: [{ path: '/usr/lib/libx.so.1.2', strength: 'required', hops: 1, step: STEP }],
  opacities: [],
  tainted: [],
  packages: [],
  rules: {},
};

/** Creates an image in which `/lib` is a link, as in Debian since 2019. */
function createInventory(reach: Reach = REACH): Inventory {
  const link = (path: string, linkTarget: string) =>
    createFile({ path, type: 'symlink', linkTarget });
  return createTarget({
    files: [
      createFile({ path: '/usr', type: 'directory' }),
      createFile({ path: '/usr/lib', type: 'directory' }),
      link('/lib', 'usr/lib'),
      createFile({ path: '/usr/lib/libx.so.1.2' }),
      link('/usr/lib/libx.so', 'libx.so.1'),
      link('/usr/lib/libx.so.1', '../lib/libx.so.1.2'),
      link('/usr/lib/round', 'round'),
      createFile({ path: '/usr/lib/left.so' }),
    ],
    inventory: { reach },
  }).inventory;
}

suite('the reason why a file is needed', () => {
  test('names links to directories on the way', () => {
    const via = [{ path: '/lib', target: 'usr/lib' }];
    const files = REACH.files.map((file) => ({ ...file, step: { ...STEP, via } }));
    const lines = formatNeed(explainNeed(STEP.to, createInventory({ ...REACH, files })));
    assert.match(lines.join('\n'), /; through \/lib → usr\/lib\)$/m);
  });

  for (const path of [
    '/usr/lib/libx.so.1.2',
    'usr/lib/libx.so.1.2',
    '/lib/libx.so.1.2',
    '/lib/libx.so',
    '/usr/lib/../lib/libx.so.1',
  ]) {
    test(`is explained for each of its paths: ${path}`, () => {
      const found = explainNeed(path, createInventory());
      assert.equal(found.reach, 'required');
      assert.deepEqual(found.steps, [STEP]);
      const isReal = path === STEP.to;
      assert.equal(found.realPath, isReal ? undefined : STEP.to);
      assert.equal(formatNeed(found).includes(`  resolves to ${STEP.to}`), !isReal);
    });
  }

  test('is not explained for a missing file or a directory', () => {
    assert.deepEqual(formatNeed(explainNeed('/nope', createInventory())), [
      '/nope: unknown',
      '  no such file',
    ]);
    assert.equal(
      explainNeed('/lib', createInventory()).unknown,
      'it is a directory, and only files can be needed',
    );
    assert.equal(explainNeed('/usr/lib/round', createInventory()).reach, 'unreachable');
  });

  test('is unknown for a missing file if only files of packages are listed', () => {
    const { inventory } = createTarget({ files: [], inventory: { reach: REACH } });
    assert.equal(explainNeed('/nope', inventory).reach, 'unreachable');
  });

  test('is unknown if nothing is known about the target', () => {
    const unknown = 'the image starts nothing';
    const found = explainNeed('/lib/libx.so', createInventory({ ...REACH, files: [], unknown }));
    assert.deepEqual([found.reach, found.unknown], ['unknown', unknown]);
  });
});
