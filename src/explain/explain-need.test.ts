import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { fileOf, targetOf } from '../../test/support/comparable-target.ts';
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

/** As an image in which `/lib` is a link, as of Debian since 2019. */
function image(reach: Reach = REACH): Inventory {
  const link = (path: string, linkTarget: string) => fileOf({ path, type: 'symlink', linkTarget });
  return targetOf({
    files: [
      fileOf({ path: '/usr', type: 'directory' }),
      fileOf({ path: '/usr/lib', type: 'directory' }),
      link('/lib', 'usr/lib'),
      fileOf({ path: '/usr/lib/libx.so.1.2' }),
      link('/usr/lib/libx.so', 'libx.so.1'),
      link('/usr/lib/libx.so.1', '../lib/libx.so.1.2'),
      link('/usr/lib/round', 'round'),
      fileOf({ path: '/usr/lib/left.so' }),
    ],
    inventory: { reach },
  }).inventory;
}

suite('why a file is needed', () => {
  for (const path of [
    '/usr/lib/libx.so.1.2',
    'usr/lib/libx.so.1.2',
    '/lib/libx.so.1.2',
    '/lib/libx.so',
    '/usr/lib/../lib/libx.so.1',
  ]) {
    test(`is told by whatever path it is named: ${path}`, () => {
      const found = explainNeed(path, image());
      assert.equal(found.reach, 'required');
      assert.deepEqual(found.steps, [STEP]);
      const isReal = path === STEP.to;
      assert.equal(found.realPath, isReal ? undefined : STEP.to);
      assert.equal(formatNeed(found).includes(`  resolves to ${STEP.to}`), !isReal);
    });
  }

  test('is not asked of what is not there, or is a folder', () => {
    assert.deepEqual(formatNeed(explainNeed('/nope', image())), [
      '/nope: unknown',
      '  no such file',
    ]);
    assert.equal(
      explainNeed('/lib', image()).unknown,
      'it is a directory, and only files can be needed',
    );
    assert.equal(explainNeed('/usr/lib/round', image()).reach, 'unreachable');
  });

  test('cannot be told to be missing where only files of packages are listed', () => {
    const { inventory } = targetOf({ files: [], inventory: { reach: REACH } });
    assert.equal(explainNeed('/nope', inventory).reach, 'unreachable');
  });

  test('is not known where nothing is known of the target', () => {
    const unknown = 'the image starts nothing';
    const found = explainNeed('/lib/libx.so', image({ ...REACH, files: [], unknown }));
    assert.deepEqual([found.reach, found.unknown], ['unknown', unknown]);
  });
});
