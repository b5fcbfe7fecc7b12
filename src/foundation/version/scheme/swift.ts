import type { Scheme } from '../../core/scheme.ts';
import { comparePaddedDigitLists } from '../digits.ts';
import {
  comparePartsAsIntegers,
  comparePreReleases,
  parseSemantic,
  type SemanticShape,
  type SemanticVersion,
} from '../semantic.ts';

/** Swift parses an identifier as an `Int` if possible. */
const compareIdentifiers = comparePartsAsIntegers(64);
/** Possible prefix of repository tags. */
const PREFIX = /^v(?=[0-9])/;
/** Advisories also contain bounds such as `2.0`; absent numbers are 0. */
const SHAPE: SemanticShape = { coreMin: 1, coreMax: 3, allowsLeadingZeros: false };

export const swift: Scheme<SemanticVersion> = {
  id: 'swift',
  aliases: ['swifturl'],
  title: 'Swift Package Manager, by Semantic Versioning 2.0.0',
  spec: 'Swift Package Manager, "PackageDescription", Version; Semantic Versioning 2.0.0, section 11',
  oracle: 'Version of the Swift module PackageDescription',
  parse: (text) => parseSemantic(text.trim().replace(PREFIX, ''), SHAPE),
  compare: (left, right) =>
    comparePaddedDigitLists(left.core, right.core) ||
    comparePreReleases(left.preRelease, right.preRelease, compareIdentifiers),
};
