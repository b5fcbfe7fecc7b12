import type {
  Advisory,
  AdvisoryDatabase,
  OperatingSystem,
  SystemCoverage,
} from '../core/advisory.ts';
import { appendAll } from '../core/append-all.ts';
import { present } from '../core/assert.ts';
import { defined } from '../core/defined.ts';
import type { Distro } from '../core/distro.ts';
import type { Findings, Unevaluated } from '../core/finding.ts';
import type { Inventory, InventoryPackage } from '../core/inventory.ts';
import { indexByKey } from '../core/key-index.ts';
import { UNKNOWN_PACKAGE_TYPE } from '../core/package.ts';
import { createAlerts, describeMissingData, isForeignType, type Matched } from './alert.ts';
import { applyRules, type Searched } from './apply-rules.ts';
import { isChannelUsed } from './extended-systems.ts';
import type { Judgement } from './judgement.ts';
import { createLookup } from './lookup.ts';
import {
  type MatchContext,
  type Matcher,
  type MatchStrategy,
  type Suppression,
  selectSystems,
} from './matcher.ts';
import { OWN_STRATEGY } from './own-strategy.ts';
import { findOwnership, isSystemPart, type Owners } from './ownership.ts';
import { matchers } from './registry.generated.ts';
import { isUnknownVersion } from './search/product-search.ts';
import { joinFindings, splitByDistro } from './split-by-distro.ts';
import { createSubject } from './subject.ts';
import { formatSystemTitle } from './system.ts';
import { findThirdParty, formatThirdPartyNote } from './third-party.ts';
import { sortUnevaluated } from './unevaluated.ts';

export interface MatchOptions {
  /** Decides the points that differ between scanners; if absent, our own strategy. */
  readonly strategy?: MatchStrategy;
  /**
   * If true, findings are grouped by their CVEs, with the facts about these; see `completeMatches`.
   */
  readonly isByCve?: boolean;
  /** Time to compare end-of-life dates with, RFC 3339. If absent, no date is in the past. */
  readonly now?: string;
  /** Receives every comparison, also of ranges that do not contain the version. */
  observe?(judgement: Judgement): void;
}

/** Name of the rule for packages that are a part of another package, which is looked up instead. */
const PART_RULE = 'part-of-system-package';

/**
 * Matches every package against the database. Each key of the database is read once, details only
 * for matches. Packages and ranges that cannot be evaluated are in `unevaluated`, ignored matches
 * in `ignored`; nothing is dropped.
 */
export function matchInventory(
  inventory: Inventory,
  database: AdvisoryDatabase,
  options: MatchOptions = {},
): Findings {
  const parts = splitByDistro(inventory);
  const [first, ...others] = parts.map((part) => matchPart(part, database, options));
  return others.length === 0 && first !== undefined
    ? first
    : joinFindings(
        inventory,
        [first, ...others].filter((one) => one !== undefined),
      );
}

/** Matches packages that all belong to the inventory's distribution, or to none. */
function matchPart(
  inventory: Inventory,
  database: AdvisoryDatabase,
  options: MatchOptions,
): Findings {
  const context = createContext(inventory, database, options);
  const { scope, results } = context.strategy;
  const ownership = findOwnership(inventory, scope.needsProof);
  const { owners } = ownership;
  const matched = inventory.packages.map(
    (item): Matched => ({ package: item, matcher: chooseMatcher(item.type) }),
  );
  const parts = findParts(matched, owners, context);
  const isPart = (item: InventoryPackage): boolean => parts.size > 0 && parts.has(item.key);
  const kept = matched.filter(
    ({ package: item }) =>
      (scope.searchesParts || !isPart(item)) && scope.isIncluded(item, inventory.target),
  );
  const suppressions: Suppression[] = [];
  const unevaluated: Unevaluated[] = [];
  const searched = kept.map((one): Searched => {
    if (!isSearchable(one.package, context)) {
      return { ...one, candidates: [] };
    }
    const subject = createSubject(one.package, one.matcher);
    const outcome = one.matcher.match(subject, context);
    if (findThirdParty(one, context) === undefined) {
      appendAll(suppressions, outcome.suppressions);
    }
    appendAll(unevaluated, outcome.unevaluated);
    const candidates = results.refineFound(outcome.candidates, subject, context);
    const rule = isPart(one.package) ? { rule: PART_RULE } : {};
    return { ...one, candidates, ...rule };
  });
  const isAnswered = createOwnershipTest(matched, owners);
  appendAll(
    unevaluated,
    kept.flatMap((one) => reportUnevaluated(one, context, isAnswered)),
  );
  return {
    database: database.description,
    ...(searched.some(({ candidates }) => candidates.length > 0)
      ? applyRules(searched, suppressions, ownership, context)
      : { findings: [], ignored: [] }),
    unevaluated: sortUnevaluated(unevaluated),
    alerts: createAlerts(kept, context, { database, now: options.now }),
  };
}

