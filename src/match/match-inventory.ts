import type {
  Advisory,
  AdvisoryDatabase,
  OperatingSystem,
  SystemCoverage,
} from '../core/advisory.ts';
import { appendAll } from '../core/append-all.ts';
import { present } from '../core/assert.ts';
import type { Findings, Unevaluated } from '../core/finding.ts';
import type { Inventory, InventoryPackage } from '../core/inventory.ts';
import { indexByKey } from '../core/key-index.ts';
import { UNKNOWN_PACKAGE_TYPE } from '../core/package.ts';
import { alertsOf, isForeignType, type Matched } from './alert.ts';
import { applyRules, type Searched } from './apply-rules.ts';
import type { Judgement } from './judgement.ts';
import { createLookup } from './lookup.ts';
import {
  type MatchContext,
  type Matcher,
  type MatchStrategy,
  type Silence,
  systemsFor,
} from './matcher.ts';
import { OWN_STRATEGY } from './own-strategy.ts';
import { isPartOf, type Owners, ownersOf } from './ownership.ts';
import { matchers } from './registry.generated.ts';
import { isUnknownVersion } from './search/product-search.ts';
import { joinFindings, splitByDistro } from './split-by-distro.ts';
import { subjectOf } from './subject.ts';
import { systemTitleOf } from './system.ts';
import { thirdPartyNote, thirdPartyOf } from './third-party.ts';
import { sortUnevaluated } from './unevaluated.ts';

export interface MatchOptions {
  /** How to decide on what scanners differ; absent: as this program does. */
  readonly strategy?: MatchStrategy;
  /** File findings under their CVEs, with what is said of these; see `completeMatches`. */
  readonly isByCve?: boolean;
  /** RFC 3339; what is past its end of life is judged by it. Absent: nothing is. */
  readonly now?: string;
  /** Is told every comparison that is made, also of what does not hold. */
  observe?(judgement: Judgement): void;
}

/** Name of the rule for packages that are a part of one that is searched instead. */
const PART_RULE = 'part-of-system-package';

/**
 * Holds every package against the database. Each key of the database is read once, details only of
 * what matches. What cannot be judged is in `unevaluated`, what a rule sets aside in `ignored`;
 * nothing is dropped.
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

/** Matches packages that all belong to the distribution of the inventory, or to none. */
function matchPart(
  inventory: Inventory,
  database: AdvisoryDatabase,
  options: MatchOptions,
): Findings {
  const context = createContext(inventory, database, options);
  const { scope, results } = context.strategy;
  const owners = ownersOf(inventory);
  const matched = inventory.packages.map(
    (item): Matched => ({ package: item, matcher: matcherFor(item.type) }),
  );
  const parts = partsAmong(matched, owners, context);
  const isPart = (item: InventoryPackage): boolean => parts.size > 0 && parts.has(item.key);
  const kept = matched.filter(
    ({ package: item }) =>
      (scope.searchesParts || !isPart(item)) && scope.includesPackage(item, inventory.target),
  );
  const silences: Silence[] = [];
  const unevaluated: Unevaluated[] = [];
  const searched = kept.map((one): Searched => {
    if (!isSearchable(one.package, context)) {
      return { ...one, candidates: [] };
    }
    const subject = subjectOf(one.package, one.matcher);
    const outcome = one.matcher.match(subject, context);
    if (thirdPartyOf(one, context) === undefined) {
      appendAll(silences, outcome.silences);
    }
    appendAll(unevaluated, outcome.unevaluated);
    const candidates = results.reviseFound(outcome.candidates, subject, context);
    const rule = isPart(one.package) ? { rule: PART_RULE } : {};
    return { ...one, candidates, ...rule };
  });
  const isAnswered = ownedBySystem(matched, owners);
  appendAll(
    unevaluated,
    kept.flatMap((one) => unevaluatedPackage(one, context, isAnswered)),
  );
  return {
    database: database.description,
    ...(searched.some(({ candidates }) => candidates.length > 0)
      ? applyRules(searched, silences, owners, context)
      : { findings: [], ignored: [] }),
    unevaluated: sortUnevaluated(unevaluated),
    alerts: alertsOf(kept, context, { database, now: options.now }),
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
  const releasesOf = (channel?: string): readonly OperatingSystem[] => {
    const found = distro === undefined ? [] : database.listReleases(distro, channel);
    return distro === undefined ? found : scope.selectReleases(distro, found);
  };
  const systems = releasesOf();
  const coverages = systems.map((system) => database.getCoverage(system));
  return {
    strategy,
    distro,
    systemTitle: systemTitleOf(distro),
    isByCve: options.isByCve ?? false,
    isContainer: inventory.target.kind === 'image',
    systems,
    ownSystems: distro === undefined ? [] : database.listOwnReleases(distro),
    channelSystems: remember(releasesOf),
    coverages,
    isUnfixedStated: isUnfixedStated(coverages),
    lookup: createLookup(database, versions.findScheme),
    ...(options.observe === undefined ? {} : { observe: options.observe }),
  };
}

/** Sources that list what is not fixed do so for more than this part of what they state. */
const UNFIXED_PART_MIN = 0.01;

function isUnfixedStated(counted: MatchContext['coverages']): boolean {
  const coverages = counted.filter((coverage) => coverage !== undefined);
  const sumOf = (member: keyof SystemCoverage): number =>
    coverages.reduce((sum, coverage) => sum + coverage[member], 0);
  return sumOf('unfixed') > sumOf('statements') * UNFIXED_PART_MIN;
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

function matcherFor(type: string): Matcher {
  return MATCHER_BY_TYPE.get(type) ?? OTHERWISE;
}

function partsAmong(
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
      return owner !== undefined && isPartOf(part, owner, context);
    }),
  );
  return new Set(parts.map((part) => part.package.key));
}

