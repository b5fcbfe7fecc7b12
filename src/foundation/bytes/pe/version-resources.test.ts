import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { toBytes } from '../../core/bytes.ts';
import { DEFAULT_LIMITS } from '../../core/limits.ts';
import { createPeResources } from './version-resources.fixture.ts';
import { readPeResources } from './version-resources.ts';

const read = (content: Uint8Array) => readPeResources(toBytes(content), DEFAULT_LIMITS);

suite('the resources of a PE file', () => {
  test('contain texts of the version and whether it is an assembly', () => {
    const texts = { ProductName: 'Tööl', FileVersion: '1.0' };
    const resources = read(createPeResources({ texts, isManaged: true }));
    assert.deepEqual(Object.fromEntries(resources?.versionTexts ?? []), texts);
    assert.equal(resources?.isManaged, true);
    assert.equal(read(createPeResources({ texts }))?.isManaged, false);
    assert.equal(read(Buffer.from('MZ')), undefined);
  });

  test('may end anywhere, including the end of memory', () => {
    const whole = createPeResources({ texts: { A: 'b', ProductName: 'Tool' } });
    for (let length = 1; length <= whole.length; length++) {
      // A copy in its own memory without trailing bytes.
      assert.doesNotThrow(() => read(new Uint8Array(whole.subarray(0, length))));
    }
  });
});
