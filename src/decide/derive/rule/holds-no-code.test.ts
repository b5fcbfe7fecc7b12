import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { deriveConclusion, type World } from '../../../../test/support/derivation.ts';
import type { InventoryFile } from '../../../core/inventory.ts';
import { holdsNoCode } from './holds-no-code.ts';

type FileSeed = Partial<InventoryFile> & { readonly path: string };

const DOCUMENTATION = { path: '/usr/share/doc/x/README' };

function derive(files: readonly (FileSeed | string)[], world: World = {}) {
  const seeds = files.map((file) => (typeof file === 'string' ? { path: file } : file));
  return deriveConclusion(holdsNoCode, { reason: { kind: 'indirect' }, files: seeds, ...world });
}

suite('derived: no file of the package can be run or loaded', () => {
  test('is proven if all files are documentation, translations, headers or links', () => {
    const said = derive([
      DOCUMENTATION,
      '/usr/share/locale/de/LC_MESSAGES/x.mo',
      '/usr/include/x.h',
      { path: '/usr/lib/x.so.1', type: 'symlink' },
      { path: '/usr/share/doc/x', type: 'directory' },
    ]);
    assert.equal(said?.effect, 'set-aside');
    assert.equal(said.justification, 'vulnerable_code_not_present');
    assert.match(said.reason, /, only 2 files of documentation, 1 header, 1 link$/);
  });

  test('is only a suggestion for data, which the vulnerability may concern, and for the package itself', () => {
    assert.equal(derive(['/usr/share/x/table.bin'])?.effect, 'suggestion');
    assert.equal(derive([{ path: '/dev/x', type: 'character-device' }])?.effect, 'suggestion');
    assert.equal(derive([DOCUMENTATION], { reason: { kind: 'direct' } })?.effect, 'suggestion');
  });

  test('treats a program, script, library or module as code under any name', () => {
    const format = 'elf' as const;
    const executable = { format, hasExports: true, hasEntrypoint: true, importedLibraries: [] };
    const code: readonly (FileSeed | string)[] = [
      { path: '/usr/lib/x', executable },
      { path: '/usr/share/doc/x/run', mode: 0o755 },
      { path: '/usr/bin/y', type: 'hardlink', mode: 0o755 },
      '/usr/lib/libx.so.1.2',
      '/usr/lib/python3/x.py',
      '/usr/share/java/x.jar',
      '/lib/modules/6.1/x.ko.xz',
      { path: '/usr/share/x/unknown', mimeType: 'application/x-perl' },
    ];
    for (const one of code) {
      assert.equal(derive([DOCUMENTATION, one]), undefined);
    }
  });

  test('concludes nothing for a package without files, or a finding without a statement', () => {
    assert.equal(derive([]), undefined);
    assert.equal(derive([DOCUMENTATION], { match: { reasons: [] } }), undefined);
    const gone = { package: { ownedFiles: [{ path: '/gone' }] }, inventory: { relationships: [] } };
    assert.equal(derive([DOCUMENTATION], gone), undefined);
  });

  test('finds code that the record names through a directory or file that is a link', () => {
    const files = [DOCUMENTATION, '/usr/lib/libx.so.1'];
    const ownedFiles = [DOCUMENTATION, { path: '/lib/libx.so.1' }];
    const inventory = { relationships: [] };
    assert.equal(derive(files, { package: { ownedFiles }, inventory }), undefined);
    const program = { path: '/opt/tool', mode: 0o755 };
    assert.equal(
      derive([DOCUMENTATION, program], { package: { ownedFiles: [DOCUMENTATION] } }),
      undefined,
    );
  });
});
