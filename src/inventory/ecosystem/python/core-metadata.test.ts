import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Budget } from '../../../foundation/core/budget.ts';
import { DEFAULT_LIMITS } from '../../../foundation/core/limits.ts';
import { parseCoreMetadata } from './core-metadata.ts';

const read = (text: string) => parseCoreMetadata(text, new Budget(DEFAULT_LIMITS));

const REQUESTS = `Metadata-Version: 2.1
Name: requests
Version: 2.20.0
Summary: Python HTTP for Humans.
Home-page: http://python-requests.org
Author: Kenneth Reitz
Author-email: me@kennethreitz.org
License: Apache 2.0
Platform: UNKNOWN
Requires-Dist: chardet (<3.1.0,>=3.0.2)
Requires-Dist: pyOpenSSL (>=0.14) ; extra == 'security'
Provides-Extra: security
Requires-Python: >=2.7, !=3.0.*

Name: of the description
`;

describe('core metadata', () => {
  it('reads the header and ignores the description', () => {
    assert.deepEqual(read(REQUESTS), {
      name: 'requests',
      version: '2.20.0',
      author: 'Kenneth Reitz',
      authorEmail: 'me@kennethreitz.org',
      platform: 'UNKNOWN',
      requiresPython: '>=2.7, !=3.0.*',
      license: 'Apache 2.0',
      licenseExpression: '',
      requiresDist: ['chardet (<3.1.0,>=3.0.2)', "pyOpenSSL (>=0.14) ; extra == 'security'"],
      providesExtra: ['security'],
    });
  });

  it('joins the lines of one field and uses the last of repeated fields', () => {
    const { license, platform } = read(
      '\r\nLicense: first\r\n\tsecond\r\n        third\r\nPlatform: any\r\nPlatform: linux',
    );
    assert.equal(license, 'first\n second\n third');
    assert.equal(platform, 'linux');
  });

  it('accepts content that is not metadata', () => {
    assert.equal(read(' goes on\nno field\n: nameless\n\u0000\ufffd').name, '');
    assert.equal(read('').name, '');
    const long = read(`Name: a\nDescription: b\n${' x\n'.repeat(200_000)}Version: 1\n`);
    assert.equal(long.version, '1');
  });
});
