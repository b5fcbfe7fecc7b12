import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { machOWith, peWith } from '../../bytes/executable/executable-image.fixture.ts';
import { toBytes } from '../../core/bytes.ts';
import { DEFAULT_LIMITS } from '../../core/limits.ts';
import { BUNDLE_MARK, bundleOf } from './bundle.fixture.ts';
import { bundledDeps } from './bundle.ts';

const DEPS = '{"targets":{}}';
const FORMATS = [
  ['pe', (bytes: Buffer) => peWith({ name: '.data', bytes })],
  ['macho', (bytes: Buffer) => machOWith({ name: '__data', bytes })],
] as const;

function found(content: Uint8Array, limits = DEFAULT_LIMITS): string | undefined {
  const deps = bundledDeps(toBytes(content), limits);
  return deps && Buffer.from(deps).toString();
}

suite('a .NET program that is a single file', () => {
  test('holds its dependency file, in every version of the bundle', () => {
    for (const [format, host] of FORMATS) {
      for (const version of [1, 2, 6]) {
        assert.equal(found(bundleOf(host, DEPS, { version })), DEPS, `${format} ${version}`);
        const inTable = bundleOf(host, DEPS, { version, hasPlaces: false });
        assert.equal(found(inTable), DEPS, `${format} ${version}, in the table`);
      }
    }
  });

  test('is none without the mark, or where nothing was bundled with the host', () => {
    const [, host] = FORMATS[0];
    assert.equal(found(host(Buffer.alloc(64))), undefined);
    assert.equal(found(host(Buffer.concat([Buffer.alloc(8), BUNDLE_MARK]))), undefined);
    assert.equal(found(Buffer.from('MZ')), undefined);
    const limits = { ...DEFAULT_LIMITS, bundleSearchBytesMax: 16 };
    assert.equal(found(bundleOf(host, DEPS, { version: 6 }), limits), undefined);
  });

  test('that is cut before the table tells where has no dependency file', () => {
    const [, host] = FORMATS[0];
    const whole = bundleOf(host, DEPS, { version: 6, hasPlaces: false });
    for (let length = whole.length - 'a.deps.json'.length - 2; length > 0; length -= 7) {
      assert.equal(found(whole.subarray(0, length)), undefined, String(length));
    }
  });
});
