import { UserError } from '../../foundation/core/error.ts';
import type { Limits } from '../../foundation/core/limits.ts';
import { readNamedFile } from './named-file.ts';

/**
 * Returns the bytes of a file with rules that the user named.
 *
 * @throws UserError `E_CONFIG` if it cannot be read, or is longer than `yamlFileBytesMax`
 */
export function readRuleFile(file: string, limits: Limits): Uint8Array {
  const maxBytes = limits.yamlFileBytesMax;
  return readNamedFile(file, {
    maxBytes,
    createUnreadableError: (cause) =>
      new UserError('E_CONFIG', `could not read "${file}"`, {
        hint: 'check the path and its permissions',
        cause,
      }),
    createTooLongError: () =>
      new UserError(
        'E_CONFIG',
        `"${file}" is larger than the ${maxBytes} bytes of the limit yamlFileBytesMax`,
      ),
  });
}
