import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { toBytes } from '../../core/bytes.ts';
import { DEFAULT_LIMITS } from '../../core/limits.ts';
import { classifyFile, concludeLicenses, isLicenseFile } from './license-file.ts';
import { ISC, MIT } from './license-text.fixture.ts';

const toContent = (text: string) => toBytes(Buffer.from(text));
const OTHER = 'You may use this on Sundays only.\n';

suite('a file with license terms', () => {
  test('has its licenses, or the digest of an unknown text', () => {
    assert.deepEqual(classifyFile(toContent(`${MIT}\n${ISC}`), DEFAULT_LIMITS), [
      { value: 'MIT', expression: 'MIT' },
      { value: 'ISC', expression: 'ISC' },
    ]);
    const [other] = classifyFile(toContent(OTHER), DEFAULT_LIMITS);
    assert.match(other?.value ?? '', /^sha256:[0-9a-f]{64}$/);
    assert.equal(other?.expression, '');
  });

  test('includes texts only if a limit permits it, each license with its own part', () => {
    const unknown = { ...DEFAULT_LIMITS, unknownLicenseTextBytesMax: 1_000 };
    assert.equal(classifyFile(toContent(OTHER), unknown)[0]?.contents, OTHER);
    assert.equal(classifyFile(toContent(MIT), unknown)[0]?.contents, undefined);
    const all = { ...unknown, knownLicenseTextBytesMax: 10_000 };
    const [mit, isc] = classifyFile(toContent(`${MIT}\n${ISC}`), all);
    assert.match(
      mit?.contents ?? '',
      /Permission is hereby granted[^]*DEALINGS IN\nTHE SOFTWARE\.$/,
    );
    assert.match(isc?.contents ?? '', /^Permission to use[^]*PERFORMANCE OF THIS SOFTWARE\.$/);
    const few = { ...all, knownLicenseTextBytesMax: 100 };
    assert.equal(classifyFile(toContent(MIT), few)[0]?.contents, undefined);
  });

  test('yields concluded licenses at its location', () => {
    const place = { path: '/a/LICENSE', accessPath: '/a/LICENSE' };
    assert.deepEqual(concludeLicenses([{ value: 'MIT', expression: 'MIT' }], [place]), [
      { value: 'MIT', expression: 'MIT', kind: 'concluded', urls: [], locations: [place] },
    ]);
  });

  test('is recognized by its name', () => {
    for (const name of ['LICENSE', 'Licence.md', 'COPYING.LESSER', 'MIT-LICENSE', 'UNLICENSE']) {
      assert.equal(isLicenseFile(name), true, name);
    }
    for (const name of ['AUTHORS', 'NOTICE', 'relicense.py', 'README']) {
      assert.equal(isLicenseFile(name), false, name);
    }
  });
});
