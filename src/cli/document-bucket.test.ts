import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readDocumentBucket } from './document-bucket.ts';

const ACCESS = { AWS_ACCESS_KEY_ID: 'key', AWS_SECRET_ACCESS_KEY: 'secret' };

function readBucket(
  documents: string | undefined,
  environment: Readonly<Record<string, string>> = {},
) {
  return readDocumentBucket({ documents, sample: false }, { ...ACCESS, ...environment });
}

test('the bucket, its prefix and its access are read', () => {
  assert.equal(readBucket(undefined), undefined);
  const region = { AWS_REGION: 'eu-central-1' };
  const usual = readBucket('s3://plimsoll-documents/production/eu/', {
    ...region,
    AWS_SESSION_TOKEN: 'session',
    HTTPS_PROXY: 'http://proxy:3128',
    OTHER: 'not passed on',
  });
  assert.ok(usual);
  const { proxyEnvironment, ...rest } = usual;
  assert.deepEqual(rest, {
    name: 'plimsoll-documents',
    prefix: 'production/eu/',
    region: 'eu-central-1',
    accessKeyId: 'key',
    secretAccessKey: 'secret',
    sessionToken: 'session',
  });
  assert.equal(proxyEnvironment['HTTPS_PROXY'], 'http://proxy:3128');
  assert.ok(!('OTHER' in proxyEnvironment));
  assert.equal(
    readBucket('s3://documents', { AWS_DEFAULT_REGION: 'us-west-2' })?.region,
    'us-west-2',
  );
  const own = readBucket('s3://documents', { AWS_ENDPOINT_URL: 'http://127.0.0.1:9000' });
  assert.deepEqual(
    [own?.prefix, own?.region, own?.endpoint],
    ['', 'us-east-1', 'http://127.0.0.1:9000/'],
  );
  const both = { AWS_ENDPOINT_URL: 'http://all', AWS_ENDPOINT_URL_S3: 'https://storage.example' };
  assert.equal(readBucket('s3://documents', both)?.endpoint, 'https://storage.example/');
});

test('other places, and names that a URL would change, are rejected', () => {
  for (const place of [
    './documents',
    'https://bucket.example/documents',
    's3://',
    's3://UPPER',
    's3://documents/../other',
    's3://documents/./other',
    's3://documents//other',
    's3://documents/a?b',
    's3://documents/%2e%2e/other',
    's3://user@documents',
    's3://documents\n',
  ]) {
    assert.throws(() => readBucket(place, { AWS_REGION: 'us-east-1' }), { code: 'E_USAGE' }, place);
  }
});

test('missing access is named, and no message contains a secret', () => {
  const values = { documents: 's3://documents', sample: false };
  assert.throws(() => readDocumentBucket(values, {}), /AWS_ACCESS_KEY_ID/);
  assert.throws(
    () => readDocumentBucket(values, { AWS_ACCESS_KEY_ID: 'key', AWS_SECRET_ACCESS_KEY: '' }),
    /AWS_SECRET_ACCESS_KEY/,
  );
  assert.throws(() => readBucket('s3://documents'), /region/);
  assert.throws(() => readBucket('s3://documents', { AWS_REGION: 'a/b' }), /region/);
  for (const address of ['storage.example', 'ftp://storage.example', 'http://storage.example/?a']) {
    assert.throws(
      () => readBucket('s3://documents', { AWS_ENDPOINT_URL: address }),
      /invalid address/,
    );
  }
  assert.throws(
    () => readBucket('s3://documents', { AWS_ENDPOINT_URL: 'https://user:hidden@storage.example' }),
    (error: Error) => !error.message.includes('hidden'),
  );
  assert.throws(() => readDocumentBucket({ ...values, sample: true }, ACCESS), /--sample/);
});
