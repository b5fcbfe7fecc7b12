import { UserError } from '../../foundation/core/error.ts';

/**
 * Creates the error of every source that would open a connection. `what` completes the message,
 * such as `the image x is in …`.
 */
export function createOfflineError(what: string): UserError {
  return new UserError('E_OFFLINE', `network access is disabled (--offline): ${what}`, {
    hint: 'leave out --offline, or save the image to a file and scan that',
  });
}
