import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { createTinyElf } from '../../../../test/support/tiny-elf.ts';
import { toBytes } from '../../core/bytes.ts';
import { EXECUTABLE_MAGIC } from '../../core/executable-file.ts';
import { DEFAULT_LIMITS } from '../../core/limits.ts';
import { createMachO, createPe, createUniversal } from './executable-image.fixture.ts';
import {
  type ExecutableImage,
  findImageSection,
  readExecutableImages,
  readLoaded,
} from './executable-image.ts';

const BYTES = Buffer.from('content of the section');

function read(content: Uint8Array): readonly ExecutableImage[] {
  return readExecutableImages(toBytes(content), DEFAULT_LIMITS);
}

function readSectionText(image: ExecutableImage | undefined, name: string): string {
  const section = image && findImageSection(image, ['none', name]);
  assert.ok(image && section);
  const inFile = Buffer.from(image.read(section.offset, section.sizeBytes)).toString();
  const loaded = Buffer.from(readLoaded(image, section.address, section.sizeBytes)).toString();
  assert.equal(loaded, inFile);
  return inFile;
}

suite('executables of every format', () => {
  test('return section content, load address and architecture', () => {
    const cases = [
      [createTinyElf({ contents: [{ name: '.data', bytes: BYTES }] }), '.data', 'elf', 'x86_64'],
      [createMachO({ name: '__data', bytes: BYTES }), '__data', 'macho', 'amd64'],
      [createPe({ name: '.data', bytes: BYTES }), '.data', 'pe', '34404'],
    ] as const;
    for (const [content, name, format, architecture] of cases) {
      const [image, ...more] = read(content);
      assert.equal(more.length, 0);
      assert.equal(image?.format, format);
      assert.equal(image?.architecture, architecture);
      assert.equal(readSectionText(image, name), BYTES.toString());
      assert.ok(EXECUTABLE_MAGIC.some(({ bytes }) => bytes.every((b, at) => content[at] === b)));
    }
  });

  test('find writable data', () => {
    for (const content of [
      createMachO({ name: 'x', bytes: BYTES }),
      createPe({ name: 'x', bytes: BYTES }),
    ]) {
      const [image] = read(content);
      assert.equal(image?.data?.sizeBytes, BYTES.length);
    }
    assert.equal(read(createTinyElf({}))[0]?.data, undefined);
  });

  test('are returned for each architecture of a universal file', () => {
    const slices = [
      createMachO({ name: '__one', bytes: BYTES }),
      createMachO({ name: '__two', bytes: BYTES }, { architecture: 'arm64', localSymbols: 1 }),
    ];
    for (const is64 of [false, true]) {
      const images = read(createUniversal(slices, is64));
      assert.deepEqual(
        images.map(({ architecture, hasSymbolTable }) => [architecture, hasSymbolTable]),
        [
          ['amd64', false],
          ['arm64', true],
        ],
      );
      assert.equal(readSectionText(images[1], '__two'), BYTES.toString());
    }
  });

  test('are not found in object files, Java classes and texts', () => {
    assert.deepEqual(read(createTinyElf({ type: 1 })), []);
    assert.deepEqual(read(Buffer.from([0xca, 0xfe, 0xba, 0xbe, 0, 0, 0, 65, 0, 0])), []);
    for (const text of ['', 'M', 'MZ', '\x7f', '\x7fELF', 'text']) {
      assert.deepEqual(read(Buffer.from(text, 'latin1')), []);
    }
  });

  test('are read as far as possible if truncated or forged', () => {
    for (const content of [
      createMachO({ name: '__data', bytes: BYTES }),
      createPe({ name: '.data', bytes: BYTES }),
      createUniversal([createMachO({ name: '__data', bytes: BYTES })], true),
    ]) {
      for (let at = 0; at < content.length; at++) {
        const lying = Buffer.from(content);
        lying[at] = 0xff;
        for (const image of [...read(content.subarray(0, at)), ...read(lying)]) {
          const data = findImageSection(image, ['.data', '__data']);
          for (const part of [...(data === undefined ? [] : [data]), ...image.loaded]) {
            assert.ok(image.read(part.offset, part.sizeBytes).length <= content.length);
            assert.ok(readLoaded(image, part.address, 16).length <= 16);
          }
        }
      }
    }
  });
});
