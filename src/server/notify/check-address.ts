import { UserError } from '../../foundation/core/error.ts';

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

/** Returns the host of an address whose path is a secret. */
export function hidePath(text: string): string {
  return `${new URL(text).origin}/…`;
}

/** Refuses a secret for a channel that does not use one. @throws UserError `E_USAGE` */
export function refuseSecret(secret: string | undefined, channel: string): void {
  if (secret !== undefined) {
    throw new UserError('E_USAGE', `the channel "${channel}" does not use a secret`, {
      hint: 'add the subscription without one',
    });
  }
}

/** Returns the secret of a channel that needs one. @throws UserError `E_USAGE` */
export function requireSecret(secret: string | undefined, expected: string): string {
  if (secret === undefined) {
    throw new UserError('E_USAGE', `the subscription needs ${expected}`, {
      hint: 'plimsoll serve notify add reads it from the variable PLIMSOLL_NOTIFY_SECRET',
    });
  }
  return secret;
}
