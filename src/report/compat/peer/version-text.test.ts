import assert from 'node:assert/strict';
import { test } from 'node:test';
import { VERSION } from '../../../foundation/core/package-version.ts';
import { GRYPE } from '../grype/grype-flags.data.ts';
import { readLine } from './peer-line.ts';
import { formatVersionInfo } from './version-text.ts';

const SCHEMA = { member: 'schemaOfData', title: 'Schema Of Data', version: 6 } as const;

function formatVersion(line: string): string {
  return formatVersionInfo(readLine(line.split(' '), GRYPE), GRYPE, SCHEMA);
}

test('the flag prints the version in one line', () => {
  assert.equal(formatVersion('--version'), `grype ${VERSION} (plimsoll)\n`);
});

test('the command prints more, with aligned values', () => {
  assert.deepEqual(formatVersion('version').split('\n'), [
    'Application:    grype (plimsoll)',
    `Version:        ${VERSION}`,
    `Platform:       ${process.platform}/${process.arch}`,
    'Schema Of Data: 6',
    '',
  ]);
});

test('the command prints the same as JSON', () => {
  assert.deepEqual(JSON.parse(formatVersion('version -o json')), {
    application: 'grype (plimsoll)',
    version: VERSION,
    platform: `${process.platform}/${process.arch}`,
    schemaOfData: 6,
  });
});
