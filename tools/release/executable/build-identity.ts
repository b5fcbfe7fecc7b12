import { getAsset } from 'node:sea';

/** Replaces `src/cli/build-identity.ts` in the executable, whose code has no modules with names. */
export function buildIdentity(): string {
  return getAsset('identity', 'utf8');
}
