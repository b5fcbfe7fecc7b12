import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import {
  createMachO,
  createPe,
} from '../../../foundation/bytes/executable/executable-image.fixture.ts';
import { toBytes } from '../../../foundation/core/bytes.ts';
import { DEFAULT_LIMITS } from '../../../foundation/core/limits.ts';
import { BUNDLE_MARK, createBundle } from './bundle.fixture.ts';
import { readBundledDeps } from './bundle.ts';

const DEPS = '{"targets":{}}';
const FORMATS = [
  ['pe', (bytes: Buffer) => createPe({ name: '.data', bytes })],
  ['macho', (bytes: Buffer) => createMachO({ name: '__data', bytes })],
] as const;

function readDeps(content: Uint8Array, limits = DEFAULT_LIMITS): string | undefined {
  const deps = readBundledDeps(toBytes(content), limits);
  return deps && Buffer.from(deps).toString();
}

suite('a single-file .NET program', () => {
  test('contains its dependency file, in every version of the bundle', () => {
    for (const [format, host] of FORMATS) {
      for (const version of [1, 2, 6]) {
        assert.equal(readDeps(createBundle(host, DEPS, { version })), DEPS, `${format} ${version}`);
        const inTable = createBundle(host, DEPS, { version, hasPlaces: false });
        assert.equal(readDeps(inTable), DEPS, `${format} ${version}, in the table`);
      }
    }
  });

  test('is not detected without the marker, or if the host has no bundle', () => {
    const [, host] = FORMATS[0];
    assert.equal(readDeps(host(Buffer.alloc(64))), undefined);
    assert.equal(readDeps(host(Buffer.concat([Buffer.alloc(8), BUNDLE_MARK]))), undefined);
    assert.equal(readDeps(Buffer.from('MZ')), undefined);
    const limits = { ...DEFAULT_LIMITS, bundleSearchBytesMax: 16 };
    assert.equal(readDeps(createBundle(host, DEPS, { version: 6 }), limits), undefined);
  });

  test('that is truncated before the table has no dependency file', () => {
    const [, host] = FORMATS[0];
    const whole = createBundle(host, DEPS, { version: 6, hasPlaces: false });
    for (let length = whole.length - 'a.deps.json'.length - 2; length > 0; length -= 7) {
      assert.equal(readDeps(whole.subarray(0, length)), undefined, String(length));
    }
  });
});
