import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { deriveConclusion, type World } from '../../../../test/support/derivation.ts';
import { filesAbsent } from './files-absent.ts';

/** Applies the rule to a package that recorded a library, in an image with another file. */
function derive(world: World) {
  const package_ = {
    ownedFiles: [{ path: '/lib/libx.so.1' }, { path: '/usr/share/doc/x/README' }],
  };
  const files = [{ path: '/bin/sh' }];
  const inventory = { relationships: [], ...world.inventory };
  return deriveConclusion(filesAbsent, { package: package_, files, ...world, inventory });
}

suite('derived: all files of the package are missing', () => {
  test('is proven by the list of its files and the layers', () => {
    const said = derive({});
    assert.equal(said?.effect, 'set-aside');
    assert.equal(said.justification, 'component_not_present');
    assert.equal(said.reason, 'none of the 1 files that it installed exists');
    const names = said.inputs.flatMap((one) => (one.kind === 'configuration' ? [one.name] : []));
    assert.deepEqual(names, ['files of the record', 'layers']);
  });

  test('ignores directories in the record', () => {
    const ownedFiles = ['/usr', '/usr/lib', '/usr/lib/x.so'].map((path) => ({ path }));
    const said = derive({ package: { ownedFiles } });
    assert.equal(said?.reason, 'none of the 1 files that it installed exists');
  });

  test('does not apply if one file exists, even behind a directory that became a link', () => {
    assert.equal(derive({ files: [{ path: '/lib/libx.so.1' }] }), undefined);
    assert.equal(derive({ files: [{ path: '/usr/lib/libx.so.1' }] }), undefined);
    const elsewhere = { kind: 'contains-file', from: 'key-of-pkg-deb', path: '/opt/x' } as const;
    assert.equal(derive({ inventory: { relationships: [elsewhere] } }), undefined);
  });

  test('ignores documentation', () => {
    const docs = { kind: 'contains-file', from: 'key-of-pkg-deb' } as const;
    const path = '/usr/share/doc/x/README';
    assert.equal(
      derive({ inventory: { relationships: [{ ...docs, path }] } })?.effect,
      'set-aside',
    );
    assert.equal(derive({ package: { ownedFiles: [{ path }] } }), undefined);
  });

  test('is only a suggestion if anything could not be read, or if there is no image', () => {
    const problems = [{ code: 'P_TRUNCATED', message: 'ends early' }] as const;
    const hint = derive({ inventory: { problems } });
    assert.deepEqual([hint?.effect, hint?.status], ['suggestion', 'under_investigation']);
    const target = { kind: 'directory', userInput: 'x', name: 'x', path: 'x' } as const;
    assert.equal(derive({ inventory: { target } })?.effect, 'suggestion');
  });

  test('concludes nothing if no files are listed or recorded, or for hidden layers', () => {
    assert.equal(derive({ files: [] }), undefined);
    assert.equal(derive({ package: { ownedFiles: [] } }), undefined);
    const others = { ownedFiles: [], otherOwnedFiles: [{ path: '/lib/libx.so' }] };
    assert.equal(derive({ package: others })?.effect, 'set-aside');
    assert.equal(derive({ inventory: { scope: 'all-layers' } }), undefined);
  });
});
