import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { bytesOf } from '../../core/bytes.ts';
import { DEFAULT_LIMITS } from '../../core/limits.ts';
import { concludedLicenses, isLicenseFile, licensesOfFile } from './license-file.ts';
import { ISC, MIT } from './license-text.fixture.ts';

const content = (text: string) => bytesOf(Buffer.from(text));
const OTHER = 'You may use this on Sundays only.\n';

suite('a file with licence terms', () => {
  test('is what it is made up of, or known by its digest', () => {
    assert.deepEqual(licensesOfFile(content(`${MIT}\n${ISC}`), DEFAULT_LIMITS), [
      { value: 'MIT', expression: 'MIT' },
      { value: 'ISC', expression: 'ISC' },
    ]);
    const [other] = licensesOfFile(content(OTHER), DEFAULT_LIMITS);
    assert.match(other?.value ?? '', /^sha256:[0-9a-f]{64}$/);
    assert.equal(other?.expression, '');
  });

  test('gives its texts only where a limit asks for them, each licence its own part', () => {
    const unknown = { ...DEFAULT_LIMITS, unknownLicenseTextBytesMax: 1_000 };
    assert.equal(licensesOfFile(content(OTHER), unknown)[0]?.contents, OTHER);
    assert.equal(licensesOfFile(content(MIT), unknown)[0]?.contents, undefined);
    const all = { ...unknown, knownLicenseTextBytesMax: 10_000 };
    const [mit, isc] = licensesOfFile(content(`${MIT}\n${ISC}`), all);
    assert.match(
      mit?.contents ?? '',
      /Permission is hereby granted[^]*DEALINGS IN\nTHE SOFTWARE\.$/,
    );
    assert.match(isc?.contents ?? '', /^Permission to use[^]*PERFORMANCE OF THIS SOFTWARE\.$/);
    const few = { ...all, knownLicenseTextBytesMax: 100 };
    assert.equal(licensesOfFile(content(MIT), few)[0]?.contents, undefined);
  });

  test('is concluded from, at its place', () => {
    const place = { path: '/a/LICENSE', accessPath: '/a/LICENSE' };
    assert.deepEqual(concludedLicenses([{ value: 'MIT', expression: 'MIT' }], [place]), [
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
