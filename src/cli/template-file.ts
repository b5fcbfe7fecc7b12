import { UserError } from '../foundation/core/error.ts';
import type { Limits } from '../foundation/core/limits.ts';
import { readNamedFile } from '../image/source/named-file.ts';
import type { Output } from './output.ts';

/**
 * Checks before a long run that a template is given if an output takes one, and only then.
 *
 * @throws UserError `E_TEMPLATE` or `E_USAGE`
 */
export function checkTemplate(
  outputs: readonly Output[],
  path: string | undefined,
  limits: Limits,
): void {
  const isTaken = outputs.some(({ format }) => format.takesTemplate);
  if (isTaken && path === undefined) {
    throw new UserError('E_TEMPLATE', '-o template requires a template', {
      hint: 'name its file with -t FILE; see "Templates" in docs/formats.md',
    });
  }
  if (isTaken && path !== undefined) {
    readTemplate(path, limits);
  }
}

/** @throws UserError `E_TEMPLATE` if the file cannot be read or is too long */
export function readTemplate(path: string, limits: Limits): string {
  const maxBytes = limits.templateBytesMax;
  const content = readNamedFile(path, {
    maxBytes,
    createUnreadableError: (cause) =>
      new UserError('E_TEMPLATE', `could not read the template "${path}"`, {
        hint: 'check the path and its permissions',
        cause,
      }),
    createTooLongError: () =>
      new UserError('E_TEMPLATE', `the template "${path}" is larger than ${maxBytes} bytes`, {
        hint: 'raise the limit with --limit templateBytesMax=BYTES',
      }),
  });
  return content.toString('utf8');
}
