import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { catalogFiles } from '../../../../test/support/flat-view.ts';
import { cocoapods } from './cocoapods.ts';

const read = (text: string): ReturnType<typeof catalogFiles> =>
  catalogFiles(cocoapods, { '/ios/Podfile.lock': text });

const LOCK = `PODS:
  - PINCache (3.0.3):
    - PINCache/Core (= 3.0.3)
  - PINCache/Core (3.0.3):
    - PINOperation (~> 1.2.1)
  - PINOperation (1.2.1)
  - Reveal-SDK (33)

SPEC CHECKSUMS:
  PINCache: 7a8fc1a691173d21dbddbf86cd515de6efa55086
  PINOperation: 00c935935f1e8cf0d1e2d6b542e75b88fc3e5e20

COCOAPODS: 1.11.2`;

suite('Podfile.lock', () => {
  test('lists pods and subspecs, with the checksum of the pod if there is one', () => {
    const { packages, edges, problems } = read(LOCK);
    assert.deepEqual(problems, []);
    assert.deepEqual(
      packages.map(({ purl, metadata }) => [purl, String(metadata?.value['checksum']).slice(0, 4)]),
      [
        ['pkg:cocoapods/PINCache@3.0.3', '7a8f'],
        ['pkg:cocoapods/PINCache%2FCore@3.0.3', '7a8f'],
        ['pkg:cocoapods/PINOperation@1.2.1', '00c9'],
        ['pkg:cocoapods/Reveal-SDK@33', ''],
      ],
    );
    assert.deepEqual(edges, [
      'PINCache/Core 3.0.3 > PINCache 3.0.3',
      'PINOperation 1.2.1 > PINCache/Core 3.0.3',
    ]);
  });

  test('loses one record without a version', () => {
    const { packages, problems } = read('PODS:\n  - a\n  - [b]\n  - {}\n  - c (1)');
    assert.equal(packages.length, 1);
    assert.equal(problems.length, 3);
  });

  test('that is truncated, too deep or of another type is malformed', () => {
    for (const text of ['', 'PODS: [', 'PODS: 1']) {
      assert.deepEqual(read(text).problems, ['P_MALFORMED /ios/Podfile.lock:']);
    }
    assert.deepEqual(read(`PODS:\n ${'- '.repeat(99_999)}`).problems, [
      'P_MALFORMED /ios/Podfile.lock:',
      'P_LIMIT /ios/Podfile.lock:',
    ]);
  });
});
