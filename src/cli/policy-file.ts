import { UserError } from '../core/error.ts';
import type { PolicyFile } from '../policy/load-policies.ts';
import { readNamedFile } from '../source/named-file.ts';

const POLICY_BYTES_MAX = 4 * 1024 * 1024;

/** @throws UserError `E_POLICY` if the file cannot be read or is too long */
export function readPolicyFile(name: string): PolicyFile {
  return { name, bytes: readPolicyBytes(name, 'the policy') };
}

/**
 * Returns the bytes of a file that belongs to a check.
 *
 * @param title its name in messages, such as `the policy`
 */
export function readPolicyBytes(name: string, title: string, maxBytes = POLICY_BYTES_MAX): Buffer {
  return readNamedFile(name, {
    maxBytes,
    createUnreadableError: (cause) =>
      new UserError('E_POLICY', `could not read ${title} "${name}"`, {
        hint: '"plimsoll policy show recommended" prints a policy to start with',
        cause,
      }),
    createTooLongError: () =>
      new UserError('E_POLICY', `"${name}" is too large: more than ${maxBytes} bytes`),
  });
}
