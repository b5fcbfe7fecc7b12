import type { ChannelTarget } from './channel-contract.ts';
import type { Attempt } from './guarded-request.ts';

const HIDDEN = '[hidden]';
/** Shorter texts occur by chance, and cannot be secrets. */
const SECRET_CHARS_MIN = 8;

/** Removes the secrets of a subscription from an attempt, which everybody may read. */
export function hideSecrets(
  attempt: Attempt,
  { url, secrets }: ChannelTarget,
  password = '',
): Attempt {
  const { pathname, search } = URL.canParse(url) ? new URL(url) : { pathname: '', search: '' };
  const parts = [...secrets, password].flatMap((secret) => [secret, ...secret.split(':')]);
  const encoded = secrets.map((secret) => Buffer.from(secret).toString('base64'));
  const hidden = [...parts, ...encoded, ...pathname.split('/'), search]
    .filter((part) => part.length >= SECRET_CHARS_MIN)
    .sort((left, right) => right.length - left.length);
  const hide = (text: string): string =>
    hidden.reduce((all, secret) => all.replaceAll(secret, HIDDEN), text);
  return { ...attempt, head: hide(attempt.head), error: hide(attempt.error) };
}