/** A package of which the reason why it cannot be judged is known before it is searched for. */
function unevaluatedPackage(
  matched: Matched,
  context: MatchContext,
  isAnswered: (item: InventoryPackage) => boolean,
): readonly Unevaluated[] {
  const reason = reasonAgainst(matched, context, isAnswered);
  return reason === undefined ? [] : [{ packageKey: matched.package.key, ...reason }];
}

function reasonAgainst(
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
  if (systemsFor(matcher, context).length === 0) {
    return { why, detail: `the database has no advisories for ${context.systemTitle}` };
  }
  if (isForeignType(item.type, matcher, context)) {
    const detail = `the database has no advisories about ${item.type} packages of ${context.systemTitle}`;
    return { why, detail };
  }
  const builder = thirdPartyOf({ package: item, matcher }, context);
  return builder === undefined ? undefined : { why, detail: thirdPartyNote(builder, context) };
}

/**
 * Whether the database has any statement about a package, whatever its version. The main module of
 * a Go program that was built from a checkout has no version, and mostly nobody speaks of it.
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
    ofSystemPackage: (...asked) => observe(lookup.ofSystemPackage(...asked)),
    ofPackage: (...asked) => observe(lookup.ofPackage(...asked)),
    ofProduct: (...asked) => observe(lookup.ofProduct(...asked)),
  };
  matcher.match(subjectOf(item, matcher), { ...context, lookup: observed });
  return count > 0;
}

/** Packages that a system package installed: the distribution answers for them. */
function ownedBySystem(
  matched: readonly Matched[],
  owners: Owners,
): (item: InventoryPackage) => boolean {
  const systemKeys = new Set(
    matched.filter(({ matcher }) => matcher.isSystem).map((one) => one.package.key),
  );
  return ({ key }) => owners.size > 0 && (owners.get(key) ?? []).some((one) => systemKeys.has(one));
}

/** Why a package of a language or of no ecosystem could not have been found; `undefined` if it could. */
function findEcosystemGap(
  { type, cpes, purl }: InventoryPackage,
  matcher: Matcher,
  { lookup }: MatchContext,
): Pick<Unevaluated, 'why' | 'detail'> | undefined {
  const isByProduct = matcher.types.length === 0 && cpes.length > 0 && lookup.hasProducts();
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
