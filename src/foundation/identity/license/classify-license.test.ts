import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { suite, test } from 'node:test';
import { classifyText, readLicenses } from './classify-license.ts';
import { getSignatureIndex } from './license-signature.ts';
import {
  BSD_2,
  BSD_3,
  createGnuNotice,
  createSellableLicense,
  ISC,
  MIT,
} from './license-text.fixture.ts';
import { toSpdxExpression } from './spdx-expression.ts';

const APACHE_2 = readFileSync(new URL('../../../../LICENSE', import.meta.url), 'utf8');

function classify(text: string): string[] {
  return classifyText(text).map(({ expression }) => expression);
}

suite('license texts', () => {
  test('recognizes texts as projects write them', () => {
    assert.deepEqual(classify(MIT), ['MIT']);
    assert.deepEqual(classify(BSD_2), ['BSD-2-Clause']);
    assert.deepEqual(classify(BSD_3), ['BSD-3-Clause']);
    assert.deepEqual(classify(ISC), ['ISC']);
    assert.deepEqual(classify(APACHE_2), ['Apache-2.0']);
  });

  test('ignores copyright holders, line ends, case, punctuation and headings', () => {
    const owners = 'Copyright 2001 One\nPortions copyright (C) 2002-2024, Two, Inc.\n© Three\n';
    const oneLine = MIT.replaceAll('\n', ' ').replaceAll('"', '“');
    assert.deepEqual(classify(`${owners}All rights reserved.\n${MIT}`), ['MIT']);
    assert.deepEqual(classify(oneLine.toUpperCase()), ['MIT']);
    assert.deepEqual(classify(MIT.replaceAll('\n', '\r\n')), ['MIT']);
    assert.deepEqual(classify(BSD_3.replaceAll(/^(?=\w)/gm, ' * ')), ['BSD-3-Clause']);
    assert.deepEqual(classify(BSD_3.replace('1. ', '(a) ').replace('2. ', '- ')), ['BSD-3-Clause']);
  });

  test('repeated names do not turn a license into one that lacks some of its words', () => {
    for (const holder of ['Keith Packard', 'Software in the Public Interest, Inc.']) {
      assert.deepEqual(classify(createSellableLicense(holder)), ['HPND-sell-variant'], holder);
    }
  });

  test('an added or a missing condition makes a different license', () => {
    const json = MIT.replace(
      'THE SOFTWARE IS PROVIDED',
      'The Software shall be used for Good, not Evil.\n\nTHE SOFTWARE IS PROVIDED',
    );
    assert.deepEqual(classify(json), ['JSON']);
    const withoutNotice = ISC.replace(/, provided that[^.]*/, '');
    assert.deepEqual(classify(withoutNotice), ['0BSD']);
  });

  test('lists each license of a file once, in the order of the text', () => {
    const text = `${BSD_3}\n-----\n${MIT}\n-----\n${ISC}\n-----\n${MIT}`;
    assert.deepEqual(classify(text), ['BSD-3-Clause', 'MIT', 'ISC']);
    assert.deepEqual(classify(`${APACHE_2}\n${MIT}`), ['Apache-2.0', 'MIT']);
  });

  test('reports the range of a license in the text', () => {
    const before = 'Some words of introduction that are no part of it at all.\n';
    const [license] = classifyText(`${before}${BSD_2}`);
    const text = `${before}${BSD_2}`.slice(license?.start, license?.end);
    assert.match(text, /^Redistribution and use/);
    assert.match(text, /OF SUCH DAMAGE$/);
  });

  test('reuses the result for the same words with the places of the other text', () => {
    const later = `${'Copyright 2001 One\n'.repeat(3)}${MIT}`;
    const findStart = (text: string): number | undefined => readLicenses(text).licenses[0]?.start;
    const first = findStart(MIT) ?? 0;
    assert.equal(findStart(later), first + later.length - MIT.length);
    assert.equal(findStart(MIT), first);
    assert.deepEqual(readLicenses(later), readLicenses(later));
  });

  test('reads license, version and permission for later versions from GNU notices', () => {
    const later = 'or (at your option) any later version';
    const general = 'GNU General Public License';
    const lesser = 'GNU Lesser General Public License';
    const cases: [string, string, string][] = [
      [general, `either version 2 of the License, ${later}`, 'GPL-2.0-or-later'],
      [general, `version 2 of the License`, 'GPL-2.0-only'],
      [general, `either version 3 of the License, ${later}`, 'GPL-3.0-or-later'],
      [lesser, `either version 2.1 of the License, ${later}`, 'LGPL-2.1-or-later'],
      ['GNU Library General Public License', `version 2 of the License`, 'LGPL-2.0-only'],
      ['GNU Affero General Public License', `version 3, ${later}`, 'AGPL-3.0-or-later'],
    ];
    for (const [license, version, id] of cases) {
      assert.deepEqual(classify(createGnuNotice(license, version)), [id]);
    }
  });

  test('a version that was never published is not a license', () => {
    assert.deepEqual(
      classify(createGnuNotice('GNU Affero General Public License', 'version 2')),
      [],
    );
  });

  test('an exception belongs to the license before it', () => {
    const exception = `As a special exception, the copyright holders of this library give you
permission to link this library with independent modules to produce an executable, regardless of
the license terms of these independent modules, and to copy and distribute the resulting
executable under terms of your choice, provided that you also meet, for each linked independent
module, the terms and conditions of the license of that module. An independent module is a module
which is not derived from or based on this library. If you modify this library, you may extend
this exception to your version of the library, but you are not obligated to do so. If you do not
wish to do so, delete this exception statement from your version.

Linking this library statically or dynamically with other modules is making a combined work based
on this library. Thus, the terms and conditions of the GNU General Public License cover the whole
combination.`;
    const [linking = '', first = ''] = exception
      .split('\n\n')
      .reverse()
      .map((part) => part);
    const notice = createGnuNotice('GNU General Public License', 'version 2 of the License');
    const all = classify(`${notice}\n${linking}\n\n${first}`);
    assert.deepEqual(all, ['GPL-2.0-only WITH Classpath-exception-2.0']);
  });

  test('a text is not a license if licenses cover less than three quarters of it', () => {
    const words = 'The quick brown fox jumps over the lazy dog and goes on board again. ';
    assert.deepEqual(classify(`${MIT}\n${words.repeat(10)}`), []);
    const { licenses, coverage } = readLicenses(`${MIT}\n${words.repeat(10)}`);
    assert.deepEqual(
      licenses.map(({ expression }) => expression),
      ['MIT'],
    );
    assert.ok(coverage > 0.4 && coverage < 0.75, `coverage ${coverage}`);
    assert.deepEqual(classify(''), []);
    assert.deepEqual(classify(words), []);
  });

  test('every name in the index is an SPDX identifier', () => {
    const { signatureCount, getSignature: signatureAt } = getSignatureIndex();
    const signatures = Array.from({ length: signatureCount }, (_, number) => signatureAt(number));
    assert.ok(signatures.length > 700);
    const unknown = signatures.filter(
      ({ id, kind }) => kind !== 'exception' && toSpdxExpression(id) !== id,
    );
    assert.deepEqual(
      unknown.map(({ id }) => id),
      [],
    );
  });

  test('hostile texts take no longer than long ones', () => {
    const line = BSD_3.split('\n').slice(0, 8).join(' ');
    for (const text of [
      line.repeat(2_000),
      'copyright '.repeat(100_000),
      '('.repeat(1_000_000),
      'the above copyright notice, this list of conditions and '.repeat(15_000),
    ]) {
      const cpu = process.cpuUsage();
      readLicenses(text);
      const { user } = process.cpuUsage(cpu);
      assert.ok(user < 4_000_000, `${user} microseconds for ${text.slice(0, 20)}`);
    }
  });
});
