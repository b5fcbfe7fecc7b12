import { createCipheriv, createDecipheriv, hash, randomBytes } from 'node:crypto';
import { UserError } from '../../foundation/core/error.ts';

export const KEY_BYTES = 32;

const CIPHER = 'aes-256-gcm';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const KEY_ID_CHARS = 16;
/** Other texts of the store are JSON, which never begins like this. */
const SEALED = /^sealed:([0-9a-f]{16}):([\w-]+)$/;

/**
 * Encrypts texts in the store: AES-256 in Galois/Counter Mode, NIST SP 800-38D. Each text has an
 * owner, so that it cannot be moved to another row.
 */
export class TextSeal {
  readonly #key: Uint8Array;
  /** Part of the digest of the key. */
  readonly keyId: string;

  constructor(key: Uint8Array) {
    this.#key = key;
    const content = Buffer.concat([Buffer.from('plimsoll\0'), key]);
    this.keyId = hash('sha256', content).slice(0, KEY_ID_CHARS);
  }

  seal(text: string, owner: string): string {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv(CIPHER, this.#key, nonce).setAAD(Buffer.from(owner));
    const parts = [nonce, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()];
    return `sealed:${this.keyId}:${Buffer.concat(parts).toString('base64url')}`;
  }

  /** Returns the text; `undefined` if it has another key or owner, or was altered. */
  open(sealed: string, owner: string): string | undefined {
    const [, id, content = ''] = SEALED.exec(sealed) ?? [];
    if (id !== this.keyId) {
      return undefined;
    }
    const bytes = Buffer.from(content, 'base64url');
    try {
      const cipher = createDecipheriv(CIPHER, this.#key, bytes.subarray(0, NONCE_BYTES), {
        authTagLength: TAG_BYTES,
      });
      cipher.setAAD(Buffer.from(owner)).setAuthTag(bytes.subarray(-TAG_BYTES));
      const text = cipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES));
      return Buffer.concat([text, cipher.final()]).toString();
    } catch {
      return undefined;
    }
  }
}

/** Returns the ID of the key of a text; `undefined` if it is not encrypted. */
export function readKeyId(text: string): string | undefined {
  return SEALED.exec(text)?.[1];
}

/**
 * Explains why a text cannot be opened: it needs another key, or was altered.
 *
 * @param subject names the text, in the plural
 */
export function explainUnreadable(
  subject: string,
  text: string,
  { ownKeyId, hint }: { readonly ownKeyId: string | undefined; readonly hint: string },
): UserError {
  const id = readKeyId(text);
  if (id === undefined || id === ownKeyId) {
    return new UserError('E_SECRETS_KEY', `${subject} were altered`, { hint });
  }
  const own = ownKeyId === undefined ? 'there is none' : `this one is ${ownKeyId}`;
  return new UserError('E_SECRETS_KEY', `${subject} need the key ${id}, and ${own}`, {
    hint: 'name the file with the key: --secrets-key FILE',
  });
}
