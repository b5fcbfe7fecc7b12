import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { DEFAULT_LIMITS } from '../../core/limits.ts';
import { parseDeb822 } from './deb822.ts';
import { parseCopyrightLicenses } from './debian-copyright.ts';

function parse(text: string, limits = DEFAULT_LIMITS) {
  const { stanzas, problems } = parseDeb822(text, limits);
  return {
    stanzas: stanzas.map(({ line, fields }) => [line, Object.fromEntries(fields)]),
    problems: problems.map(({ code, line }) => `${code}:${line}`),
  };
}

describe('parseDeb822', () => {
  it('reads stanzas with folded values, with any line ends', () => {
    const expected = {
      stanzas: [
        [2, { package: 'a', conffiles: '\n /etc/a 123\n /etc/b 456' }],
        [7, { package: 'b', 'installed-size': '10' }],
      ],
      problems: [],
    };
    const text =
      '\nPackage: a\nConffiles:\n /etc/a 123\n\t/etc/b 456\n\nPackage:b\nInstalled-Size: 10';
    assert.deepEqual(parse(text), expected);
    assert.deepEqual(parse(text.replaceAll('\n', '\r\n')), expected);
  });

  it('loses only the malformed line', () => {
    assert.deepEqual(parse(' early\nPackage: a\nnonsense\n more\nVersion: 1\nPackage: b\n x\n'), {
      stanzas: [[1, { package: 'a', version: '1' }]],
      problems: ['P_MALFORMED:1', 'P_MALFORMED:3', 'P_MALFORMED:4', 'P_MALFORMED:6'],
    });
  });

  it('skips a stanza that is too long, and those beyond the count', () => {
    const text = `Package: a\nX: ${'x'.repeat(100)}\n\nPackage: b\n\nPackage: c\n`;
    assert.deepEqual(parse(text, { ...DEFAULT_LIMITS, recordBytesMax: 50, recordsMax: 1 }), {
      stanzas: [[4, { package: 'b' }]],
      problems: ['P_LIMIT:1', 'P_LIMIT:6'],
    });
  });

  it('records many errors only up to the limit of listed problems', () => {
    const limits = { ...DEFAULT_LIMITS, problemsMax: 3 };
    assert.equal(parse('nonsense\n'.repeat(1_000), limits).problems.length, 4);
  });

  it('computes equal digests for equal stanzas only', () => {
    const text = 'Package: a\n\nPackage: a\n\nPackage: a\nX: 1\n';
    const digests = parseDeb822(text, DEFAULT_LIMITS).stanzas.map(({ digest }) => digest);
    assert.equal(digests[0], digests[1]);
    assert.notEqual(digests[0], digests[2]);
  });
});

describe('parseCopyrightLicenses', () => {
  const FORMAT = 'Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\n';

  it('reads short names and common licenses of a machine-readable file', () => {
    const text = `\n${FORMAT}Files: *\nLicense: GPL-2+ with exception\n On Debian see\n
 /usr/share/common-licenses/GPL-2.\nLicense: none\nLicense: Expat\n\nLicense: GPL-2+\n
   LICENSE AGREEMENT FOR TOOL 2.0
   LICENSE AGREEMENT FOR THIS and THAT\n`;
    assert.deepEqual(parseCopyrightLicenses(text), [
      'Expat',
      'GPL-2',
      'GPL-2+',
      'LICENSE AGREEMENT FOR TOOL 2.0',
    ]);
  });

  it('reads each of several names on one line, but not sentences', () => {
    const parseNames = (synopsis: string) =>
      parseCopyrightLicenses(`${FORMAT}Files: *\nLicense: ${synopsis}\n`);
    assert.deepEqual(parseNames('GPL-2+ or MIT'), ['GPL-2+', 'MIT']);
    assert.deepEqual(parseNames('REGCOMP, and GPL-1+ or Artistic'), [
      'Artistic',
      'GPL-1+',
      'REGCOMP',
    ]);
    assert.deepEqual(parseNames('GPL-2+ with OpenSSL exception and Zlib'), ['GPL-2+', 'Zlib']);
    assert.deepEqual(parseNames(' CC0-1.0'), ['CC0-1.0']);
    assert.deepEqual(parseNames('other or see the file and ask'), ['other']);
  });

  it('reads nothing in a file that is not declared machine-readable', () => {
    assert.deepEqual(parseCopyrightLicenses(`Packaged by me.\n${FORMAT}License: MIT\n`), []);
    assert.deepEqual(parseCopyrightLicenses(''), []);
  });
});
