import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { parseCopyrightLicenses } from './debian-copyright.ts';

const FORMAT =
  'Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\nUpstream-Name: x\n';

suite('licenses of a Debian copyright file', () => {
  const cases: readonly (readonly [title: string, text: string, names: readonly string[]])[] = [
    ['names of fields', 'Files: *\nLicense: GPL-2+\n\nFiles: a\nLicense: MIT\n', ['GPL-2+', 'MIT']],
    ['names that are listed', 'License: GPL-2+ or MIT\n', ['GPL-2+', 'MIT']],
    ['nothing of an indented field', ' License: GPL-2+\n', []],
    ['nothing of a field that says none', 'License: none\n', []],
    [
      'texts that are common to many packages',
      ' see /usr/share/common-licenses/GPL-2, or "/usr/share/common-licenses/Apache-2.0".\n',
      ['GPL-2'],
    ],
    [
      'a name and a common text in one line',
      'License: X in /usr/share/common-licenses/BSD\n',
      ['BSD', 'X'],
    ],
    [
      'agreements by their heading',
      '  LICENSE AGREEMENT FOR PYTHON 2\n  the license agreement holds\n  License Agreement or not\n',
      ['LICENSE AGREEMENT FOR PYTHON 2'],
    ],
  ];
  for (const [title, text, names] of cases) {
    test(title, () => {
      assert.deepEqual(parseCopyrightLicenses(FORMAT + text), names);
      assert.deepEqual(parseCopyrightLicenses(`\n \n${FORMAT}${text}`), names, 'after empty lines');
    });
  }

  test('a file without a format is only known by its text', () => {
    assert.deepEqual(parseCopyrightLicenses('License: GPL-2+\n'), []);
    assert.deepEqual(parseCopyrightLicenses(`by hand\n${FORMAT}License: GPL-2+\n`), []);
    assert.deepEqual(parseCopyrightLicenses(`  ${FORMAT}License: GPL-2+\n`), []);
  });
});
