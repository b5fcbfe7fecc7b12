import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { deriveConclusion, type World } from '../../../../test/support/derivation.ts';
import { interpreterMissing } from './interpreter-missing.ts';

const PYTHON = { type: 'python', language: 'python' };
const SHELL = { path: '/bin/sh', mode: 0o755 };
const ELF = { format: 'elf', hasExports: false, hasEntrypoint: true } as const;

/** The cataloger that lists the programs of the whole image. */
const CATALOGERS = [{ id: 'executable', alias: 'file-executable-cataloger', version: 1 }];

function derive({ inventory, ...world }: World) {
  return deriveConclusion(interpreterMissing, {
    package: PYTHON,
    files: [SHELL],
    inventory: { catalogers: CATALOGERS, ...inventory },
    ...world,
  });
}

suite('derived: the interpreter of the package is missing', () => {
  test('is a suggestion, with the list of all executables', () => {
    const said = derive({});
    assert.deepEqual([said?.effect, said?.detail], ['suggestion', 'requires_dependency']);
    assert.equal(said?.reason, 'nothing in the image can run python code');
  });

  test('does not apply with a program, a library, a known binary or an embedding program', () => {
    assert.equal(derive({ files: [SHELL, { path: '/usr/bin/python3.11' }] }), undefined);
    assert.equal(derive({ files: [SHELL, { path: '/usr/lib/libpython3.11.so.1.0' }] }), undefined);
    assert.equal(derive({ others: [{ name: 'python', type: 'binary' }] }), undefined);
    assert.equal(derive({ others: [{ name: 'python', type: 'deb' }] })?.effect, 'suggestion');
    const inside = { ...ELF, importedLibraries: ['libc.so.6', 'libpython3.9.so.1.0'] };
    assert.equal(derive({ files: [{ path: '/opt/app', executable: inside }] }), undefined);
    const other = { ...ELF, importedLibraries: ['libc.so.6'] };
    assert.equal(
      derive({ files: [{ path: '/opt/app', executable: other }] })?.effect,
      'suggestion',
    );
  });

  test('concludes nothing for compiled languages, partial systems and package lists', () => {
    assert.equal(derive({ package: { type: 'go-module', language: 'go' } }), undefined);
    assert.equal(derive({ files: [] }), undefined);
    const target = { kind: 'directory', userInput: 'x', name: 'x', path: 'x' } as const;
    assert.equal(derive({ inventory: { target } }), undefined);
  });

  test('concludes nothing from a list that may lack programs', () => {
    // Syft lists the files of packages alone by default, and names its catalogers by its own names.
    const syft = [{ id: 'file-executable-cataloger', alias: 'x', version: 0 }];
    for (const catalogers of [[], syft]) {
      assert.equal(derive({ inventory: { catalogers } }), undefined);
    }
    const problem = { code: 'P_LIMIT', message: 'listedFilesMax' } as const;
    assert.equal(derive({ inventory: { problems: [problem] } }), undefined);
    assert.equal(derive({ inventory: { problemsNotListed: 1 } }), undefined);
  });
});
