import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { isSecretName, MASK, maskSecrets } from './secret-name.ts';

suite('names of secrets', () => {
  test('are recognized in every spelling', () => {
    for (const name of [
      'DB_PASSWORD',
      'passwd',
      'PassPhrase',
      'AWS_SECRET_ACCESS_KEY',
      'AWS_ACCESS_KEY_ID',
      'api-key',
      'api.key',
      'apiKey',
      'APIKEY',
      'npm_config__authToken',
      'com.example.token',
      'SSH_KEY',
      'MYSQL_PASS',
      'dbPass',
      'PGPASS',
      'DB_PWD',
      'dbPwd',
      'NPM_AUTH',
      'SENTRY_DSN',
      'ConnectionStrings__Default',
    ]) {
      assert.ok(isSecretName(name), name);
    }
  });

  test('are not found in ordinary names', () => {
    for (const name of [
      'PATH',
      'PWD',
      'OLDPWD',
      'HOME',
      'GPG_KEY',
      'KEYCLOAK_HOME',
      'COMPASS',
      'BYPASS',
      'AUTHOR',
      'org.opencontainers.image.authors',
      'AUTH_ENABLED',
      'Passport',
      'LD_LIBRARY_PATH',
    ]) {
      assert.ok(!isSecretName(name), name);
    }
  });
});

/** Texts with a secret, with their masked form. */
const MASKED: readonly (readonly [text: string, masked: string])[] = [
  ['TOKEN=hunter2 make', 'TOKEN=*** make'],
  [`export API_KEY='hunter2 x'; go`, 'export API_KEY=***; go'],
  ['PASSWORD="hunter2 \\" x" y', 'PASSWORD=*** y'],
  ['PASSWORD=hun"ter2 x"y z', 'PASSWORD=*** z'],
  ['PASSWORD="hunter2 never closed', 'PASSWORD=***'],
  ['"TOKEN=hunter2 x" y', '"TOKEN=***" y'],
  ['A="TOKEN=hunter2"', 'A="TOKEN=***"'],
  ['app --password hunter2 -v', 'app --password *** -v'],
  ['app --password=hunter2 -v', 'app --password=*** -v'],
  ['["app","--token","hunter2","-v"]', '["app","--token",***,"-v"]'],
  ['["app","--token=hunter2","-v"]', '["app","--token=***","-v"]'],
  ['{"apiKey": "hunter2", "b": 1}', '{"apiKey": ***, "b": 1}'],
  ['{"apiKey": 1234567, "b": 1}', '{"apiKey": ***, "b": 1}'],
  ['password: hunter2', 'password: ***'],
  [
    'aws configure set aws_secret_access_key hunter2 x',
    'aws configure set aws_secret_access_key *** x',
  ],
  ['curl -H "Authorization: Bearer hunter2" x', 'curl -H "Authorization: ***" x'],
  ['curl -H "x-api-key: hunter2" x', 'curl -H "x-api-key: ***" x'],
  ['Bearer hunter2', 'Bearer ***'],
  ['curl -u me:hunter2 x', 'curl -u me:*** x'],
  ['git clone https://me:hunter2@example.com/x', 'git clone https://***@example.com/x'],
  ['git clone https://hunter2@example.com/x', 'git clone https://***@example.com/x'],
  ['https://me:hun@ter2@example.com/x', 'https://***@example.com/x'],
  ['postgres://me:hunter2@db/x', 'postgres://***@db/x'],
  ['https://example.com/x?sig=hunter2&y=1', 'https://example.com/x?sig=***&y=1'],
  ['https://example.com/x?access_token=hunter2&y=1', 'https://example.com/x?access_token=***&y=1'],
  ['//example.com/:_authToken=hunter2', '//example.com/:_authToken=***'],
  [`x ghp_${'hunter2'.repeat(6)} y`, 'x *** y'],
  ['-----BEGIN RSA PRIVATE KEY-----\nhunter2\n-----END RSA PRIVATE KEY-----\nx', '***\nx'],
  [`${'--'.repeat(100)}token hunter2`, `${'--'.repeat(100)}token ***`],
  [`TOKEN${'X'.repeat(500)}=hunter2`, `TOKEN${'X'.repeat(500)}=***`],
];

suite('secrets in text', () => {
  for (const [text, masked] of MASKED) {
    test(`are masked: ${masked.slice(0, 60)}`, () => {
      assert.equal(maskSecrets(text), masked);
      assert.equal(maskSecrets(masked), masked);
      assert.ok(masked.includes(MASK));
    });
  }

  test('are not found in ordinary text', () => {
    for (const text of [
      '/bin/sh -c apt-get install -y gnome-token libsecret-1-0 nginx',
      'COPY file:abc in /etc/secrets',
      'docker://alpine:3.20@sha256:abc',
      'pkg:npm/%40scope/name@1.0',
      'docker run -u 1000:1000 x',
      'ssh://git@example.com/x',
      'PATH=/usr/bin:/bin',
      'set a password for the user',
    ]) {
      assert.equal(maskSecrets(text), text);
    }
  });

  test('are searched in linear time', () => {
    const before = process.cpuUsage();
    for (const piece of [
      'x',
      '-',
      'a.',
      ' a',
      'https://',
      'TOKEN="',
      'TOKEN=\\',
      'authorization:',
      'eyJaaaaaaaaaaa.',
      '-----BEGIN PRIVATE KEY',
      ' -u a',
    ]) {
      maskSecrets(piece.repeat(1_000_000 / piece.length));
    }
    const { user } = process.cpuUsage(before);
    assert.ok(user < 20_000_000, `${user} microseconds`);
  });
});
