import type { Purl } from './purl.ts';

/** Rules of one package URL type, in addition to those for all types. */
export interface PurlTypeRule {
  /** Case-insensitive parts, which are in lower case. */
  readonly folds?: readonly ('namespace' | 'name' | 'version')[];
  /** A character of names and its replacement. */
  readonly replaces?: readonly [character: string, by: string];
  readonly isValid?: (purl: Purl) => boolean;
}

const FOLDED: PurlTypeRule = { folds: ['namespace', 'name'] };

/** Semantic Versioning 2.0.0, without the leading `v` of Go. */
const SEMANTIC_VERSION =
  /^(?:0|[1-9]\d*)(?:\.(?:0|[1-9]\d*)){2}(?:-(?:0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*)(?:\.(?:0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*))*)?(?:\+[0-9a-zA-Z-]+(?:\.[0-9a-zA-Z-]+)*)?$/;

/**
 * The type definitions of package-url/purl-spec, by type. Requirements of a type are only enforced
 * if the package cannot be identified without them.
 */
export const PURL_TYPE_RULES: ReadonlyMap<string, PurlTypeRule> = new Map<string, PurlTypeRule>([
  ['alpm', FOLDED],
  ['apk', FOLDED],
  ['bitbucket', FOLDED],
  ['bitnami', { folds: ['name'] }],
  ['composer', FOLDED],
  ['conan', { isValid: hasUserWithChannel }],
  ['cran', { isValid: ({ version }) => isGiven(version) }],
  ['deb', FOLDED],
  ['github', FOLDED],
  ['gitlab', FOLDED],
  ['golang', { isValid: ({ version = '' }) => !version.startsWith('v') || isGoVersion(version) }],
  ['hex', FOLDED],
  ['huggingface', { folds: ['version'] }],
  ['luarocks', { folds: ['version'] }],
  ['maven', { isValid: ({ namespace }) => isGiven(namespace) }],
  ['mlflow', { isValid: ({ namespace }) => !isGiven(namespace) }],
  ['npm', FOLDED],
  ['oci', { folds: ['name'], isValid: ({ namespace }) => !isGiven(namespace) }],
  [
    'pub',
    { folds: ['name'], replaces: ['-', '_'], isValid: ({ name }) => /^[a-z0-9_]*$/.test(name) },
  ],
  ['pypi', { ...FOLDED, replaces: ['_', '-'] }],
  ['qpkg', { folds: ['namespace'] }],
  ['rpm', { folds: ['namespace'] }],
  ['swift', { isValid: ({ namespace, version }) => isGiven(namespace) && isGiven(version) }],
]);

function isGiven(part: string | undefined): boolean {
  return part !== undefined && part !== '';
}

function isGoVersion(version: string): boolean {
  return SEMANTIC_VERSION.test(version.slice(1));
}

/** A reference of Conan has either both a user and a channel or neither. */
function hasUserWithChannel({ namespace, qualifiers = {} }: Purl): boolean {
  return isGiven(namespace) ? Object.keys(qualifiers).length > 0 : !isGiven(qualifiers['channel']);
}
