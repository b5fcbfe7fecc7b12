import type { AdvisoryDatabase, OperatingSystem, SystemCoverage } from '../core/advisory.ts';
import { present } from '../core/assert.ts';
import { compareText } from '../core/digest.ts';
import type { Distro } from '../core/distro.ts';
import type { Finding, Findings, IgnoredFinding, Unevaluated } from '../core/finding.ts';
import type { Inventory, InventoryPackage } from '../core/inventory.ts';
import { indexByKey } from '../core/key-index.ts';
import { alertsOf, type Matched } from './alert.ts';
import { completeMatches, locateRecords } from './complete-match.ts';
import { createDistroAnswers, type DistroAnswer } from './distro-answer.ts';
import { gatherFindings } from './gather-findings.ts';
import { builtInRuleFor, indexSilences } from './ignore.ts';
import { schemeNameOf } from './judge.ts';
import type { Judgement } from './judgement.ts';
import { createLookup } from './lookup.ts';
import {
  type Candidate,
  type MatchContext,
  type Matcher,
  type Silence,
  type Subject,
  systemsFor,
} from './matcher.ts';
import { mergeCandidates } from './merge.ts';
import { isPartOf, type Owners, ownersOf } from './ownership.ts';
import { KNOWN_SYSTEMS } from './parity/known-systems.data.ts';
import { mergeInOrder, sortForMerge } from './parity/merge-in-order.ts';
import { QUIRKS, type QuirkId } from './parity/quirks.data.ts';
import { asShown, showFirst } from './parity/show-first.ts';
import { matchers } from './registry.generated.ts';
import { isUnknownVersion } from './search/product-search.ts';
import { systemAdvisories } from './search/system-search.ts';
import { subjectOf } from './subject.ts';
import { ownReleases, systemTitleOf } from './system.ts';
import { thirdPartyNote, thirdPartyOf } from './third-party.ts';
import { sortUnevaluated } from './unevaluated.ts';

export interface MatchOptions {
  /** Answer as Grype does where ours differs on purpose; see `parity/quirks.data.ts`. */
  readonly isParity: boolean;
  /** Only these of its answers, to tell which of them makes a difference; absent: all. */
  readonly quirks?: readonly QuirkId[];
  /** File findings under their CVEs, with what is said of these; see `completeMatches`. */
  readonly isByCve?: boolean;
  /** RFC 3339; what is past its end of life is judged by it. Absent: nothing is. */
  readonly now?: string;
  /** Is told every comparison that is made, also of what does not hold. */
  observe?(judgement: Judgement): void;
}

/** Name of the rule for packages that are a part of one that is searched instead. */
const PART_RULE = 'part-of-system-package';

/** A package on its way through the rules. */
interface Searched extends Matched {
  readonly candidates: readonly Candidate[];
  /** Set where the whole package is set aside. */
  readonly rule?: string;
}

interface SetAside {
  readonly candidate: Candidate;
  readonly rule: string;
}

/**
 * Holds every package against the database. Each key of the database is read once, details only of
 * what matches. What cannot be judged is in `unevaluated`, what a rule sets aside in `ignored`;
 * nothing is dropped.
 */
export function matchInventory(
  inventory: Inventory,
  database: AdvisoryDatabase,
  options: MatchOptions,
): Findings {
  const context = createContext(inventory, database, options);
  const owners = ownersOf(inventory);
  const matched = inventory.packages.map(
    (item): Matched => ({ package: item, matcher: matcherFor(item.type) }),
  );
  const parts = partsAmong(matched, owners, context);
  const isPart = (item: InventoryPackage): boolean => parts.size > 0 && parts.has(item.key);
  const kept = matched.filter(
    ({ package: item }) =>
      !(isPart(item) && context.has('owned-packages-not-searched')) &&
      !(isLeftOutByGrype(item, inventory) && context.has('packages-without-version-left-out')),
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
      silences.push(...outcome.silences);
    }
    unevaluated.push(...outcome.unevaluated);
    const candidates = context.has('merge-depends-on-order')
      ? mergeInOrder(shownByGrype(subject, outcome.candidates, context))
      : outcome.candidates;
    const rule = isPart(one.package) ? { rule: PART_RULE } : {};
    return { ...one, candidates, ...rule };
  });
  unevaluated.push(...kept.flatMap((one) => unevaluatedPackage(one, context)));
  return {
    database: database.description,
    ...applyRules(searched, silences, owners, context),
    unevaluated: sortUnevaluated(unevaluated),
    alerts: alertsOf(kept, context, { database, now: options.now }),
  };
}

