import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { ExecutableFacts, InventoryFile } from '../../foundation/core/inventory.ts';
import { type FileListForm, readFileList, writeFileList } from './file-list-form.ts';

const LAYERS = [`sha256:${'a'.repeat(64)}`, `sha256:${'b'.repeat(64)}`] as const;
const [LOWER, UPPER] = LAYERS;
const SECURITY = { symbolTableStripped: true, nx: true, relRo: 'full', pie: true, dso: false };
const FACTS = {
  format: 'elf',
  hasExports: false,
  hasEntrypoint: true,
  importedLibraries: ['libc.so.6'],
  security: { ...SECURITY, relRo: 'full' },
} as const satisfies ExecutableFacts;

function createFile(path: string, seed: Partial<InventoryFile> = {}): InventoryFile {
  const bare = {
    type: 'regular',
    mode: 0o644,
    uid: 0,
    gid: 0,
    sizeBytes: 1,
    mimeType: '',
  } as const;
  return { path, layer: LOWER, ...bare, ...seed };
}

function createDigests(digit: string): Pick<InventoryFile, 'sha256' | 'sha1'> {
  return { sha256: digit.repeat(64), sha1: digit.repeat(40) };
}

/** Files of each kind, some with fewer or more members than most. */
const FILES: readonly InventoryFile[] = [
  createFile('/bin', { type: 'directory', mode: 0o755 }),
  createFile('/bin/a', { executable: FACTS, ...createDigests('1') }),
  createFile('/bin/b', { layer: UPPER, executable: FACTS, ...createDigests('2') }),
  createFile('/bin/c', { type: 'symlink', linkTarget: 'a' }),
  createFile('/bin/d', {
    type: 'hardlink',
    linkTarget: '/bin/a',
    executable: FACTS,
    ...createDigests('1'),
  }),
  createFile('/bin/e.exe', {
    executable: { ...FACTS, format: 'pe', buildId: 'é' },
    sha256: 'short',
  }),
  createFile('/etc/big', { sizeBytes: 2 ** 40, ...createDigests('3'), isVisible: true }),
  createFile('/etc/other', { ...createDigests('4'), otherDigests: { md5: '5'.repeat(32) } }),
  { ...createFile('/line\nbreak'), sizeBytes: 0, linkTarget: '' },
  (({ layer: _layer, ...rest }) => rest)(createFile('/no/layer', createDigests('6'))),
];

function writeForm(files: readonly InventoryFile[]): FileListForm {
  const form = writeFileList(files, (layer) => LAYERS.indexOf(layer as typeof LOWER));
  return JSON.parse(JSON.stringify(form)) as FileListForm;
}

suite('files of an inventory by columns', () => {
  test('are restored with their members in order', () => {
    assert.deepEqual(readFileList(writeForm(FILES), LAYERS), FILES);
    assert.equal(JSON.stringify(readFileList(writeForm(FILES), LAYERS)), JSON.stringify(FILES));
    assert.deepEqual(readFileList(writeForm([]), LAYERS), []);
  });

  test('stores common values of files once', () => {
    const many = Array.from({ length: 50 }, (_, index) =>
      createFile(`/bin/${index}`, { sizeBytes: index, executable: FACTS, ...createDigests('7') }),
    );
    const form = writeForm(many);
    assert.equal(form.kinds.length, 1);
    assert.equal(form.securities.length, 1);
    const [one, other] = readFileList(form, LAYERS);
    assert.equal(one?.executable?.security, other?.executable?.security);
    assert.notEqual(one?.executable, other?.executable);
  });

  test('rejects inconsistent columns and references to missing values', () => {
    const form = writeForm(FILES);
    const wrong: readonly Partial<FileListForm>[] = [
      { paths: form.paths.slice(1) },
      { paths: [...form.paths, '/more'] },
      { sizes: form.sizes.slice(1) },
      { kindNumbers: form.kindNumbers.slice(1) },
      { kinds: form.kinds.slice(1) },
      { sha256: form.sha256.slice(1) },
      { sha1: `${form.sha1}0` },
      { linkTargets: form.linkTargets.slice(1) },
      { executables: form.executables.slice(1) },
      { securities: [] },
    ];
    for (const part of wrong) {
      assert.throws(
        () => readFileList({ ...writeForm(FILES), ...part }, LAYERS),
        Object.keys(part).join(),
      );
    }
    assert.throws(() => readFileList(writeForm(FILES), []));
  });
});
