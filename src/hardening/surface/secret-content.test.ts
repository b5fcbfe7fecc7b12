import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { suite, test } from 'node:test';
import { Budget } from '../../foundation/core/budget.ts';
import { toBytes } from '../../foundation/core/bytes.ts';
import { DEFAULT_LIMITS } from '../../foundation/core/limits.ts';
import { type SecretContent, secretContent } from './secret-content.ts';

function findKinds(
  content: string | Uint8Array,
  { path = '/srv/key.pem', role = 'named', sizeBytes = 0 } = {},
): SecretContent | undefined {
  const bytes = Buffer.from(content);
  return secretContent.extract({
    path,
    role,
    sizeBytes: Math.max(sizeBytes, bytes.length),
    mode: 0o600,
    content: toBytes(bytes),
    limits: DEFAULT_LIMITS,
    budget: new Budget(DEFAULT_LIMITS),
  }).fact;
}

const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
const OPEN = privateKey.export({ type: 'pkcs8', format: 'pem' });
const LOCK = { cipher: 'aes-256-cbc', passphrase: 'test' } as const;
const LOCKED = privateKey.export({ type: 'pkcs8', format: 'pem', ...LOCK });
const OLD_LOCKED = privateKey.export({ type: 'sec1', format: 'pem', ...LOCK });
const PUBLIC = publicKey.export({ type: 'spki', format: 'pem' });

/** Creates the start of an OpenSSH key (PROTOCOL.key): the magic, then the name of the cipher. */
function openSsh(cipher: string): string {
  const name = Buffer.alloc(4);
  name.writeUInt32BE(cipher.length);
  const body = Buffer.concat([
    Buffer.from('openssh-key-v1\0'),
    name,
    Buffer.from(cipher),
    Buffer.alloc(64),
  ]);
  const label = 'OPENSSH PRIVATE KEY';
  return `-----BEGIN ${label}-----\n${body.toString('base64')}\n-----END ${label}-----\n`;
}

// Joined here, so that scanners do not take this file for a leaked token.
const GITHUB = ['ghp', 'zQWBuTSOoRi4A9spHcVY5ncnsDkxkJ0mLq17'].join('_');
const AWS_ID = ['AKIA', 'QRSTUVWX234567AB'].join('');
const AWS = `aws_access_key_id = ${AWS_ID}\naws_secret_access_key = ${'aB3/'.repeat(10)}\n`;
const login = Buffer.from('me:secret-of-mine').toString('base64');

const FOUND: readonly (readonly [name: string, content: string, kinds: readonly string[]])[] = [
  ['a key', OPEN, ['private key']],
  ['a key behind other text', `settings\n${OPEN}`, ['private key']],
  ['a key with a passphrase', LOCKED, ['private key with a passphrase']],
  ['a key with a passphrase in a header', OLD_LOCKED, ['private key with a passphrase']],
  ['a key of OpenSSH', openSsh('none'), ['private key']],
  ['a locked key of OpenSSH', openSsh('aes256-ctr'), ['private key with a passphrase']],
  ['keys of a cloud', AWS, ['cloud credentials']],
  [
    'a service account',
    JSON.stringify({ type: 'service_account', private_key: OPEN }).replace(':', ': '),
    ['private key', 'cloud credentials'],
  ],
  ['a token with a right sum', `TOKEN ${GITHUB}`, ['access token']],
  ['a login of Docker', `{"auths":{"r.example":{"auth":"${login}"}}}`, ['registry login']],
  ['a login of npm', '//r.example/:_authToken=0123456789abcdef\n', ['registry login']],
  ['a netrc', 'machine r.example login me password Tr0ub4dor\n', ['registry login']],
  ['a kept address', 'https://me:Tr0ub4dor@git.example/x\n', ['registry login']],
];

suite('secrets by content', () => {
  for (const [name, content, kinds] of FOUND) {
    test(`${name} is found, but not reported itself`, () => {
      const found = findKinds(content);
      assert.deepEqual(found, kinds);
    });
  }

  test('variables are secrets by their name, unless the value is a placeholder', () => {
    const findSettingKinds = (text: string): unknown => findKinds(text, { path: '/srv/.env' });
    assert.deepEqual(findSettingKinds('DB_PASSWORD=Tr0ub4dor\n'), ['settings with secrets']);
    for (const open of [
      'DB_PASSWORD=\n',
      'DB_PASSWORD=changeme\n',
      'API_TOKEN=<your token>\n',
      'DB_PASSWORD=${OTHER}\n',
      'PASSWORD_FILE=/run/secrets/x\n',
      'PORT=12345678\n',
    ]) {
      assert.deepEqual(findSettingKinds(open), [], open);
    }
  });

  for (const [name, content] of [
    ['a public key', PUBLIC],
    ['an empty file', ''],
    ['a key that was cut off', OPEN.slice(0, 60)],
    ['a key whose content is none', OPEN.replace(/\n[^-]+\n/, '\nAAAA\n')],
    ['a token with a wrong sum', GITHUB.replace(/.$/, '8')],
    ['a token to be filled in', `npm_${'x'.repeat(36)}`],
    ['the key that documents show', `AKIAIOSFODNN7EXAMPLE ${'aB3/'.repeat(10)}`],
  ] as const) {
    test(`${name} is not a secret`, () => {
      assert.deepEqual(findKinds(content), []);
    });
  }

  test('reports nothing for a file that was not read completely, or is not text', () => {
    assert.equal(findKinds(PUBLIC, { sizeBytes: 1_000_000 }), undefined);
    assert.equal(findKinds(Uint8Array.of(1, 0, 2)), undefined);
    assert.equal(findKinds(PUBLIC, { role: 'settings' }), undefined);
  });

  test('key stores are recognized by their first bytes', () => {
    assert.deepEqual(findKinds(Buffer.from('feedfeed00000002', 'hex')), ['key store']);
    assert.deepEqual(findKinds(Buffer.from('30820a1f020103', 'hex')), ['key store']);
  });

  test('public certificates and test data of third parties are skipped', () => {
    assert.equal(findKinds(OPEN, { path: '/usr/share/doc/x/key.pem' }), undefined);
    const path = '/srv/node_modules/x/test/key.txt';
    assert.equal(findKinds(OPEN, { path, role: 'key' }), undefined);
  });

  test('a hostile text takes linear time', () => {
    const texts = [
      '-----BEGIN PRIVATE KEY-----\n'.repeat(8_000),
      `machine ${' '.repeat(200_000)}`,
      `${'a'.repeat(200_000)}:_authToken=`,
      'https://a:'.repeat(25_000),
      `"type"${' '.repeat(200_000)}`,
    ];
    const before = process.cpuUsage();
    for (const text of texts) {
      findKinds(text, { path: '/srv/.env' });
    }
    const { user, system } = process.cpuUsage(before);
    assert.ok(user + system < 4_000_000, `${(user + system) / 1_000} ms`);
  });
});
