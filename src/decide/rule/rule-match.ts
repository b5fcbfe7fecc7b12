import type { MatchReason } from '../../core/finding.ts';
import type { IgnoreRule, PackagePattern, RulePattern } from '../../core/ignore-rule.ts';
import type { InventoryPackage } from '../../core/inventory.ts';
import { isPathGlobMatch, parsePathGlob } from '../../syntax/path-glob/path-glob.ts';
import type { Case } from '../decider.ts';
import { matchPackage } from '../package-reference.ts';

/**
 * Texts of an image that are longer are compared literally, never by a user's regular expression.
 */
const EXPRESSION_CHARS_MAX = 1_024;

/** Returns whether a finding meets every condition of a rule. */
export function isRuleMatch(rule: IgnoreRule, one: Case): boolean {
  const { finding, package: item } = one;
  const reasons = finding.matches.flatMap((match) => match.reasons);
  return (
    isVulnerabilityMatch(rule, one) &&
    isPackageMatch(rule.package, item) &&
    (rule.fixStates.length === 0 || rule.fixStates.includes(finding.fixState)) &&
    isKindMatch(rule, reasons) &&
    (rule.namespace === undefined ||
      reasons.some((reason) => formatNamespace(reason) === rule.namespace))
  );
}

function isVulnerabilityMatch(
  { vulnerabilities, isAliasEnough }: IgnoreRule,
  { finding }: Case,
): boolean {
  const { id, aliases, matches } = finding;
  const own = [id, ...matches.map(({ record }) => record.id)];
  const known = new Set(
    (isAliasEnough ? [...own, ...aliases] : own).map((one) => one.toLowerCase()),
  );
  return (
    vulnerabilities.length === 0 || vulnerabilities.some((one) => known.has(one.toLowerCase()))
  );
}

/** A rule about guesses does not match a finding that has better evidence, too. */
function isKindMatch({ matchKinds }: IgnoreRule, reasons: readonly MatchReason[]): boolean {
  const isAny = matchKinds.length === 0;
  return isAny || (reasons.length > 0 && reasons.every(({ kind }) => matchKinds.includes(kind)));
}

/** Returns Grype's namespace of a source: provider, then distribution and release or language. */
function formatNamespace({ advisory }: MatchReason): string {
  const { provider, operatingSystem: system, ecosystem } = advisory;
  if (system === undefined) {
    return provider.includes(':') || ecosystem === undefined
      ? provider
      : `${provider}:language:${ecosystem}`;
  }
  const version =
    system.label || [system.majorVersion, system.minorVersion].filter(Boolean).join('.');
  return `${provider}:distro:${system.name}:${version}`;
}

function isPackageMatch(pattern: PackagePattern, item: InventoryPackage): boolean {
  const { purl, path, upstream } = pattern;
  const isPurl =
    purl === undefined ||
    matchPackage({ identifiers: [purl], hashes: [], subcomponents: [] }, item).isMatch;
  return (
    isTextMatch(pattern.name, item.name) &&
    isTextMatch(pattern.version, item.version) &&
    isTextMatch(pattern.type, item.type) &&
    isTextMatch(pattern.language, item.language) &&
    isPurl &&
    (path === undefined || item.locations.some((place) => isPathMatch(path, place.path))) &&
    (upstream === undefined || item.upstreams.some(({ name }) => isTextMatch(upstream, name)))
  );
}

function isTextMatch(pattern: RulePattern | undefined, text: string): boolean {
  switch (pattern?.kind) {
    case undefined:
      return true;
    case 'text':
      return pattern.value === text;
    case 'glob':
      return isPathGlobMatch(parsePathGlob(pattern.value), text);
    case 'expression':
      return (
        text.length <= EXPRESSION_CHARS_MAX && compileExpression(pattern.value)?.test(text) === true
      );
  }
}

/** Returns the regular expression for a whole text; an invalid one matches nothing. */
function compileExpression(source: string): RegExp | undefined {
  try {
    return new RegExp(`^(?:${source})$`);
  } catch {
    return undefined;
  }
}

/** Paths in rules may omit the leading slash. */
function isPathMatch(pattern: RulePattern, path: string): boolean {
  return [path, path.replace(/^\//, '')].some((one) => isTextMatch(pattern, one));
}
