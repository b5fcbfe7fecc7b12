import type { Scheme } from '../../core/scheme.ts';
import {
  compareSemantic,
  parseLooseSemantic,
  parseSemantic,
  type SemanticShape,
  type SemanticVersion,
} from '../semantic.ts';

/** Leading `v` and `=`, which npm's own parser skips. */
const PREFIX = /^[=v]*[ \t]*/;
/**
 * Advisories also contain bounds such as `2.0`, which npm refuses as versions; absent numbers are
 * 0.
 */
const SHAPE: SemanticShape = { coreMin: 1, coreMax: 3, allowsLeadingZeros: false };

export const npm: Scheme<SemanticVersion> = {
  id: 'npm',
  aliases: ['semver', 'semantic'],
  title: 'npm, by Semantic Versioning 2.0.0',
  spec: 'Semantic Versioning 2.0.0, section 11',
  oracle: 'node -e "console.log(require(\'semver\').compare(LEFT, RIGHT))"',
  parse: (text) => parseSemantic(text.trim().replace(PREFIX, ''), SHAPE),
  parseMisspelt: (text) => parseLooseSemantic(text.trim().replace(PREFIX, '')),
  compare: compareSemantic,
};
