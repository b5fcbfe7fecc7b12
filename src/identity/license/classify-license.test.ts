import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { suite, test } from 'node:test';
import { classifyText, readLicenses } from './classify-license.ts';
import { getSignatureIndex } from './license-signature.ts';
import { BSD_2, BSD_3, gnuNotice, ISC, MIT, sellable } from './license-text.fixture.ts';
import { toSpdxExpression } from './spdx-expression.ts';

const APACHE_2 = readFileSync(new URL('../../../LICENSE', import.meta.url), 'utf8');

function found(text: string): string[] {
  return classifyText(text).map(({ expression }) => expression);
}

suite('licences by their text', () => {
  test('texts as projects write them are recognised', () => {
    assert.deepEqual(found(MIT), ['MIT']);
    assert.deepEqual(found(BSD_2), ['BSD-2-Clause']);
    assert.deepEqual(found(BSD_3), ['BSD-3-Clause']);
    assert.deepEqual(found(ISC), ['ISC']);
    assert.deepEqual(found(APACHE_2), ['Apache-2.0']);
  });

  test('owners, line ends, case, marks and headings make no difference', () => {
    const owners = 'Copyright 2001 One\nPortions copyright (C) 2002-2024, Two, Inc.\n© Three\n';
    const oneLine = MIT.replaceAll('\n', ' ').replaceAll('"', '“');
    assert.deepEqual(found(`${owners}All rights reserved.\n${MIT}`), ['MIT']);
    assert.deepEqual(found(oneLine.toUpperCase()), ['MIT']);
    assert.deepEqual(found(MIT.replaceAll('\n', '\r\n')), ['MIT']);
    assert.deepEqual(found(BSD_3.replaceAll(/^(?=\w)/gm, ' * ')), ['BSD-3-Clause']);
    assert.deepEqual(found(BSD_3.replace('1. ', '(a) ').replace('2. ', '- ')), ['BSD-3-Clause']);
  });

  test('names that a licence repeats make no other one of it that lacks some of its words', () => {
    for (const holder of ['Keith Packard', 'Software in the Public Interest, Inc.']) {
      assert.deepEqual(found(sellable(holder)), ['HPND-sell-variant'], holder);
    }
  });

  test('an added or a missing condition is another licence', () => {
    const json = MIT.replace(
      'THE SOFTWARE IS PROVIDED',
      'The Software shall be used for Good, not Evil.\n\nTHE SOFTWARE IS PROVIDED',
    );
    assert.deepEqual(found(json), ['JSON']);
    const withoutNotice = ISC.replace(/, provided that[^.]*/, '');
    assert.deepEqual(found(withoutNotice), ['0BSD']);
  });

  test('each licence of a file is named once, in the order of the text', () => {
    const text = `${BSD_3}\n-----\n${MIT}\n-----\n${ISC}\n-----\n${MIT}`;
    assert.deepEqual(found(text), ['BSD-3-Clause', 'MIT', 'ISC']);
    assert.deepEqual(found(`${APACHE_2}\n${MIT}`), ['Apache-2.0', 'MIT']);
  });

  test('where a licence lies in the text is told', () => {
    const before = 'Some words of introduction that are no part of it at all.\n';
    const [license] = classifyText(`${before}${BSD_2}`);
    const text = `${before}${BSD_2}`.slice(license?.start, license?.end);
    assert.match(text, /^Redistribution and use/);
    assert.match(text, /OF SUCH DAMAGE$/);
  });

  test('what was read of the same words counts for another text at its own places', () => {
    const later = `${'Copyright 2001 One\n'.repeat(3)}${MIT}`;
    const startOf = (text: string): number | undefined => readLicenses(text).licenses[0]?.start;
    const first = startOf(MIT) ?? 0;
    assert.equal(startOf(later), first + later.length - MIT.length);
    assert.equal(startOf(MIT), first);
    assert.deepEqual(readLicenses(later), readLicenses(later));
  });

  test('notices of GNU licences tell licence, version and whether later ones will do', () => {
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
      assert.deepEqual(found(gnuNotice(license, version)), [id]);
    }
  });

  test('a version that was never published is no licence', () => {
    assert.deepEqual(found(gnuNotice('GNU Affero General Public License', 'version 2')), []);
  });

  test('an exception belongs to the licence before it', () => {
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
    const notice = gnuNotice('GNU General Public License', 'version 2 of the License');
    const all = found(`${notice}\n${linking}\n\n${first}`);
    assert.deepEqual(all, ['GPL-2.0-only WITH Classpath-exception-2.0']);
  });

  test('a text of which licences cover less than three quarters is none', () => {
    const words = 'The quick brown fox jumps over the lazy dog and goes on board again. ';
    assert.deepEqual(found(`${MIT}\n${words.repeat(10)}`), []);
    const { licenses, coverage } = readLicenses(`${MIT}\n${words.repeat(10)}`);
    assert.deepEqual(
      licenses.map(({ expression }) => expression),
      ['MIT'],
    );
    assert.ok(coverage > 0.4 && coverage < 0.75, `coverage ${coverage}`);
    assert.deepEqual(found(''), []);
    assert.deepEqual(found(words), []);
  });

  test('every name that can be found is an SPDX identifier', () => {
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
