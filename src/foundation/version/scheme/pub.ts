import type { Scheme } from '../../core/scheme.ts';
import { compareNumbers } from '../digits.ts';
import {
  comparePreReleases,
  compareSemantic,
  parseSemantic,
  type SemanticShape,
  type SemanticVersion,
} from '../semantic.ts';

/** A semantic version with a significant build. */
export interface PubVersion extends SemanticVersion {
  readonly build: readonly string[];
}

/** Prefix of repository tags. */
const PREFIX = /^v(?=[0-9])/;
/** Advisories also contain bounds such as `2.0`; absent numbers are 0. */
const SHAPE: SemanticShape = { coreMin: 1, coreMax: 3, allowsLeadingZeros: true };

export const pub: Scheme<PubVersion> = {
  id: 'pub',
  aliases: ['dart', 'dart-pub'],
  title: 'Pub, the package manager of Dart',
  spec: 'pub_semver, "Semantics", Version.compareTo',
  oracle: 'Version.compareTo of the package pub_semver',
  parse,
  compare: (left, right) => compareSemantic(left, right) || compareBuilds(left.build, right.build),
};

function parse(text: string): PubVersion | undefined {
  const trimmed = text.trim().replace(PREFIX, '');
  const version = parseSemantic(trimmed, SHAPE);
  const plus = trimmed.indexOf('+');
  return version && { ...version, build: plus < 0 ? [] : trimmed.slice(plus + 1).split('.') };
}

/** A build comes after the release without one; builds are compared like pre-releases. */
function compareBuilds(left: readonly string[], right: readonly string[]): -1 | 0 | 1 {
  return left.length === 0 || right.length === 0
    ? compareNumbers(left.length, right.length)
    : comparePreReleases(left, right);
}
