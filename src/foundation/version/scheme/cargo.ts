import type { Scheme } from '../../core/scheme.ts';
import {
  compareSemantic,
  parseSemantic,
  type SemanticShape,
  type SemanticVersion,
} from '../semantic.ts';

/** Advisories also contain bounds such as `2.0`; absent numbers are 0. */
const SHAPE: SemanticShape = { coreMin: 1, coreMax: 3, allowsLeadingZeros: false };

export const cargo: Scheme<SemanticVersion> = {
  id: 'cargo',
  aliases: ['rust', 'rust-crate', 'crates.io'],
  title: 'Cargo, by Semantic Versioning 2.0.0',
  spec: 'Semantic Versioning 2.0.0, section 11; The Cargo Book, "SemVer Compatibility"',
  oracle: 'semver::Version::cmp_precedence of the crate semver',
  parse: (text) => parseSemantic(text.trim(), SHAPE),
  compare: compareSemantic,
};
