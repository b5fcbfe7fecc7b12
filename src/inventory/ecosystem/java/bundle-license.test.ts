import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseBundleLicenses } from './bundle-license.ts';

const APACHE = 'https://www.apache.org/licenses/LICENSE-2.0.txt';
const EPL = 'https://www.eclipse.org/legal/epl-2.0';

describe('the licenses of a bundle', () => {
  const cases: readonly (readonly [header: string, names: readonly string[], urls?: string[]])[] = [
    ['MIT', ['MIT']],
    // asm 9.5
    [
      'BSD-3-Clause;link=https://asm.ow2.io/LICENSE.txt',
      ['BSD-3-Clause'],
      ['https://asm.ow2.io/LICENSE.txt'],
    ],
    // gson 2.8.8
    [`"Apache 2.0";link="${APACHE}"`, ['Apache 2.0'], [APACHE]],
    // jetty-server 11.0.15
    [`${EPL}, ${APACHE}`, [EPL, APACHE]],
    // zstd-jni 1.5.5-5
    [
      'https://opensource.org/licenses/BSD-2-Clause;description=BSD 2-Clause License',
      ['https://opensource.org/licenses/BSD-2-Clause'],
    ],
    ['http://a.example/x;description=Apache License, Version 2.0', ['http://a.example/x']],
    ['The Apache Software License, Version 2.0', ['The Apache Software License, Version 2.0']],
    ['MIT,"Some, other";link:="http://b.example"', ['MIT', 'Some, other'], ['http://b.example']],
    ['<<EXTERNAL>>', []],
    ['"', ['"']],
    ['', []],
    [';;,', []],
  ];
  for (const [header, names, urls = []] of cases) {
    it(`are ${names.join(' and ') || 'none'} in ${JSON.stringify(header)}`, () => {
      const licenses = parseBundleLicenses(header);
      assert.deepEqual(
        licenses.map(({ name }) => name),
        names,
      );
      assert.deepEqual(
        licenses.flatMap((license) => license.urls),
        urls,
      );
    });
  }
});
