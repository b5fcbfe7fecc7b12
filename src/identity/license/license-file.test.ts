import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { toBytes } from '../../core/bytes.ts';
import { DEFAULT_LIMITS } from '../../core/limits.ts';
import { classifyFile, concludeLicenses, isLicenseFile } from './license-file.ts';
import { ISC, MIT } from './license-text.fixture.ts';

const content = (text: string) => toBytes(Buffer.from(text));
const OTHER = 'You may use this on Sundays only.\n';

suite('a file with licence terms', () => {
  test('is what it is made up of, or known by its digest', () => {
    assert.deepEqual(classifyFile(content(`${MIT}\n${ISC}`), DEFAULT_LIMITS), [
      { value: 'MIT', expression: 'MIT' },
      { value: 'ISC', expression: 'ISC' },
    ]);
    const [other] = classifyFile(content(OTHER), DEFAULT_LIMITS);
    assert.match(other?.value ?? '', /^sha256:[0-9a-f]{64}$/);
    assert.equal(other?.expression, '');
  });

  test('gives its texts only where a limit asks for them, each licence its own part', () => {
    const unknown = { ...DEFAULT_LIMITS, unknownLicenseTextBytesMax: 1_000 };
    assert.equal(classifyFile(content(OTHER), unknown)[0]?.contents, OTHER);
    assert.equal(classifyFile(content(MIT), unknown)[0]?.contents, undefined);
    const all = { ...unknown, knownLicenseTextBytesMax: 10_000 };
    const [mit, isc] = classifyFile(content(`${MIT}\n${ISC}`), all);
    assert.match(
      mit?.contents ?? '',
      /Permission is hereby granted[^]*DEALINGS IN\nTHE SOFTWARE\.$/,
    );
    assert.match(isc?.contents ?? '', /^Permission to use[^]*PERFORMANCE OF THIS SOFTWARE\.$/);
    const few = { ...all, knownLicenseTextBytesMax: 100 };
    assert.equal(classifyFile(content(MIT), few)[0]?.contents, undefined);
  });

  test('is concluded from, at its place', () => {
    const place = { path: '/a/LICENSE', accessPath: '/a/LICENSE' };
    assert.deepEqual(concludeLicenses([{ value: 'MIT', expression: 'MIT' }], [place]), [
      { value: 'MIT', expression: 'MIT', kind: 'concluded', urls: [], locations: [place] },
    ]);
  });

  test('is told by its name', () => {
    for (const name of ['LICENSE', 'Licence.md', 'COPYING.LESSER', 'MIT-LICENSE', 'UNLICENSE']) {
      assert.equal(isLicenseFile(name), true, name);
    }
    for (const name of ['AUTHORS', 'NOTICE', 'relicense.py', 'README']) {
      assert.equal(isLicenseFile(name), false, name);
    }
  });
});
