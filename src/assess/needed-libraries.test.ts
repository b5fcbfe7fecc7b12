import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import { createTinyElf } from '../../test/support/tiny-elf.ts';
import { readInventory } from './read-inventory.ts';

const SCRATCH = mkdtempSync(join(tmpdir(), 'plimsoll-libraries-'));
after(() => rmSync(SCRATCH, { recursive: true, force: true }));

const NEEDED = 1;

function createNotedProgram(name: string, libraries: readonly string[]): Uint8Array {
  const note = { type: 'rpm', os: 'fedora', osVersion: '40', name, version: '1' };
  return createTinyElf({
    contents: [{ name: '.note.package', bytes: Buffer.from(JSON.stringify(note)) }],
    dynamic: libraries.map((library) => [NEEDED, library] as const),
  });
}

const LIBRARY = createTinyElf({ dynamic: [], symbols: [{ name: 'run', section: 3 }] });
const WITHOUT_EXPORTS = createTinyElf({ dynamic: [], symbols: [{ name: 'run' }] });

function writeTree(files: Readonly<Record<string, Uint8Array | string>>): string {
  const folder = mkdtempSync(join(SCRATCH, 'x'));
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
  return folder;
}

test('relates a package of an ELF note to libraries that no package contains', async () => {
  const folder = writeTree({
    'usr/bin/app': createNotedProgram('app', [
      'libx.so.1',
      'libtext.so',
      'libdead.so',
      'libgone.so',
    ]),
    'usr/bin/other': createNotedProgram('other', ['libx.so.1.2', 'libowned.so']),
    'usr/lib/libowned.so': createNotedProgram('owned', []),
    'usr/local/lib/libx.so.1.2': LIBRARY,
    'usr/local/lib/libunneeded.so': LIBRARY,
    'usr/lib/libtext.so': 'GROUP ( libc.so.6 )',
    'usr/lib/libdead.so': WITHOUT_EXPORTS,
  });
  symlinkSync('libx.so.1.2', join(folder, 'usr/local/lib/libx.so.1'));
  symlinkSync('../local/lib/libx.so.1', join(folder, 'usr/lib/libx.so.1'));
  const { packages, relationships } = await readInventory(folder, { temporaryFolder: SCRATCH });
  const names = new Map(packages.map(({ key, name }) => [key, name]));
  assert.deepEqual(
    relationships
      .flatMap((edge) => {
        const from = names.get(edge.from) ?? '';
        return edge.kind === 'needs-file'
          ? [`${from} needs ${edge.path}`]
          : edge.kind === 'dependency-of'
            ? [`${from} of ${names.get(edge.to)}`]
            : [];
      })
      .sort(),
    [
      'app needs /usr/local/lib/libx.so.1.2',
      'other needs /usr/local/lib/libx.so.1.2',
      'owned of other',
    ],
  );
});
