import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { it } from 'node:test';
import { isLicenseFile, licenseIdOfText } from './license-text.ts';

const APACHE = readFileSync(join(import.meta.dirname, '../../../LICENSE'), 'utf8');

it('knows the Apache License word by word, however it is set', () => {
  assert.equal(licenseIdOfText(APACHE), 'Apache-2.0');
  assert.equal(licenseIdOfText(APACHE.replace(/\s+/g, ' ').toUpperCase()), 'Apache-2.0');
});

it('does not know it where a word differs, or where it is a small part', () => {
  assert.equal(licenseIdOfText(APACHE.replace('irrevocable', 'revocable')), undefined);
  assert.equal(licenseIdOfText(APACHE + 'another licence '.repeat(1_000)), undefined);
  assert.equal(licenseIdOfText(''), undefined);
});

it('knows files of licences by their names', () => {
  const names = ['LICENSE.txt', 'Licence', 'NOTICE', 'AL2.0', 'License.class', 'readme', 'AL2.0x'];
  assert.deepEqual(names.filter(isLicenseFile), ['LICENSE.txt', 'Licence', 'NOTICE', 'AL2.0']);
});
