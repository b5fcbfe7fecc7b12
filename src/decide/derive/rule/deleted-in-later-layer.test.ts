import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { deriveConclusion, stage, type World } from '../../../../test/support/derivation.ts';
import { SAMPLE_FINDINGS } from '../../../../test/support/sample-report.ts';
import { deletedInLaterLayer } from './deleted-in-later-layer.ts';

const RECORD = '/var/lib/dpkg/status';

function at(isVisible: boolean | undefined) {
  const place = { path: RECORD, accessPath: RECORD, layer: 'sha256:a' };
  return isVisible === undefined ? place : { ...place, isVisible };
}

/**
 * Applies the rule to a package whose record is hidden by a later layer; `isVisible`: its one file
 * is still there.
 */
function derive(world: World, isVisible = false) {
  const files = [{ path: '/usr/lib/x.so', isVisible }];
  return deriveConclusion(deletedInLaterLayer, {
    package: { locations: [at(false)] },
    files,
    inventory: { scope: 'all-layers' },
    ...world,
  });
}

suite('derived: a later layer deleted the package', () => {
  test('hides record and files, with a warning that the bytes are still pulled', () => {
    const said = derive({});
    assert.equal(said?.effect, 'set-aside');
    assert.equal(said.justification, 'component_not_present');
    assert.match(said.reason, /bytes can still be pulled with sha256:a/);
  });

  test('concludes nothing if only the record is gone', () => {
    assert.equal(derive({}, true), undefined);
    const package_ = { locations: [at(false)], ownedFiles: [{ path: '/lib/y.so' }] };
    const merged = { files: [{ path: '/usr/lib/y.so' }], package: package_ };
    assert.equal(derive({ ...merged, inventory: { relationships: [] } }), undefined);
    const linked = { ...package_, ownedFiles: [], otherOwnedFiles: [{ path: '/usr/lib/y.so' }] };
    assert.equal(
      derive({ ...merged, package: linked, inventory: { relationships: [] } }),
      undefined,
    );
  });

  test('reads the files of an image once for all of its packages', () => {
    const { inventory, ...one } = stage({
      package: { locations: [at(false)] },
      files: [{ path: '/usr/lib/x.so', isVisible: false }],
    });
    const surroundings = { inventory, findings: SAMPLE_FINDINGS };
    const first = deletedInLaterLayer.derive(one, surroundings);
    assert.deepEqual(deletedInLaterLayer.derive(one, surroundings), first);
    assert.equal(first?.effect, 'set-aside');
  });

  test('ignores the files of the version that replaced it', () => {
    const newer = { name: 'newer', type: 'deb', locations: [at(true)] };
    const path = '/usr/lib/x.so';
    const relationships = [
      { kind: 'contains-file', from: 'key-of-pkg-deb', path },
      { kind: 'contains-file', from: 'key-of-newer-deb', path },
      { kind: 'dependency-of', from: 'key-of-pkg-deb', to: 'key-of-newer-deb' },
    ] as const;
    const world = { others: [newer], inventory: { relationships } };
    assert.equal(derive(world, true)?.effect, 'set-aside');
    const hidden = { ...world, others: [{ ...newer, locations: [at(false)] }] };
    assert.equal(derive(hidden, true), undefined);
  });

  test('concludes nothing for visible files, unknown locations, and directories', () => {
    assert.equal(derive({ package: { locations: [at(false), at(true)] } }), undefined);
    assert.equal(derive({ package: { locations: [at(undefined)] } }), undefined);
    assert.equal(derive({ package: { locations: [] } }), undefined);
    const target = { kind: 'directory', userInput: 'x', name: 'x', path: 'x' } as const;
    assert.equal(derive({ inventory: { target } }), undefined);
  });

  test('describes a location without its layer if the layer is unknown', () => {
    const nowhere = { path: RECORD, accessPath: RECORD, isVisible: false };
    assert.match(derive({ package: { locations: [nowhere] } })?.reason ?? '', /with a lower layer/);
  });
});
