import type { Advisory } from '../core/advisory.ts';
import type { Findings, Unevaluated } from '../core/finding.ts';
import { UNKNOWN_PACKAGE_TYPE } from '../core/package.ts';
import { describeMissingData, isForeignType, type Matched } from './alert.ts';
import { createRules, type Searched } from './apply-rules.ts';
import { chooseMatcher } from './choose-matcher.ts';
import { readDetails } from './complete-match.ts';
import type { Component, ComponentPackage } from './component.ts';
import {
  type Candidate,
  type MatchContext,
  type Matcher,
  type Outcome,
  selectSystems,
} from './matcher.ts';
import { isPart } from './plan-components.ts';
import { isUnknownVersion } from './search/product-search.ts';
import { createSubject } from './subject.ts';
import { findThirdParty, formatThirdPartyNote } from './third-party.ts';

/** Name of the rule for packages that are a part of another package, which is looked up instead. */
const PART_RULE = 'part-of-system-package';

/** The matches of one component. */
export type ComponentResult = Pick<Findings, 'findings' | 'ignored' | 'unevaluated'>;

const NO_MATCHES: Pick<Findings, 'findings' | 'ignored'> = { findings: [], ignored: [] };

/**
 * Matches components. Each result depends only on its component, on the context and on the
 * database, not on the other components.
 */
export function evaluateComponents(
  components: readonly Component[],
  context: MatchContext,
): readonly ComponentResult[] {
  const search = createSearch(context);
  const searched = components.map((one) => searchComponent(one, search, context));
  const found = searched.filter(({ candidates }) => candidates.length > 0);
  readDetails(
    found.flatMap(({ candidates }) => candidates),
    context.lookup,
  );
  const applyRules = createRules(context, (item) => listSuppressions(item, search, context));
  return searched.map((one) => ({
    ...(one.candidates.length === 0 ? NO_MATCHES : applyRules(one)),
    unevaluated: listUnevaluated(one, search, context),
  }));
}

/** Returns the outcome of a package; `undefined` if it cannot be looked up. */
type Search = (item: ComponentPackage) => Outcome | undefined;

/** Creates a search that looks up each package once. */
function createSearch(context: MatchContext): Search {
  const known = new Map<ComponentPackage, Outcome>();
  return (item) => {
    if (!isSearchable(item, context)) {
      return undefined;
    }
    const matcher = chooseMatcher(item.type);
    const outcome = known.get(item) ?? matcher.match(createSubject(item, matcher), context);
    known.set(item, outcome);
    return outcome;
  };
}

function searchComponent(component: Component, search: Search, context: MatchContext): Searched {
  const { package: item, owners } = component;
  const matcher = chooseMatcher(item.type);
  const outcome = search(item);
  const isOfOther =
    owners.length > 0 &&
    isPart(
      item,
      owners.map((owner) => owner.package),
      context,
    );
  return {
    component,
    package: item,
    matcher,
    candidates: refine(outcome?.candidates ?? [], item, context),
    ...(isOfOther ? { rule: PART_RULE } : {}),
  };
}

function refine(
  candidates: readonly Candidate[],
  item: ComponentPackage,
  context: MatchContext,
): readonly Candidate[] {
  return candidates.length === 0
    ? candidates
    : context.strategy.results.refineFound(
        candidates,
        createSubject(item, chooseMatcher(item.type)),
        context,
      );
}

/** The statements about packages of another vendor do not suppress anything. */
function listSuppressions(
  item: ComponentPackage,
  search: Search,
  context: MatchContext,
): Outcome['suppressions'] {
  const { suppressions = [] } = search(item) ?? {};
  const one = { package: item, matcher: chooseMatcher(item.type) };
  const isOwn = suppressions.length > 0 && findThirdParty(one, context) === undefined;
  return isOwn ? suppressions : [];
}

