import { UserError } from '../foundation/core/error.ts';
import { readNamedFile } from '../image/source/named-file.ts';
import { KEY_BYTES } from '../server/store/text-seal.ts';

const FILE_BYTES_MAX = 4_096;
const HEXADECIMAL = /^[0-9a-f]{64}$/i;
const BASE64 = /^[A-Za-z0-9+/]{43}=$/;
const HINT = 'create one: openssl rand -base64 32 > secrets.key';

/**
 * Reads the key that encrypts the secrets of subscriptions.
 *
 * @throws UserError `E_SECRETS_KEY`
 */
export function readSecretsKey(file: string): Uint8Array {
  const content = readNamedFile(file, {
    maxBytes: FILE_BYTES_MAX,
    createUnreadableError: (cause) =>
      new UserError('E_SECRETS_KEY', `could not read the key "${file}"`, { hint: HINT, cause }),
    createTooLongError: () =>
      new UserError('E_SECRETS_KEY', `"${file}" is not a key: it is too large`, { hint: HINT }),
  });
  const text = content.toString('latin1').trim();
  const isHexadecimal = HEXADECIMAL.test(text);
  if (!isHexadecimal && !BASE64.test(text)) {
    const expected = `expected ${KEY_BYTES} bytes in Base64 or in hexadecimal digits`;
    throw new UserError('E_SECRETS_KEY', `"${file}" is not a key: ${expected}`, { hint: HINT });
  }
  // A copy, because the decoded bytes may be part of a buffer that has other content.
  return Uint8Array.from(Buffer.from(text, isHexadecimal ? 'hex' : 'base64'));
}
