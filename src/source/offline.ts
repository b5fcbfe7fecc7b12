import { UserError } from '../core/error.ts';

/**
 * The refusal of every source that would open a connection. `what` is a sentence's rest, as
 * `the image x is in …`.
 */
export function createOfflineError(what: string): UserError {
  return new UserError('E_OFFLINE', `network access is disabled (--offline): ${what}`, {
    hint: 'leave out --offline, or save the image to a file and scan that',
  });
}
