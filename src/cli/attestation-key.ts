import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { canSign } from '../compliance/attest/sign-envelope.ts';
import { UserError } from '../foundation/core/error.ts';
import { readNamedFile } from '../image/source/named-file.ts';

const KEY_BYTES_MAX = 64 * 1_024;

/**
 * Reads the private key that signs a statement.
 *
 * @throws UserError `E_USAGE` if the file does not contain a private key that can sign
 */
export function readSigningKey(files: readonly string[]): KeyObject {
  const [file, second] = files;
  if (file === undefined || second !== undefined) {
    throw new UserError('E_USAGE', 'one private key is required to sign', {
      hint: 'add --key FILE; "openssl genpkey -algorithm ed25519 -out release.pem" creates one',
    });
  }
  const createKeyError = (cause?: unknown): UserError =>
    new UserError('E_USAGE', `--key: "${file}" does not contain a private key that can sign`, {
      hint: 'use an unencrypted ECDSA (P-256, P-384, P-521) or Ed25519 key in PEM',
      cause,
    });
  const key = parseKey(
    readKeyFile(file, '--key', createKeyError),
    createPrivateKey,
    createKeyError,
  );
  if (!canSign(key)) {
    throw createKeyError();
  }
  return key;
}

/**
 * Reads the public keys that verify statements. Private keys are rejected, because they do not
 * belong on a machine that only verifies.
 *
 * @throws UserError `E_USAGE` if a file does not contain a public key
 */
export function readVerifyingKeys(files: readonly string[], flag = '--key'): readonly KeyObject[] {
  if (files.length === 0) {
    throw new UserError('E_USAGE', 'a public key is required to verify', {
      hint: 'add --key FILE; "openssl pkey -in release.pem -pubout" prints the public key of a private key',
    });
  }
  return files.map((file) => {
    const createKeyError = (cause?: unknown): UserError =>
      new UserError('E_USAGE', `${flag}: "${file}" does not contain a public key`, {
        hint: 'use a PEM file, such as the cosign.pub that "cosign generate-key-pair" writes',
        cause,
      });
    const content = readKeyFile(file, flag, createKeyError);
    if (content.includes('PRIVATE KEY')) {
      throw createKeyError();
    }
    return parseKey(content, createPublicKey, createKeyError);
  });
}

function readKeyFile(
  file: string,
  flag: string,
  createKeyError: (cause?: unknown) => UserError,
): Buffer {
  return readNamedFile(file, {
    maxBytes: KEY_BYTES_MAX,
    createUnreadableError: (cause) =>
      new UserError('E_USAGE', `${flag}: could not read "${file}"`, {
        hint: 'name a file with a key in PEM that you may read',
        cause,
      }),
    createTooLongError: createKeyError,
  });
}

function parseKey(
  content: Buffer,
  parse: (content: Buffer) => KeyObject,
  createKeyError: (cause?: unknown) => UserError,
): KeyObject {
  try {
    return parse(content);
  } catch (cause) {
    throw createKeyError(cause);
  }
}
