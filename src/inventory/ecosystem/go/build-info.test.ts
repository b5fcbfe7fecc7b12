import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { createTinyElf } from '../../../../test/support/tiny-elf.ts';
import type {
  ExecutableImage,
  LoadedRange,
} from '../../../foundation/bytes/executable/executable-image.ts';
import { readExecutableImages } from '../../../foundation/bytes/executable/executable-image.ts';
import { toBytes } from '../../../foundation/core/bytes.ts';
import { DEFAULT_LIMITS } from '../../../foundation/core/limits.ts';
import { type GoBuildInfoText, readGoBuildInfo } from './build-info.ts';
import { createInlineBuildInfo, createMarkedModules } from './go-program.fixture.ts';

const LINES = ['path\texample.org/tool', 'mod\texample.org/tool\t(devel)\t'];
const TEXT = LINES.map((line) => `${line}\n`).join('');
const BASE = 0x40_0000;

/** Creates a program that consists only of data, loaded at {@link BASE}. */
function createImage(content: Uint8Array, about: Partial<ExecutableImage> = {}): ExecutableImage {
  const range: LoadedRange = { address: BASE, offset: 0, sizeBytes: content.length };
  return {
    format: 'elf',
    architecture: 'x86_64',
    isLittleEndian: true,
    loaded: [range],
    data: range,
    hasSymbolTable: false,
    findSection: () => undefined,
    read: toBytes(content).read,
    ...about,
  };
}

function read(content: Uint8Array, limits = DEFAULT_LIMITS): GoBuildInfoText | undefined {
  return readGoBuildInfo(createImage(content), limits);
}

/** Before Go 1.18: the header points to strings, which point to their bytes. */
function createPointedBuildInfo(isLittleEndian: boolean, pointerBytes: 4 | 8): Buffer {
  const version = Buffer.from('go1.16.5');
  const modules = createMarkedModules(LINES);
  const content = Buffer.alloc(128 + version.length + modules.length);
  content.write('\xff Go buildinf:', 'latin1');
  content[14] = pointerBytes;
  content[15] = isLittleEndian ? 0 : 1;
  const view = new DataView(content.buffer, content.byteOffset, content.length);
  const write = (at: number, value: number): void =>
    pointerBytes === 8
      ? view.setBigUint64(at, BigInt(value), isLittleEndian)
      : view.setUint32(at, value, isLittleEndian);
  write(16, BASE + 64);
  write(16 + pointerBytes, BASE + 96);
  write(64, BASE + 128);
  write(64 + pointerBytes, version.length);
  write(96, BASE + 128 + version.length);
  write(96 + pointerBytes, modules.length);
  version.copy(content, 128);
  modules.copy(content, 128 + version.length);
  return content;
}

suite('Go build information', () => {
  test('is read from its section of an ELF file of either byte order', () => {
    for (const isLittleEndian of [true, false]) {
      const bytes = createInlineBuildInfo('go1.26.8', LINES);
      const elf = createTinyElf({ isLittleEndian, contents: [{ name: '.go.buildinfo', bytes }] });
      const [image] = readExecutableImages(toBytes(elf), DEFAULT_LIMITS);
      assert.ok(image);
      assert.deepEqual(readGoBuildInfo(image, DEFAULT_LIMITS), {
        goVersion: 'go1.26.8',
        modules: TEXT,
      });
    }
  });

  test('is found in data, only at multiples of 16', () => {
    const info = createInlineBuildInfo('go1.20', LINES);
    const placeInfo = (offset: number): Buffer => Buffer.concat([Buffer.alloc(offset), info]);
    for (const offset of [0, 16, 4096, 1024 * 1024 - 16, 1024 * 1024 + 32]) {
      assert.equal(read(placeInfo(offset))?.goVersion, 'go1.20', `at ${offset}`);
    }
    assert.equal(read(placeInfo(8)), undefined);
    const limits = { ...DEFAULT_LIMITS, goBuildInfoSearchBytesMax: 4096 };
    assert.equal(read(placeInfo(4096), limits), undefined);
  });

  test('is followed through pointers in programs older than Go 1.18', () => {
    for (const isLittleEndian of [true, false]) {
      for (const pointerBytes of [4, 8] as const) {
        const content = createPointedBuildInfo(isLittleEndian, pointerBytes);
        assert.deepEqual(read(content), { goVersion: 'go1.16.5', modules: TEXT });
      }
    }
  });

  test('has no modules if their markers are missing', () => {
    const unmarked = createInlineBuildInfo('go1.20', LINES).subarray(0, -1);
    const length = unmarked.indexOf(Buffer.from([createMarkedModules(LINES).length]), 32);
    const content = Buffer.from(unmarked);
    content[length] = (content[length] ?? 0) - 1;
    assert.deepEqual(read(content), { goVersion: 'go1.20', modules: '' });
  });

  test('is undefined if the content is truncated anywhere or a length is wrong', () => {
    const whole = createInlineBuildInfo('go1.20', LINES);
    for (let length = 0; length < whole.length; length++) {
      assert.equal(read(whole.subarray(0, length)), undefined, `cut at ${length}`);
    }
    const huge = Buffer.concat([whole.subarray(0, 32), Buffer.alloc(10, 0xff), whole]);
    assert.equal(read(huge), undefined);
    const cyclic = createPointedBuildInfo(true, 8);
    cyclic.writeBigUInt64LE(BigInt(BASE + 64), 64);
    cyclic.writeBigUInt64LE(2n ** 60n, 72);
    assert.equal(read(cyclic), undefined);
    const long = { ...DEFAULT_LIMITS, recordBytesMax: 16 };
    assert.equal(read(whole, long), undefined);
  });
});
