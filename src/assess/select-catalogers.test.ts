import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type CatalogerSelection, selectCatalogers } from './select-catalogers.ts';

const CATALOGERS = [
  { id: 'apk-db', alias: 'apk-db-cataloger', tags: ['image', 'directory', 'os'] },
  { id: 'npm', alias: 'javascript-package-cataloger', tags: ['image', 'language', 'javascript'] },
  { id: 'npm-lock', alias: 'javascript-lock-cataloger', tags: ['directory', 'javascript'] },
  { id: 'sbom', alias: 'sbom-cataloger', tags: ['package'] },
  { id: 'executable', alias: 'file-executable-cataloger', tags: ['file'] },
];

function select(
  selectTexts: readonly string[],
  override: readonly string[] = [],
  kind: 'image' | 'directory' | 'file' = 'image',
): string {
  const selection: CatalogerSelection = {
    selectCatalogers: selectTexts,
    overrideDefaultCatalogers: override,
  };
  return selectCatalogers(CATALOGERS, kind, selection)
    .map(({ id }) => id)
    .join(' ');
}

describe('the selection of catalogers', () => {
  it('depends on the kind of target, and always includes catalogers of files', () => {
    assert.equal(select([]), 'apk-db npm executable');
    assert.equal(select([], [], 'directory'), 'apk-db npm-lock executable');
    assert.equal(select([], [], 'file'), 'apk-db npm-lock executable');
  });

  it('keeps catalogers with any of the tags, and does not affect those of files', () => {
    assert.equal(select(['os']), 'apk-db executable');
    assert.equal(select(['os,javascript']), 'apk-db npm executable');
    assert.equal(select(['os', 'javascript'], ['all']), 'apk-db npm npm-lock executable');
    assert.equal(select(['file']), 'apk-db npm executable');
  });

  it('removes by name, Syft name or tag', () => {
    assert.equal(select(['-npm']), 'apk-db executable');
    assert.equal(select(['-javascript-package-cataloger']), 'apk-db executable');
    assert.equal(select(['-javascript,-file']), 'apk-db');
  });

  it('adds last, by name only', () => {
    assert.equal(select(['os', '+sbom']), 'apk-db sbom executable');
    assert.equal(select(['-npm', '+npm']), 'apk-db npm executable');
    assert.equal(select(['+sbom-cataloger']), 'apk-db npm sbom executable');
    assert.throws(() => select(['+os']), { code: 'E_USAGE', message: /names a tag/ });
  });

  it('begins with another set if one is given', () => {
    assert.equal(select([], ['npm-lock']), 'npm-lock executable');
    assert.equal(select(['-file'], ['npm-lock', 'sbom']), 'npm-lock sbom');
    assert.equal(select([], ['all']), 'apk-db npm npm-lock sbom executable');
    assert.equal(select([], ['default', 'sbom']), 'apk-db npm sbom executable');
  });

  it('rejects unknown names and tags, with similar ones', () => {
    assert.throws(() => select(['-apkdb']), { code: 'E_USAGE', hint: 'did you mean "apk-db"?' });
    assert.throws(() => select([], ['imgae']), { code: 'E_USAGE', hint: 'did you mean "image"?' });
  });

  it('keeps by tags only, because a name alone would mean that nothing else runs', () => {
    assert.throws(() => select(['npm']), { code: 'E_USAGE', message: /a cataloger, not a tag/ });
    assert.throws(() => select(['all']), { code: 'E_USAGE', message: /a cataloger, not a tag/ });
  });
});
