import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { catalogFiles } from '../../../../test/support/flat-view.ts';
import { terraformLock } from './terraform-lock.ts';

const read = (text: string): ReturnType<typeof catalogFiles> =>
  catalogFiles(terraformLock, { '/.terraform.lock.hcl': text });

suite('.terraform.lock.hcl', () => {
  test('lists providers with their hashes', () => {
    const { packages, problems } = read(
      'provider "example.org/acme/aws" {\n  version = "5.72.1"\n  hashes = [\n    "h1:jh",\n  ]\n}\nprovider "x" {\n}',
    );
    assert.deepEqual(
      packages.map(({ name, version, metadata }) => [name, version, metadata?.value]),
      [
        [
          'example.org/acme/aws',
          '5.72.1',
          { url: 'example.org/acme/aws', constraints: '', version: '5.72.1', hashes: ['h1:jh'] },
        ],
      ],
    );
    assert.deepEqual(problems, ['P_RECORD /.terraform.lock.hcl:']);
  });

  test('that is truncated or nested is malformed; an empty one has no providers', () => {
    for (const text of ['provider "x" {', '{'.repeat(99_999)]) {
      assert.deepEqual(read(text).problems, ['P_MALFORMED /.terraform.lock.hcl:']);
    }
    assert.deepEqual(read('').packages, []);
  });
});
