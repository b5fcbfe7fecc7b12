import type { MatchReason } from '../../core/finding.ts';
import type { IgnoreRule, PackagePattern, RulePattern } from '../../core/ignore-rule.ts';
import type { InventoryPackage } from '../../core/inventory.ts';
import { isPathGlobMatch, parsePathGlob } from '../../syntax/path-glob/path-glob.ts';
import type { Case } from '../decider.ts';
import { fitPackage } from '../package-reference.ts';

/** Longer texts of an image are compared as they are and never by an expression of the user. */
const EXPRESSION_CHARS_MAX = 1_024;

/** Whether every condition of a rule holds for a finding. */
export function fitsRule(rule: IgnoreRule, one: Case): boolean {
  const { finding, package: item } = one;
  const reasons = finding.matches.flatMap((match) => match.reasons);
  return (
    fitsVulnerability(rule, one) &&
    fitsPackage(rule.package, item) &&
    (rule.fixStates.length === 0 || rule.fixStates.includes(finding.fixState)) &&
    fitsKinds(rule, reasons) &&
    (rule.namespace === undefined ||
      reasons.some((reason) => namespaceOf(reason) === rule.namespace))
  );
}

function fitsVulnerability(
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

/** A rule on guesses is not one on a finding that something better led to as well. */
function fitsKinds({ matchKinds }: IgnoreRule, reasons: readonly MatchReason[]): boolean {
  const isAny = matchKinds.length === 0;
  return isAny || (reasons.length > 0 && reasons.every(({ kind }) => matchKinds.includes(kind)));
}

/** Grype's name of a source: provider, then distribution and release or language. */
function namespaceOf({ advisory }: MatchReason): string {
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

function fitsPackage(pattern: PackagePattern, item: InventoryPackage): boolean {
  const { purl, path, upstream } = pattern;
  const isPurl =
    purl === undefined ||
    fitPackage({ identifiers: [purl], hashes: [], subcomponents: [] }, item).isFit;
  return (
    fitsText(pattern.name, item.name) &&
    fitsText(pattern.version, item.version) &&
    fitsText(pattern.type, item.type) &&
    fitsText(pattern.language, item.language) &&
    isPurl &&
    (path === undefined || item.locations.some((place) => fitsPath(path, place.path))) &&
    (upstream === undefined || item.upstreams.some(({ name }) => fitsText(upstream, name)))
  );
}

function fitsText(pattern: RulePattern | undefined, text: string): boolean {
  switch (pattern?.kind) {
    case undefined:
      return true;
    case 'text':
      return pattern.value === text;
    case 'glob':
      return isPathGlobMatch(parsePathGlob(pattern.value), text);
    case 'expression':
      return (
        text.length <= EXPRESSION_CHARS_MAX && expressionOf(pattern.value)?.test(text) === true
      );
  }
}

/** The expression for all of a text; one that cannot be read fits nothing. */
function expressionOf(source: string): RegExp | undefined {
  try {
    return new RegExp(`^(?:${source})$`);
  } catch {
    return undefined;
  }
}

/** Rules are written with and without the leading slash of paths in a target. */
function fitsPath(pattern: RulePattern, path: string): boolean {
  return [path, path.replace(/^\//, '')].some((one) => fitsText(pattern, one));
}