function shownByGrype(
  subject: Subject,
  candidates: readonly Candidate[],
  context: MatchContext,
): readonly Candidate[] {
  const { length } = systemsFor(subject.matcher, context);
  const isShown = context.has('first-release-shown') && length > 1;
  return isShown
    ? showFirst(candidates, (name) => systemAdvisories(name, subject, context))
    : candidates;
}

/**
 * What is catalogued without a version has the word for it there; a document may leave it empty.
 */
function isLeftOutByGrype({ version }: InventoryPackage, { target }: Inventory): boolean {
  return isUnknownVersion(version) || (version === '' && target.kind !== 'sbom');
}

function createContext(
  inventory: Inventory,
  database: AdvisoryDatabase,
  options: MatchOptions,
): MatchContext {
  const asked = options.quirks ?? QUIRKS.map((quirk) => quirk.id);
  const quirks = new Set<QuirkId>(options.isParity ? asked : []);
  const isListed = (system: Distro): boolean =>
    !quirks.has('unlisted-system-is-none') ||
    [system.id, ...system.idLike].some((id) => KNOWN_SYSTEMS.has(id));
  const has = (quirk: QuirkId): boolean => quirks.has(quirk);
  const distro =
    inventory.distro !== undefined && isListed(inventory.distro) ? inventory.distro : undefined;
  const isAny = quirks.has('release-stands-in-for-another');
  const releasesOf = (channel?: string): readonly OperatingSystem[] => {
    const found = distro === undefined ? [] : database.releasesOf(distro, channel);
    return distro === undefined || isAny ? found : ownReleases(distro, found);
  };
  const systems = releasesOf();
  const coverages = systems.map((system) => database.coverageOf(system));
  return {
    distro,
    systemTitle: systemTitleOf(distro),
    isByCve: options.isByCve ?? false,
    isContainer: inventory.target.kind === 'image',
    systems,
    ownSystems: distro === undefined ? [] : database.ownReleasesOf(distro),
    channelSystems: remember(releasesOf),
    coverages,
    isUnfixedStated: isUnfixedStated(coverages),
    lookup: createLookup(database, { has }),
    has,
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
function unevaluatedPackage(matched: Matched, context: MatchContext): readonly Unevaluated[] {
  const reason = reasonAgainst(matched, context);
  return reason === undefined ? [] : [{ packageKey: matched.package.key, ...reason }];
}

function reasonAgainst(
  { package: item, matcher }: Matched,
  context: MatchContext,
): Pick<Unevaluated, 'why' | 'detail'> | undefined {
  if (isUnknownVersion(item.version) || item.version === '') {
    return { why: 'no-version', detail: 'the package has no version' };
  }
  if (!matcher.isSystem) {
    return undefined;
  }
  if (context.distro === undefined) {
    const detail = 'the operating system that the package belongs to could not be told';
    return { why: 'no-distro', detail };
  }
  const why = 'no-data-for-distro';
  if (systemsFor(matcher, context).length === 0) {
    return { why, detail: `the database holds no advisories for ${context.systemTitle}` };
  }
  const builder = thirdPartyOf({ package: item, matcher }, context);
  return builder === undefined ? undefined : { why, detail: thirdPartyNote(builder, context) };
}

function isSearchable(item: InventoryPackage, context: MatchContext): boolean {
  if (item.version === '') {
    return context.has('empty-version-matches-all');
  }
  return !isUnknownVersion(item.version);
}

/** Splits candidates into what counts and what a rule sets aside, and reads the details of both. */
function applyRules(
  searched: readonly Searched[],
  silences: readonly Silence[],
  owners: Owners,
  context: MatchContext,
): Pick<Findings, 'findings' | 'ignored'> {
  const decide = createDecider(searched, silences, owners, context);
  locateRecords(
    searched.flatMap(({ candidates }) => candidates),
    context.lookup,
  );
  const findings: Finding[] = [];
  const ignored: IgnoredFinding[] = [];
  const found = searched.filter(({ candidates }) => candidates.length > 0);
  for (const one of found.sort(compareSearched)) {
    const counted: Candidate[] = [];
    const setAside: SetAside[] = [];
    const notes = new Map<string, string>();
    const builder = thirdPartyOf(one, context);
    for (const candidate of one.candidates) {
      const decision = decide(one, candidate);
      if (decision !== undefined && 'rule' in decision) {
        setAside.push({ candidate, rule: decision.rule });
        continue;
      }
      counted.push(candidate);
      const note = builder === undefined ? undefined : thirdPartyNote(builder, context);
      const told = decision?.note ?? candidate.note ?? note;
      if (told !== undefined) {
        notes.set(candidate.advisory.vulnerability, told);
      }
    }
    findings.push(...findingsOf(one, counted, context).map((each) => withNotes(each, notes)));
    ignored.push(...ignoredOf(one, setAside, context));
  }
  return { findings, ignored };
}

type Decide = (one: Searched, candidate: Candidate) => DistroAnswer | undefined;

/** The first rule that sets a candidate aside, or what is to be said of it where none does. */
function createDecider(
  searched: readonly Searched[],
  silences: readonly Silence[],
  owners: Owners,
  context: MatchContext,
): Decide {
  const byKey = indexByKey(searched, (one) => one.package.key);
  const owning = new Set([...owners.values()].flat());
  const heard = silences.filter(
    ({ reach, packageKey }) => reach === 'same' || owning.has(packageKey),
  );
  const index = indexSilences(heard, context, (key) =>
    sameKeyOf(present(byKey.get(key), 'a package that was searched').package),
  );
  const answers = createDistroAnswers(owners, byKey, context);
  return (one, candidate) => {
    const item = one.package;
    const rule = one.rule ?? candidate.rule ?? builtInRuleFor(candidate, one, context)?.id;
    if (rule !== undefined) {
      return { rule };
    }
    const isAsked = !context.has('distro-not-asked-for-owned');
    const answer = isAsked ? answers.answerTo(one, candidate) : undefined;
    if (answer !== undefined && 'rule' in answer) {
      return answer;
    }
    const silenced =
      heard.length === 0
        ? undefined
        : index.ruleFor(candidate, sameKeyOf(item), owners.get(item.key) ?? []);
    return silenced === undefined ? answer : { rule: silenced };
  };
}

function withNotes(finding: Finding, notes: ReadonlyMap<string, string>): Finding {
  if (notes.size === 0) {
    return finding;
  }
  const own = finding.matches.flatMap(({ advisory }) => notes.get(advisory.vulnerability) ?? []);
  return own.length === 0 ? finding : { ...finding, notes: [...new Set(own)] };
}

function sameKeyOf(item: InventoryPackage): string {
  return [item.type, item.name, item.version].join('\u0000');
}

function compareSearched({ package: left }: Searched, { package: right }: Searched): number {
  return (
    compareText(left.name, right.name) ||
    compareText(left.version, right.version) ||
    compareText(left.type, right.type) ||
    compareText(left.key, right.key)
  );
}

function findingsOf(
  { package: item, matcher }: Matched,
  candidates: readonly Candidate[],
  context: MatchContext,
): readonly Finding[] {
  const merged = context.has('merge-depends-on-order')
    ? mergeInOrder(sortForMerge(candidates)).map(asShown)
    : mergeCandidates(candidates);
  const scheme = schemeNameOf(matcher, item, context);
  const completed = merged.flatMap((candidate) => completeMatches(candidate, scheme, context));
  return gatherFindings(item, scheme, completed);
}

function ignoredOf(
  matched: Matched,
  setAside: readonly SetAside[],
  context: MatchContext,
): readonly IgnoredFinding[] {
  if (setAside.length === 0) {
    return [];
  }
  const byRule = Map.groupBy(setAside, ({ rule }) => rule);
  return [...byRule]
    .toSorted(([left], [right]) => compareText(left, right))
    .flatMap(([rule, entries]) => {
      const candidates = entries.map(({ candidate }) => candidate);
      return findingsOf(matched, candidates, context).map((finding) => ({ finding, rule }));
    });
}
