import type { Scheme } from '../../core/scheme.ts';
import {
  compareSemantic,
  parseSemantic,
  type SemanticShape,
  type SemanticVersion,
} from '../semantic.ts';

/** Advisories also contain bounds such as `2.0`; absent numbers are 0. */
const SHAPE: SemanticShape = { coreMin: 1, coreMax: 3, allowsLeadingZeros: false };

export const hex: Scheme<SemanticVersion> = {
  id: 'hex',
  aliases: ['elixir', 'erlang'],
  title: 'Hex, by Semantic Versioning 2.0.0',
  spec: 'Version of Elixir; Semantic Versioning 2.0.0, section 11',
  oracle: 'elixir -e "IO.puts(Version.compare(LEFT, RIGHT))"',
  parse: (text) => parseSemantic(text.trim(), SHAPE),
  compare: compareSemantic,
};
