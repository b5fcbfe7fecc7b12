import { UserError } from '../../core/error.ts';
import { isPathGlobMatch, parsePathGlob } from './path-glob.ts';

/**
 * Creates a test for excluded paths. As in Syft, each pattern begins with `./` for the root of the
 * target, or with a star; in an image also with `/`, which in a directory might be mistaken for the
 * root of this machine.
 *
 * @throws UserError `E_USAGE`
 */
export function parseExclusions(
  patterns: readonly string[],
  kind: 'image' | 'directory',
): (path: string) => boolean {
  const beginnings = kind === 'image' ? ['./', '*/', '**/', '/'] : ['./', '*/', '**/'];
  for (const pattern of patterns) {
    if (!beginnings.some((beginning) => pattern.startsWith(beginning))) {
      throw new UserError('E_USAGE', `invalid pattern "${pattern}" for --exclude`, {
        hint: `start the pattern with ${beginnings.join(' or ')}`,
      });
    }
  }
  const globs = patterns.map(parsePathGlob);
  return (path) => globs.some((glob) => isPathGlobMatch(glob, path));
}
