import fs from 'node:fs';
import path from 'node:path';
import { UserError } from '../../core/error.ts';
import { makeDirectory } from '../../core/make-directory.ts';
import { type KeyList, type KeySet, parseKeySet, signKeySet } from './key-list.ts';
import type { SignedDocument } from './signed-document.ts';
import {
  createSigningKey,
  formatPrivateKey,
  formatPublicKey,
  parseSigningKey,
  type SigningKey,
} from './signing-key.ts';
import { parseKeyList } from './trust.ts';

/**
 * A publisher's directory of keys: the private key, the public key for clients, and the key list,
 * which links each key to its predecessor.
 */
export interface KeyDirectory {
  readonly signer: SigningKey;
  readonly keys: KeyList;
  readonly keySet: KeySet;
}

export const PRIVATE_KEY_FILE = 'private.pem';
export const PUBLIC_KEY_FILE = 'public.pem';
const KEY_LIST_FILE = 'keys.json';

/**
 * Creates a key pair in a directory, which must not have one.
 *
 * @throws UserError `E_OUTPUT`
 */
export function createKeyDirectory(folder: string): KeyDirectory {
  const taken = [PRIVATE_KEY_FILE, PUBLIC_KEY_FILE, KEY_LIST_FILE].find((name) =>
    fs.existsSync(path.join(folder, name)),
  );
  if (taken !== undefined) {
    throw new UserError('E_OUTPUT', `"${path.join(folder, taken)}" exists already`, {
      hint: 'use another directory, or replace the key with "plimsoll db keys rotate DIR"',
    });
  }
  const signer = createSigningKey();
  const keySet = { version: 1, threshold: 1, keys: [signer] };
  return writeKeys(folder, { signer, keys: [signKeySet(keySet, [signer])], keySet });
}

/**
 * Replaces the key of a directory. The old key signs the new key set, so that clients which trust
 * it follow; it is kept under another name until the publisher removes it.
 *
 * @throws UserError `E_USAGE` if the directory has no usable key, `E_OUTPUT`
 */
export function rotateKeyDirectory(folder: string): KeyDirectory {
  const file = path.join(folder, PRIVATE_KEY_FILE);
  const old = readSigningKeys([file]);
  const [replaced] = old.signers;
  if (replaced === undefined || old.keySet.threshold > 1) {
    throw new UserError('E_USAGE', `"${file}" alone cannot sign new keys`);
  }
  const signer = createSigningKey();
  const keySet = { version: old.keySet.version + 1, threshold: 1, keys: [signer] };
  const keys = [...old.keys, signKeySet(keySet, [replaced, signer])];
  writeFile(folder, `private-${old.keySet.version}.pem`, formatPrivateKey(replaced));
  return writeKeys(folder, { signer, keys, keySet });
}

/** The keys that sign a publication. */
export interface PublisherKeys {
  readonly signers: readonly SigningKey[];
  readonly keys: KeyList;
  readonly keySet: KeySet;
}

/**
 * Reads private keys, and the key list beside the first one. A key without a list is its own.
 *
 * @throws UserError `E_USAGE` if a file is not a private key, or the keys cannot sign an index
 */
export function readSigningKeys(files: readonly string[]): PublisherKeys {
  const signers = files.map(readSigningKey);
  const [file] = files;
  const [first] = signers;
  if (file === undefined || first === undefined) {
    throw new UserError('E_USAGE', 'publishing a database needs a private key', {
      hint: 'create one with "plimsoll db keys create DIR", and name it with --key DIR/private.pem',
    });
  }
  const listFile = path.join(path.dirname(file), KEY_LIST_FILE);
  const keys = fs.existsSync(listFile)
    ? readKeyListFile(listFile)
    : [signKeySet({ version: 1, threshold: signers.length, keys: signers }, signers)];
  const keySet = parseLast(keys, listFile);
  const known = signers.filter(({ id }) => keySet.keys.some((key) => key.id === id));
  if (known.length !== signers.length || known.length < keySet.threshold) {
    throw new UserError(
      'E_USAGE',
      `--key: the keys cannot sign for the last keys of "${listFile}"`,
      {
        hint: 'name the private key of the newest key set, as often as its threshold needs',
      },
    );
  }
  return { signers, keys, keySet };
}

function readSigningKey(file: string): SigningKey {
  let pem: string;
  try {
    pem = fs.readFileSync(file, 'utf8');
  } catch (cause) {
    throw new UserError('E_USAGE', `--key: could not read "${file}"`, { cause });
  }
  const key = parseSigningKey(pem);
  if (key === undefined) {
    throw new UserError('E_USAGE', `--key: "${file}" is not an Ed25519 private key`, {
      hint: 'create one with "plimsoll db keys create DIR"',
    });
  }
  return key;
}

function readKeyListFile(file: string): KeyList {
  const list = parseKeyList(fs.readFileSync(file, 'utf8'));
  if (list === undefined) {
    throw new UserError('E_USAGE', `"${file}" is not a key list`);
  }
  return list;
}

function parseLast(keys: readonly SignedDocument[], file: string): KeySet {
  const last = keys.at(-1);
  if (last === undefined) {
    throw new UserError('E_USAGE', `"${file}" has no keys`);
  }
  return parseKeySet(last);
}

/** The list is written last: one that names a key whose private part is lost could not be used. */
function writeKeys(folder: string, directory: KeyDirectory): KeyDirectory {
  const { signer, keys } = directory;
  writeFile(folder, PRIVATE_KEY_FILE, formatPrivateKey(signer));
  writeFile(folder, PUBLIC_KEY_FILE, formatPublicKey(signer));
  writeFile(folder, KEY_LIST_FILE, `${JSON.stringify({ keys }, undefined, 2)}\n`);
  return directory;
}

/** Replaces a file. A private key is readable by its owner only, from its first byte on. */
function writeFile(folder: string, name: string, text: string): void {
  const file = path.join(folder, name);
  const part = `${file}.part`;
  try {
    makeDirectory(folder, (each) => fs.mkdirSync(each, { mode: 0o700 }));
    fs.rmSync(part, { force: true });
    fs.writeFileSync(part, text, { mode: name.startsWith('private') ? 0o600 : 0o644, flag: 'wx' });
    fs.renameSync(part, file);
  } catch (cause) {
    throw new UserError('E_OUTPUT', `could not write "${file}"`, { cause });
  }
}
