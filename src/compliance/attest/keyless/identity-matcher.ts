import type * as Re2 from 're2js';
import { UserError } from '../../../foundation/core/error.ts';
import { loadPackage } from '../../../foundation/syntax/load-package.ts';

const CHARS_MAX = 1_024;
const ANCHOR_HINT =
  'write the identity exactly, or a pattern from start to end, such as "/^https://github\\.com/acme/.+$/"';
/** Characters of patterns that no identity of a certificate has. */
const PATTERN_CHARACTER = /[*\\^$|]/;

/**
 * Creates a test for the identity in a certificate: it must be equal to a text, or match a pattern
 * (RE2) from its start to its end. A pattern without anchors would accept an identity that only
 * contains the wanted one, so it is an error.
 *
 * @throws UserError `E_USAGE`
 */
export function createIdentityMatcher(written: string): (identity: string) => boolean {
  if (written === '' || written.length > CHARS_MAX) {
    throw createIdentityError(written, 'is empty or too long');
  }
  const source = /^\/(?<source>.+)\/$/s.exec(written)?.groups?.['source'];
  const isPattern = source !== undefined || written.startsWith('^');
  if (!isPattern) {
    if (PATTERN_CHARACTER.test(written)) {
      throw createIdentityError(written, 'is a pattern without anchors');
    }
    return (identity) => identity === written;
  }
  const pattern = source ?? written;
  if (!pattern.startsWith('^') || !/(?<!\\)(?:\\\\)*\$$/.test(pattern)) {
    throw createIdentityError(written, 'is a pattern without anchors');
  }
  return compileWhole(pattern, written);
}

/** The whole identity must match, so that an alternative or a flag cannot undo the anchors. */
function compileWhole(pattern: string, written: string): (identity: string) => boolean {
  const { RE2JS } = loadPackage('re2js') as typeof Re2;
  try {
    const compiled = RE2JS.compile(pattern);
    return (identity) => identity.length <= CHARS_MAX && compiled.matches(identity);
  } catch (cause) {
    throw createIdentityError(written, 'is not a valid pattern', cause);
  }
}

function createIdentityError(written: string, problem: string, cause?: unknown): UserError {
  return new UserError('E_USAGE', `--identity: "${written}" ${problem}`, {
    hint: ANCHOR_HINT,
    cause,
  });
}
