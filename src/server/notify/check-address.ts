import { UserError } from '../../core/error.ts';

/**
 * Checks the address of a receiver, without repeating it: it may be a secret.
 *
 * @throws UserError `E_USAGE`
 */
export function parseHttpAddress(text: string, expected: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !['http:', 'https:'].includes(url.protocol) || url.username !== '') {
    throw new UserError('E_USAGE', 'the address of the subscription cannot be used', {
      hint: `name ${expected}`,
    });
  }
  return url.href;
}
