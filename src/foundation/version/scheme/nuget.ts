import type { Scheme } from '../../core/scheme.ts';
import { comparePaddedDigitLists } from '../digits.ts';
import {
  comparePartsAsIntegers,
  comparePreReleases,
  parseSemantic,
  type SemanticShape,
  type SemanticVersion,
} from '../semantic.ts';

/** 32 bits, like `int.TryParse`. */
const compareLabels = comparePartsAsIntegers(32);
/** Four numbers; only the first is required. */
const SHAPE: SemanticShape = { coreMin: 1, coreMax: 4, allowsLeadingZeros: true };

export const nuget: Scheme<SemanticVersion> = {
  id: 'nuget',
  aliases: ['dotnet'],
  title: 'NuGet',
  spec: 'NuGet documentation, "Package versioning", "Normalized version numbers"',
  oracle: 'NuGet.Versioning.VersionComparer.VersionRelease of the package NuGet.Versioning',
  // Pre-release labels are compared without regard to case.
  parse: (text) => parseSemantic(text.trim().toLowerCase(), SHAPE),
  compare: (left, right) =>
    comparePaddedDigitLists(left.core, right.core) ||
    comparePreReleases(left.preRelease, right.preRelease, compareLabels),
};
