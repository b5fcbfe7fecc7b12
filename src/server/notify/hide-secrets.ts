import type { ChannelTarget } from './channel-contract.ts';
import type { Attempt } from './guarded-request.ts';

const HIDDEN = '[hidden]';
/** Shorter texts occur by chance, and cannot be secrets. */
const SECRET_CHARS_MIN = 8;

/**
 * Removes the secrets of a subscription from an attempt, which is shown to other users.
 *
 * @param secretUrl the address, if its path is a secret
 */
export function hideSecrets(
  attempt: Attempt,
  { secrets }: ChannelTarget,
  { secretUrl, password = '' }: { readonly secretUrl?: string; readonly password?: string },
): Attempt {
  const { pathname = '', search = '' } = secretUrl === undefined ? {} : new URL(secretUrl);
  const parts = [...secrets, password].flatMap((secret) => [secret, ...secret.split(':')]);
  const encoded = secrets.map((secret) => Buffer.from(secret).toString('base64'));
  const hidden = [...parts, ...encoded, ...pathname.split('/'), search]
    .filter((part) => part.length >= SECRET_CHARS_MIN)
    .sort((left, right) => right.length - left.length);
  const hide = (text: string): string =>
    hidden.reduce((all, secret) => all.replaceAll(secret, HIDDEN), text);
  return { ...attempt, head: hide(attempt.head), error: hide(attempt.error) };
}
