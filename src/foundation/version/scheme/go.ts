import type { Scheme } from '../../core/scheme.ts';
import {
  compareSemantic,
  parseLooseSemantic,
  parseSemantic,
  type SemanticShape,
  type SemanticVersion,
} from '../semantic.ts';

/**
 * `v1.2.3` for modules, `go1.21rc2` for the toolchain; the Go vulnerability database omits both
 * prefixes.
 */
const PREFIX = /^(?:go|v)(?=[0-9])/;
const TOOLCHAIN_CANDIDATE =
  /^(?<release>[0-9]+\.[0-9]+(?:\.[0-9]+)?)(?<word>beta|rc)(?<number>[0-9]+)$/;
/** Experiments that a toolchain was built with: `go1.22.3 X:boringcrypto`. */
const EXPERIMENTS = / X:[0-9A-Za-z,_-]*$/;
const METADATA = /^[0-9A-Za-z.+-]*$/;
/** Advisories about releases before modules contain leading zeros, such as Docker 19.03.0. */
const SHAPE: SemanticShape = { coreMin: 1, coreMax: 3, allowsLeadingZeros: true };

export const go: Scheme<SemanticVersion> = {
  id: 'go',
  aliases: ['golang', 'go-module'],
  title: 'Go modules and the Go toolchain',
  spec: 'Go Modules Reference, "Versions"; Go Toolchains, "Version numbers"',
  oracle: 'semver.Compare of golang.org/x/mod; go version -m',
  parse,
  parseMisspelt: (text) => parseLooseSemantic(text.trim().replace(PREFIX, '')),
  compare: compareSemantic,
};

function parse(text: string): SemanticVersion | undefined {
  const bare = text.trim().replace(PREFIX, '').replace(EXPERIMENTS, '');
  const candidate = TOOLCHAIN_CANDIDATE.exec(bare)?.groups;
  if (candidate !== undefined) {
    const { release = '', word = '', number = '' } = candidate;
    return { core: release.split('.'), preRelease: [word, number] };
  }
  // The toolchain appends metadata to metadata: +incompatible+dirty.
  const plus = bare.indexOf('+');
  const isMetadata = plus < 0 || METADATA.test(bare.slice(plus + 1));
  return isMetadata ? parseSemantic(plus < 0 ? bare : bare.slice(0, plus), SHAPE) : undefined;
}
