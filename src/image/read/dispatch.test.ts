import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Extractor, Want } from '../../foundation/core/cataloger.ts';
import { Dispatch, getDispatch } from './dispatch.ts';

function createExtractor(id: string, wants: readonly Omit<Want, 'maxBytes'>[]): Extractor<unknown> {
  return {
    id,
    version: 1,
    wants: wants.map((want) => ({ ...want, maxBytes: 'wholeFileBytesMax' })),
    extract: () => ({}),
  };
}

const ELF = { offset: 0, bytes: Buffer.from('\x7fELF', 'latin1') };
const TAR = { offset: 257, bytes: Buffer.from('ustar') };

const EXTRACTORS = [
  createExtractor('elf', [{ role: 'program', magic: [ELF] }]),
  createExtractor('java', [
    { role: 'archive', paths: ['**/*.jar', '**/*.war'] },
    { role: 'zip', paths: ['**/*.zip'], ignoresCase: true },
  ]),
  createExtractor('dpkg', [
    { role: 'status', paths: ['**/var/lib/dpkg/status', '**/var/lib/dpkg/status.d/*'] },
    { role: 'list', paths: ['**/var/lib/dpkg/info/*.list'] },
  ]),
  createExtractor('any', [
    { role: 'odd', paths: ['**/odd*'] },
    { role: 'tar', magic: [TAR] },
    { role: 'dotted', paths: ['**/*.tar.gz'] },
  ]),
];

function listRoles(path: string, head: string = ''): string[] {
  const wanting = new Dispatch(EXTRACTORS).findWants(path, Buffer.from(head, 'latin1'));
  return wanting.map((one) => `${one.extractor.id}/${one.want.role}`);
}

test('finds extractors by name, extension, directory and magic', () => {
  assert.deepEqual(listRoles('/var/lib/dpkg/status'), ['dpkg/status']);
  assert.deepEqual(listRoles('/var/lib/dpkg/status.d/base'), ['dpkg/status']);
  assert.deepEqual(listRoles('/var/lib/dpkg/info/a:amd64.list'), ['dpkg/list']);
  assert.deepEqual(listRoles('/srv/app.war'), ['java/archive']);
  assert.deepEqual(listRoles('/a/b.tar.gz'), ['any/dotted']);
  assert.deepEqual(listRoles('/srv/.war'), ['java/archive']);
  assert.deepEqual(listRoles('/a/b.gz'), []);
  assert.deepEqual(listRoles('/bin/x', '\x7fELF\x02'), ['elf/program']);
  assert.deepEqual(listRoles('/a', `${'\0'.repeat(257)}ustar`), ['any/tar']);
  assert.deepEqual(listRoles('/oddity'), ['any/odd']);
  for (const path of ['/a.zip', '/b.ZIP', '/c/D.Zip']) {
    assert.deepEqual(listRoles(path), ['java/zip'], path);
  }
  assert.deepEqual(listRoles('/A.WAR'), []);
});

test('returns nothing for a file that no extractor requests', () => {
  assert.deepEqual(listRoles('/bin/x', '\x7fEL'), []);
  assert.deepEqual(listRoles('/status'), []);
  assert.deepEqual(listRoles('/a.jar.txt'), []);
});

test('returns each extractor once, with its first matching request, in the order of the extractors', () => {
  assert.deepEqual(listRoles('/odd.jar', '\x7fELF'), ['elf/program', 'java/archive', 'any/odd']);
  assert.deepEqual(listRoles('/odd.tar.gz', `${'\0'.repeat(257)}ustar`), ['any/odd']);
});

test('compiles a list of extractors once, and returns the number of bytes it needs', () => {
  assert.equal(getDispatch(EXTRACTORS), getDispatch(EXTRACTORS));
  assert.equal(getDispatch(EXTRACTORS).headBytes, 262);
});
