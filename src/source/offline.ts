import { UserError } from '../core/error.ts';

/**
 * The refusal of every source that would open a connection. `what` is a sentence's rest, as
 * `the image x is in …`.
 */
export function offline(what: string): UserError {
  return new UserError('E_OFFLINE', `${what}, and no connection may be opened`, {
    hint: 'leave out --offline, or save the image to a file where there is a network and name that',
  });
}
