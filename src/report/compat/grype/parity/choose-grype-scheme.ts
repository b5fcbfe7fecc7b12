import type { MatchedPackage } from '../../../../vulnerability/match/matcher.ts';
import { GUESSED_BY_GRYPE, RUNTIMES_IN_GRYPE } from './choose-grype-scheme.data.ts';

/**
 * Returns the name of the scheme by which Grype compares the versions of a package; `undefined` if
 * it guesses.
 */
export function chooseGrypeScheme({ matcher, package: item }: MatchedPackage): string | undefined {
  if (GUESSED_BY_GRYPE.has(matcher.id) || item.type === 'jenkins-plugin') {
    return undefined;
  }
  if (matcher.detectScheme === undefined) {
    return matcher.id === 'pacman' ? 'rpm' : matcher.scheme;
  }
  const isRuntime =
    matcher.detectScheme(item) === 'jvm' ||
    (item.type === 'binary' && RUNTIMES_IN_GRYPE.has(item.name));
  return isRuntime ? 'jvm' : undefined;
}