function createContext(
  inventory: Inventory,
  database: AdvisoryDatabase,
  options: MatchOptions,
): MatchContext {
  const { strategy = OWN_STRATEGY } = options;
  const { scope, versions } = strategy;
  const distro =
    inventory.distro !== undefined && scope.isKnownDistro(inventory.distro)
      ? inventory.distro
      : undefined;
  const listReleases = (channel?: string): readonly OperatingSystem[] => {
    const found = distro === undefined ? [] : database.listReleases(distro, channel);
    return distro === undefined ? found : scope.selectReleases(distro, found);
  };
  const systems = [...listReleases(), ...listAddedReleases(distro, listReleases)];
  const own = distro === undefined ? [] : database.listOwnReleases(distro);
  const coverages = systems.map((system) => database.getCoverage(system));
  return {
    strategy,
    distro,
    systemTitle: formatSystemTitle(distro),
    isByCve: options.isByCve ?? false,
    isContainer: inventory.target.kind === 'image',
    systems,
    ownSystems: distro === undefined ? [] : scope.selectReleases(distro, own),
    listChannelSystems: remember(listReleases),
    coverages,
    isUnfixedStated: isUnfixedStated(coverages),
    lookup: createLookup(database, versions.findScheme),
    ...defined({ observe: options.observe }),
  };
}

function listAddedReleases(
  distro: Distro | undefined,
  listReleases: (channel: string) => readonly OperatingSystem[],
): readonly OperatingSystem[] {
  return matchers
    .flatMap(({ addedChannels = [] }) => addedChannels)
    .filter((channel) => isChannelUsed(channel, distro))
    .flatMap(({ channel }) => listReleases(channel));
}

/** A source that lists unfixed vulnerabilities has more than this share of such statements. */
const UNFIXED_PART_MIN = 0.01;

function isUnfixedStated(counted: MatchContext['coverages']): boolean {
  const coverages = counted.filter((coverage) => coverage !== undefined);
  const sumMember = (member: keyof SystemCoverage): number =>
    coverages.reduce((sum, coverage) => sum + coverage[member], 0);
  return sumMember('unfixed') > sumMember('statements') * UNFIXED_PART_MIN;
}

function remember(
  read: (channel: string) => readonly OperatingSystem[],
): (channel: string) => readonly OperatingSystem[] {
  const known = new Map<string, readonly OperatingSystem[]>();
  return (channel) => {
    const systems = known.get(channel) ?? read(channel);
    known.set(channel, systems);
    return systems;
  };
}

const MATCHER_BY_TYPE: ReadonlyMap<string, Matcher> = new Map(
  matchers.flatMap((matcher) => matcher.types.map((type) => [type, matcher] as const)),
);
const OTHERWISE = present(
  matchers.find((matcher) => matcher.types.length === 0),
  'a matcher that takes every type without one of its own',
);

function chooseMatcher(type: string): Matcher {
  return MATCHER_BY_TYPE.get(type) ?? OTHERWISE;
}

function findParts(
  matched: readonly Matched[],
  owners: Owners,
  context: MatchContext,
): ReadonlySet<string> {
  if (owners.size === 0) {
    return new Set();
  }
  const byKey = indexByKey(matched, (one) => one.package.key);
  const parts = matched.filter((part) =>
    (owners.get(part.package.key) ?? []).some((key) => {
      const owner = byKey.get(key);
      return owner !== undefined && isSystemPart(part, owner, context);
    }),
  );
  return new Set(parts.map((part) => part.package.key));
}

/** Reports a package that cannot be evaluated for a reason known before its look-up. */
function reportUnevaluated(
  matched: Matched,
  context: MatchContext,
  isAnswered: (item: InventoryPackage) => boolean,
): readonly Unevaluated[] {
  const reason = findUnevaluatedReason(matched, context, isAnswered);
  return reason === undefined ? [] : [{ packageKey: matched.package.key, ...reason }];
}

function findUnevaluatedReason(
  { package: item, matcher }: Matched,
  context: MatchContext,
  isAnswered: (item: InventoryPackage) => boolean,
): Pick<Unevaluated, 'why' | 'detail'> | undefined {
  const isUnversioned = isUnknownVersion(item.version) || item.version === '';
  if (isUnversioned && (matcher.isSystem || hasStatements({ package: item, matcher }, context))) {
    return { why: 'no-version', detail: 'the package has no version' };
  }
  if (!matcher.isSystem) {
    return isAnswered(item) ? undefined : findEcosystemGap(item, matcher, context);
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
function createOwnershipTest(
  matched: readonly Matched[],
  owners: Owners,
): (item: InventoryPackage) => boolean {
  const systemKeys = new Set(
    matched.filter(({ matcher }) => matcher.isSystem).map((one) => one.package.key),
  );
  return ({ key }) => owners.size > 0 && (owners.get(key) ?? []).some((one) => systemKeys.has(one));
}

/**
 * Returns the reason why a package of a language or of no ecosystem cannot be looked up;
 * `undefined` if it can. CPEs guessed from the name of a package of a registry do not replace the
 * advisories about its ecosystem.
 */
function findEcosystemGap(
  { type, language, cpes, purl }: InventoryPackage,
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

function isSearchable(item: InventoryPackage, context: MatchContext): boolean {
  if (item.version === '') {
    return context.strategy.versions.isMissingInRange;
  }
  return !isUnknownVersion(item.version);
}
