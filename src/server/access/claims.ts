import { digestToken } from './secret.ts';

/* The claims of an identity provider have texts of its users, who may choose some of them. */

/** Names go into decisions, logs and pages: visible ASCII only, so that no two look the same. */
const SAFE_NAME = /^[\x21-\x7e]{1,200}$/;
const EMAIL = /^[^@]+@[^@]+$/;
const GROUPS_MAX = 2_000;

/**
 * Returns the name of a person: the email address if the provider has verified it, and else the
 * subject, which nobody can choose or change. Names that people choose are not used.
 */
export function createClaimName(claims: Readonly<Record<string, unknown>>): string {
  const { email, email_verified: isVerified, sub } = claims;
  if (isVerified === true && typeof email === 'string' && SAFE_NAME.test(email)) {
    const address = email.toLowerCase();
    if (EMAIL.test(address)) {
      return address;
    }
  }
  const subject = typeof sub === 'string' ? sub : '';
  // A subject never looks like an address, a token or the local user.
  return SAFE_NAME.test(subject) && !subject.includes('@')
    ? `subject:${subject}`
    : `subject:${digestToken(subject)}`;
}

/** Returns the groups of a claim: a list of texts, or one text. */
export function listClaimGroups(claim: unknown): ReadonlySet<string> {
  const all: readonly unknown[] = Array.isArray(claim) ? claim : [claim];
  return new Set(all.slice(0, GROUPS_MAX).filter((group) => typeof group === 'string'));
}