function listUnevaluated(
  one: Searched,
  search: Search,
  context: MatchContext,
): readonly Unevaluated[] {
  const found = search(one.package)?.unevaluated ?? [];
  const reason = findUnevaluatedReason(one, context);
  return reason === undefined ? found : [...found, { packageKey: one.package.key, ...reason }];
}

/** Finds the reason why a package cannot be evaluated that is known before its look-up. */
function findUnevaluatedReason(
  { package: item, matcher, component }: Searched,
  context: MatchContext,
): Pick<Unevaluated, 'why' | 'detail'> | undefined {
  const isUnversioned = isUnknownVersion(item.version) || item.version === '';
  if (isUnversioned && (matcher.isSystem || hasStatements({ package: item, matcher }, context))) {
    return { why: 'no-version', detail: 'the package has no version' };
  }
  if (!matcher.isSystem) {
    return isAnswered(component) ? undefined : findEcosystemGap(item, matcher, context);
  }
  if (context.distro === undefined) {
    const detail = 'the operating system of the package is unknown';
    return { why: 'no-distro', detail };
  }
  const why = 'no-data-for-distro';
  if (selectSystems(matcher, context).length === 0) {
    return { why, detail: describeMissingData(context) };
  }
  if (isForeignType(item.type, matcher, context)) {
    const detail = `the database has no advisories about ${item.type} packages of ${context.systemTitle}`;
    return { why, detail };
  }
  const builder = findThirdParty({ package: item, matcher }, context);
  return builder === undefined
    ? undefined
    : { why, detail: formatThirdPartyNote(builder, context) };
}

/**
 * Returns whether the database has any statement about a package, regardless of its version. The
 * main module of a Go program that was built from a checkout has no version, and usually no
 * statements either.
 */
function hasStatements({ package: item, matcher }: Matched, context: MatchContext): boolean {
  let count = 0;
  const observe = (found: readonly Advisory[]): readonly Advisory[] => {
    count += found.length;
    return found;
  };
  const { lookup } = context;
  const observed: MatchContext['lookup'] = {
    ...lookup,
    findSystemPackage: (...asked) => observe(lookup.findSystemPackage(...asked)),
    findPackage: (...asked) => observe(lookup.findPackage(...asked)),
    findProduct: (...asked) => observe(lookup.findProduct(...asked)),
  };
  matcher.match(createSubject(item, matcher), { ...context, lookup: observed });
  return count > 0;
}

/** Returns whether a system package installed a package: the distribution decides for those. */
function isAnswered({ owners }: Component): boolean {
  return owners.some(({ package: owner }) => chooseMatcher(owner.type).isSystem);
}

/**
 * Returns the reason why a package of a language or of no ecosystem cannot be looked up;
 * `undefined` if it can. CPEs guessed from the name of a package of a registry do not replace the
 * advisories about its ecosystem.
 */
function findEcosystemGap(
  { type, language, cpes, purl }: ComponentPackage,
  matcher: Matcher,
  { lookup }: MatchContext,
): Pick<Unevaluated, 'why' | 'detail'> | undefined {
  const isOfRegistry = language !== '' && purl !== '' && type !== 'binary';
  const named = cpes.filter(({ source }) => !isOfRegistry || source !== 'generated');
  const isByProduct = matcher.types.length === 0 && named.length > 0 && lookup.hasProducts();
  if (isByProduct || lookup.hasPackages(type)) {
    return undefined;
  }
  return purl === '' && cpes.length === 0 && type === UNKNOWN_PACKAGE_TYPE
    ? { why: 'no-identity', detail: 'the package has no package URL, no CPE and no known type' }
    : {
        why: 'no-data-for-ecosystem',
        detail: `the database has no advisories about packages of the type ${type}`,
      };
}

function isSearchable(item: ComponentPackage, context: MatchContext): boolean {
  if (item.version === '') {
    return context.strategy.versions.isMissingInRange;
  }
  return !isUnknownVersion(item.version);
}
