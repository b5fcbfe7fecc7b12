import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { catalogFiles } from '../../../../test/support/flat-view.ts';
import { createTinyElf } from '../../../../test/support/tiny-elf.ts';
import { elfBinaryPackage } from './elf-binary-package.ts';

const SECTION = '.note.package';

/** The note in the form that linkers write. systemd, "ELF Package Metadata". */
function createNote(text: string): Buffer {
  const content = Buffer.from(`${text}\0`);
  const padding = Buffer.alloc((4 - (content.length % 4)) % 4);
  const head = Buffer.alloc(12);
  head.writeUInt32LE(4, 0);
  head.writeUInt32LE(content.length, 4);
  head.writeUInt32LE(0xcafe1a7e, 8);
  return Buffer.concat([head, Buffer.from('FDO\0'), content, padding]);
}

function createProgram(
  note: object | string,
  isBare = false,
  libraries: readonly string[] = [],
): Uint8Array {
  const text = typeof note === 'string' ? note : JSON.stringify(note);
  const bytes = isBare ? Buffer.from(text) : createNote(text);
  const dynamic = libraries.map((name) => [NEEDED, name] as const);
  return createTinyElf({ contents: [{ name: SECTION, bytes }], dynamic });
}

const NEEDED = 1;

const readPurl = (note: object, isBare = false) =>
  catalogFiles(elfBinaryPackage, { '/bin/a': createProgram(note, isBare) }).packages[0]?.purl;

suite('elf-binary-package', () => {
  test('creates one package for all files with the same note', () => {
    const note = {
      type: 'deb',
      os: 'debian',
      osVersion: '12',
      name: 'coreutils',
      version: '9.1-1',
      architecture: 'amd64',
      osCpe: 'cpe:/o:debian:debian_linux:12',
      license: 'GPL-3.0-or-later',
    };
    const { packages, problems } = catalogFiles(elfBinaryPackage, {
      '/bin/cat': createProgram(note),
      '/bin/ls': createProgram(note),
      '/bin/plain': createTinyElf({}),
    });
    assert.deepEqual(problems, []);
    assert.equal(packages.length, 1);
    const [found] = packages;
    assert.deepEqual(
      [found?.type, found?.purl, found?.architecture, found?.yieldsToOwner],
      ['deb', 'pkg:deb/debian/coreutils@9.1-1?distro=debian-12', 'amd64', true],
    );
    assert.deepEqual(
      found?.locations.map(({ path }) => path),
      ['/bin/cat', '/bin/ls'],
    );
    assert.equal(found?.licenses[0]?.expression, 'GPL-3.0-or-later');
    assert.deepEqual(found?.metadata, {
      kind: 'elf-binary-package-note-json-payload',
      value: {
        type: 'deb',
        architecture: 'amd64',
        osCPE: 'cpe:/o:debian:debian_linux:12',
        os: 'debian',
        osVersion: '12',
      },
    });
  });

  test('lists libraries that its files load, also for packages with a manager', () => {
    const note = { type: 'rpm', os: 'fedora', osVersion: '40', name: 'app', version: '1' };
    const { packages } = catalogFiles(elfBinaryPackage, {
      '/bin/a': createProgram(note, false, ['libz.so.1', 'libc.so.6']),
      '/bin/b': createProgram(note, false, ['libc.so.6']),
      '/bin/c': createProgram({ ...note, name: 'static' }),
    });
    assert.deepEqual(
      packages.map(({ name, neededLibraries }) => [name, neededLibraries]),
      [
        ['app', ['libc.so.6', 'libz.so.1']],
        ['static', undefined],
      ],
    );
  });

  test('detects package managers, and reads the system from its CPE if necessary', () => {
    const name = 'bash';
    const version = '5.2';
    assert.equal(
      readPurl({ type: 'rpm', name, version, osCpe: 'cpe:/o:fedoraproject:fedora:40' }),
      'pkg:rpm/fedora/bash@5.2?distro=fedora-40',
    );
    assert.equal(
      readPurl({ type: 'apk', name, version, os: 'alpine', osVersion: '3.20' }),
      'pkg:apk/alpine/bash@5.2?distro=alpine-3.20',
    );
    assert.equal(
      readPurl({ type: 'alpm', name, version, os: 'arch' }),
      'pkg:alpm/arch/bash@5.2?distro=arch',
    );
    const other = { name, version, os: 'mariner', osVersion: '2.0', system: 'cloud', type: 'x' };
    assert.equal(readPurl(other, true), 'pkg:generic/cloud/bash@5.2?distro=mariner-2.0');
    assert.equal(readPurl({ name, version }), 'pkg:generic/bash@5.2');
  });

  test('keeps the CPE of a note', () => {
    const cpe = 'cpe:2.3:a:gnu:bash:5.2:*:*:*:*:*:*:*';
    const { packages } = catalogFiles(elfBinaryPackage, {
      '/a': createProgram({ name: 'bash', version: '5.2', cpe }),
    });
    assert.deepEqual(packages[0]?.cpes, [{ cpe, source: 'declared' }]);
  });

  test('ignores notes without a name, and reports notes that are not JSON', () => {
    const { packages, problems } = catalogFiles(elfBinaryPackage, {
      '/nameless': createProgram({ version: '1' }),
      '/number': createProgram({ name: 5, version: '1' }),
      '/broken': createProgram('{"name":'),
      '/list': createProgram('[]', true),
      '/object': createTinyElf({ type: 1, contents: [{ name: SECTION, bytes: createNote('{') }] }),
      '/cut': createProgram({ name: 'a', version: '1' }).subarray(0, 100),
    });
    assert.deepEqual(packages, []);
    assert.deepEqual(problems, ['P_RECORD /broken:', 'P_RECORD /list:']);
  });
});
