import { createHash, randomBytes } from 'node:crypto';

const SECRET_BYTES = 32;
/** Scanners of leaked secrets find it. */
const PREFIX = 'plimsoll_';

/** Creates the secret of a token or session: 256 random bits after a prefix. */
export function createToken(): string {
  return `${PREFIX}${randomBytes(SECRET_BYTES).toString('base64url')}`;
}

/** Returns the digest by which secrets are stored. They are random, so it needs no salt. */
export function digestToken(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}
