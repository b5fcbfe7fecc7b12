import assert from 'node:assert/strict';
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { test } from 'node:test';
import { DEFAULT_LIMITS } from '../../foundation/core/limits.ts';
import {
  compareProgram,
  digestTree,
  formatProgramStatement,
  type ProgramFiles,
  readProgramManifest,
} from './program-manifest.ts';
import { signStatement } from './sign-envelope.ts';
import { formatStatement } from './statement.ts';

const OURS = generateKeyPairSync('ed25519');
const OTHER = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const [A, B] = ['a'.repeat(64), 'b'.repeat(64)];

const PROGRAM: ProgramFiles = {
  files: new Map([
    ['dist/cli.js', A],
    ['package.json', B],
  ]),
  packages: new Map([['yaml@2.9.1', A]]),
};

function sign(statement: string, key: KeyObject = OURS.privateKey): Buffer {
  return Buffer.from(JSON.stringify(signStatement(statement, key)));
}

function read(content: Buffer, keys: readonly KeyObject[] = [OURS.publicKey]) {
  return readProgramManifest(content, keys, DEFAULT_LIMITS);
}

test('a signed manifest is read with its signature, by any of the keys', () => {
  const statement = formatProgramStatement(PROGRAM, 'plimsoll@1.0.0');
  for (const [content, state] of [
    [sign(statement), 'verified'],
    [sign(statement, OTHER.privateKey), 'refused'],
    [Buffer.from(statement), 'none'],
  ] as const) {
    const manifest = read(content);
    assert.equal(manifest?.signature, state);
    assert.deepEqual(manifest?.files, PROGRAM.files);
    assert.deepEqual(manifest?.packages, PROGRAM.packages);
  }
  const both = [OURS.publicKey, OTHER.publicKey];
  assert.equal(read(sign(statement, OTHER.privateKey), both)?.signature, 'verified');
});

test('a changed manifest is refused, and another statement is not a manifest', () => {
  const content = sign(formatProgramStatement(PROGRAM, 'plimsoll@1.0.0'));
  const envelope = JSON.parse(content.toString()) as { payload: string };
  const payload = Buffer.from(envelope.payload, 'base64').toString().replace(A, B);
  const changed = { ...envelope, payload: Buffer.from(payload).toString('base64') };
  assert.equal(read(Buffer.from(JSON.stringify(changed)))?.signature, 'refused');
  const other = { kind: 'sbom', name: 'x', digest: `sha256:${A}`, predicate: {} } as const;
  assert.equal(read(sign(formatStatement(other))), undefined);
  assert.equal(read(Buffer.from('{}')), undefined);
  const line = content.toString();
  assert.equal(read(Buffer.from(`${line}\n${line}\n`)), undefined, 'two statements');
});

test('a manifest with a file that has no digest is invalid, so that each file is compared', () => {
  for (const digest of ['', 'A'.repeat(64), 'a'.repeat(63)]) {
    const program = { ...PROGRAM, files: new Map([['dist/cli.js', digest]]) };
    assert.equal(read(sign(formatProgramStatement(program, 'x'))), undefined, digest);
  }
});

test('lists changed, missing and added files and packages', () => {
  assert.deepEqual(compareProgram(PROGRAM, PROGRAM), []);
  const present: ProgramFiles = {
    files: new Map([
      ['dist/cli.js', B],
      ['dist/evil.js', A],
    ]),
    packages: new Map([['yaml@2.9.2', A]]),
  };
  assert.deepEqual(
    compareProgram(PROGRAM, present).map(({ name, kind }) => `${kind} ${name}`),
    [
      'changed dist/cli.js',
      'added dist/evil.js',
      'missing package.json',
      'missing yaml@2.9.1',
      'added yaml@2.9.2',
    ],
  );
});

test('the digest of a tree depends on names and contents, not on their order', () => {
  const tree = digestTree(
    new Map([
      ['a', A],
      ['b', B],
    ]),
  );
  assert.equal(
    digestTree(
      new Map([
        ['b', B],
        ['a', A],
      ]),
    ),
    tree,
  );
  assert.notEqual(
    digestTree(
      new Map([
        ['a', B],
        ['b', A],
      ]),
    ),
    tree,
  );
  assert.notEqual(digestTree(new Map([['a', A]])), tree);
});
