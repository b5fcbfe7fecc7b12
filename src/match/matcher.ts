import type {
  Advisory,
  AdvisoryDatabase,
  AdvisoryRange,
  Fix,
  FixState,
  OperatingSystem,
  SystemCoverage,
} from '../core/advisory.ts';
import type { Distro } from '../core/distro.ts';
import type { Match, MatchReason, Unevaluated } from '../core/finding.ts';
import type { Scheme } from '../core/scheme.ts';
import type { TargetDescription } from '../core/target.ts';
import type { RangeOptions } from '../version/range.ts';
import type { ComponentPackage } from './component.ts';
import type { CpeAttributes } from './cpe.ts';
import type { Judgement } from './judgement.ts';
import type { Lookup } from './lookup.ts';
import type { Rating } from './rating.ts';

/** A package to look up, under its own name or that of a package it was built from. */
export interface Subject {
  readonly package: ComponentPackage;
  readonly name: string;
  readonly version: string;
  readonly cpes: readonly CpeAttributes[];
  readonly kind: 'direct' | 'indirect';
  readonly matcher: Matcher;
  /** Differences from the scheme's comparison; if absent, none. */
  readonly rangeOptions?: RangeOptions;
}

/** A statement that matches a package, before the details of its vulnerability are read. */
export interface Candidate {
  readonly packageKey: string;
  readonly advisory: Advisory;
  readonly reasons: readonly MatchReason[];
  /** Only those with a version. */
  readonly fixes: readonly Fix[];
  readonly fixState: FixState;
  /** Name of the rule by which the search itself ignores it. */
  readonly rule?: string;
  /** Note to show with it, without a full stop. */
  readonly note?: string;
}

/** IDs that a statement about one package suppresses for other packages. */
export interface Suppression {
  /**
   * `owned`: for packages whose files this one installed; `same`: for packages of the same name,
   * version and type.
   */
  readonly reach: 'owned' | 'same';
  readonly packageKey: string;
  /** Suppressed under every ID of the statements; never empty. */
  readonly statements: readonly Advisory[];
  /** Name of the rule, shown with the matches that it ignores. */
  readonly rule: string;
}

/** Search result for one package. */
export interface Outcome {
  readonly candidates: readonly Candidate[];
  readonly suppressions: readonly Suppression[];
  readonly unevaluated: readonly Unevaluated[];
}

/**
 * Ignores findings that are known to be wrong or misleading. All conditions that are present must
 * be met.
 */
export interface IgnoreRule {
  readonly id: string;
  /** Part of a sentence: the reason. */
  readonly reason: string;
  /** IDs, one of which must match; if absent, every vulnerability. */
  readonly vulnerabilities?: readonly string[];
  readonly packageName?: RegExp;
  /** A further condition on the package. */
  isPackageMatch?(item: ComponentPackage): boolean;
  /** If true, it only applies to container images, not to machines. */
  readonly isForContainers?: boolean;
  /** Name of a package that the package was built from. */
  readonly sourceName?: RegExp;
  /** Limits it to findings with a reason of this kind. */
  readonly kind?: MatchReason['kind'];
}

/**
 * The decisions of matching that differ between scanners, by stage. `OWN_STRATEGY` has ours; a
 * request may replace it. No other matching code depends on the chosen scanner.
 */
export interface MatchStrategy {
  readonly scope: ScopeStrategy;
  readonly versions: VersionStrategy;
  readonly statements: StatementStrategy;
  readonly verdicts: VerdictStrategy;
  readonly results: ResultStrategy;
}

/** A package and the matcher of its type. */
export type MatchedPackage = Pick<Subject, 'package' | 'matcher'>;

/** The date after which the vendor publishes no fixes. */
export interface EndOfLife {
  readonly date: string;
  /** The release that the date belongs to, if the distribution has no date of its own. */
  readonly parent?: string;
}

/** The distribution, releases and packages of a run. */
interface ScopeStrategy {
  isKnownDistro(distro: Distro): boolean;
  /** Selects those of the found releases whose statements apply to the distribution. */
  selectReleases(distro: Distro, found: readonly OperatingSystem[]): readonly OperatingSystem[];
  /** Packages that are not included are not reported as not evaluated either. */
  isIncluded(item: ComponentPackage, target: TargetDescription): boolean;
  /** Returns whether a package is only a part of a system package of the same version. */
  isPart(part: MatchedPackage, owner: MatchedPackage, distro: Distro): boolean;
  /** If true, a package only owns another one if its record proves it by a digest or the name. */
  readonly needsProof: boolean;
  /** If true, parts are searched, too, and a rule ignores their findings. */
  readonly searchesParts: boolean;
  /** Returns the builder of an operating-system package, if it is not the vendor. */
  findOtherBuilder(one: MatchedPackage, distro: Distro): string | undefined;
  /**
   * Returns the end of life of a distribution; `answering` are the releases whose statements apply.
   */
  findEndOfLife(
    distro: Distro,
    database: Pick<AdvisoryDatabase, 'findLifecycle' | 'listOwnReleases'>,
    answering: readonly OperatingSystem[],
  ): EndOfLife | undefined;
  /** Returns whether a package is affected by the end of life of its operating system. */
  isEndOfLifeConcern(one: MatchedPackage): boolean;
}

/** Parsing and comparison of versions. */
interface VersionStrategy {
  /** Returns the name of the version scheme of a package; `undefined` if unknown. */
  findSchemeName(one: MatchedPackage): string | undefined;
  findScheme(name: string | undefined): Scheme<unknown> | undefined;
  /** Converts the ranges of a statement to the evaluated ones. */
  toRanges(ranges: readonly AdvisoryRange[]): readonly AdvisoryRange[];
  /** If true, a package without a version is in every range; otherwise it is not evaluated. */
  readonly isMissingInRange: boolean;
  /** Comparison of versions of packages with epochs. */
  readonly packageOptions: RangeOptions;
  /** Whether a source package has the epoch of a package of the same build. */
  readonly sourceInheritsEpoch: boolean;
}

/** The statements that apply to a package. */
interface StatementStrategy {
  /** Selects the statements of a distribution about a name that count. */
  selectSystemStatements(advisories: readonly Advisory[]): readonly Advisory[];
  /** Returns whether a statement found by a CPE counts. */
  isAboutProduct(advisory: Advisory): boolean;
  /** Selects the sources to look up in addition to the package. */
  selectSources(sources: readonly Subject[], subject: Subject): readonly Subject[];
  /** If true, a package of uncertain identity is also looked up by its possible names. */
  readonly usesGuesses: boolean;
  /** Returns the architecture to compare with a statement; empty: any. */
  findArchitecture(subject: Subject): string;
  /** Returns whether an installed module is the stated one; both are not empty. */
  isInModule(installed: string, stated: string): boolean;
  /**
   * Returns whether a version without a module label belongs to a module; versions of modular
   * builds contain `mark`.
   */
  isModular(version: string, mark: string): boolean;
  /**
   * Returns whether a statement that a package is unaffected counts regardless of its qualifiers.
   */
  shouldIgnoreQualifiers(subject: Subject): boolean;
}

/** The meaning of a statement for a package and for the packages that it owns. */
interface VerdictStrategy {
  /** Returns whether an alias counts in comparisons of statement IDs. */
  isComparedAlias(id: string): boolean;
  /** Of a finding's IDs, its own first, returns those to compare with the distribution's. */
  toDistroIds(ids: readonly string[]): readonly string[];
  /** Of a finding's IDs, its own first, returns those for built-in rules. */
  toRuleIds(ids: readonly string[]): readonly string[];
  /**
   * Returns whether a statement suppresses its vulnerability for packages that the package owns.
   */
  isOutside(judgement: Judgement): boolean;
  /**
   * If true, a statement that a product or a package with errata is unaffected cancels others about
   * it; otherwise it only counts for packages that the package owns.
   */
  readonly unaffectedCancels: boolean;
  /** Whether an erratum also states that all earlier builds are affected. */
  readonly erratumDiscloses: boolean;
  /** Whether a fix is reported although the release cannot get it. */
  readonly reportsUnreachableFix: boolean;
  /**
   * If true, statements about functions that an executable does not contain are kept as ignored
   * matches of a rule.
   */
  readonly keepsUnlinked: boolean;
  /** Returns whether a built-in ignore rule is enabled. */
  shouldUseRule(rule: IgnoreRule): boolean;
  /**
   * If true, the distribution's statements about the owner decide for the packages that it
   * installed.
   */
  readonly isDistroDecisive: boolean;
}

/** Conversion of candidates to matches. */
export interface ResultStrategy {
  /** Revises the candidates of one package before the rules are applied. */
  refineFound(
    candidates: readonly Candidate[],
    subject: Subject,
    context: MatchContext,
  ): readonly Candidate[];
  /** Merges candidates about one vulnerability that rules treat alike. */
  mergeCounted(candidates: readonly Candidate[]): readonly Candidate[];
  /** If true, a finding grouped by CVE has the record of the CVE; otherwise only its ID. */
  readonly usesCveRecord: boolean;
  /** Returns the severity of a finding with these matches, the best one first. */
  rateFinding(matches: readonly Match[]): Rating;
  /** Rounds exploitability and impact of a CVSS vector. */
  roundCvssPart(value: number): number;
}

export interface MatchContext {
  readonly strategy: MatchStrategy;
  readonly distro: Distro | undefined;
  /**
   * Name and version of the distro for messages, such as `alpine 3.20.3`; empty if there is none.
   */
  readonly systemTitle: string;
  /** If true, findings are grouped by CVE, whatever the IDs of the statements. */
  readonly isByCve: boolean;
  /** Whether the target is a container image, or an SBOM of one. */
  readonly isContainer: boolean;
  /** The releases in the database whose statements apply to the distro. */
  readonly systems: readonly OperatingSystem[];
  /** The same without releases of a system that the distro is only compatible with. */
  readonly ownSystems: readonly OperatingSystem[];
  /**
   * Returns the releases of a channel of extended support, such as `eus`, whether or not it is in
   * use.
   */
  listChannelSystems(channel: string): readonly OperatingSystem[];
  /** Numbers of statements for each of `systems`; `undefined`: not counted. */
  readonly coverages: readonly (SystemCoverage | undefined)[];
  /** Whether the statements about the distro also list unfixed vulnerabilities. */
  readonly isUnfixedStated: boolean;
  readonly lookup: Lookup;
  /**
   * Receives every comparison, also of ranges that do not contain the version; if absent,
   * comparisons are not observed.
   */
  observe?(judgement: Judgement): void;
}

/** Root.io's marks in names and versions of rebuilt packages. https://docs.root.io */
export interface RebuildMarks {
  /** Prefixes of names; statements use the first one. */
  readonly prefixes: readonly [string, ...string[]];
  readonly version?: RegExp;
}

/** A channel of extended support, and its distribution. */
export interface SupportChannel {
  readonly channel: string;
  /** `ID` of its os-release file. */
  readonly system: string;
  /** Names of its repositories; if absent, extended support of the system in general is enough. */
  readonly repositories?: RegExp;
}

/** Searches for packages of some types. One file in `src/match/matcher`. */
export interface Matcher {
  /** Same as the name of its file. */
  readonly id: string;
  readonly title: string;
  /** Source of its rules. */
  readonly spec: string;
  /** Package types; empty for the matcher of all other types. */
  readonly types: readonly string[];
  /** Its packages belong to an operating system and own files. */
  readonly isSystem: boolean;
  /**
   * If true, only statements of the distribution's own vendor apply, not those of a compatible one.
   */
  readonly isOwnOnly?: boolean;
  /** Name of the version scheme of its packages; absent if unknown. */
  readonly scheme?: string;
  /** Returns the scheme of one package, for matchers whose packages have different ones. */
  detectScheme?(item: ComponentPackage): string | undefined;
  /** The architecture of source packages in advisories; if absent, that of the package. */
  readonly sourceArchitecture?: string;
  /** Returns the subjects to look up. If absent, these are the package and then its sources. */
  listSubjects?(subject: Subject, context: MatchContext): readonly Subject[];
  /** Returns the module of a package if it differs from the one in its record. */
  findModule?(item: ComponentPackage, context: MatchContext): string | undefined;
  /**
   * Channels of extended support whose statements apply in addition to those of the release, if the
   * target uses the channel.
   */
  readonly addedChannels?: readonly SupportChannel[];
  /** Every channel of extended support that it may read, also if the target does not use it. */
  readonly channels?: readonly SupportChannel[];
  /** Marks of rebuilt packages; if absent, the default ones in the name. */
  readonly rebuildMarks?: RebuildMarks;
  /**
   * Returns the builder of a package if its record shows that it is not the distribution's vendor.
   */
  detectOtherBuilder?(item: ComponentPackage, distro: Distro): string | undefined;
  readonly ignoreRules: readonly IgnoreRule[];
  /** Package types that are always a part of the operating-system package that owns their file. */
  readonly partTypes: readonly string[];
  match(subject: Subject, context: MatchContext): Outcome;
}

/** Returns the releases whose statements apply to the packages of a matcher. */
export function selectSystems(
  { isOwnOnly }: Matcher,
  { systems, distro }: MatchContext,
): readonly OperatingSystem[] {
  return isOwnOnly === true
    ? systems.filter(({ name, releaseId }) => [name, releaseId].some((one) => one === distro?.id))
    : systems;
}

/** Shared result for packages without statements, which are the majority. */
export const NOTHING_FOUND: Outcome = { candidates: [], suppressions: [], unevaluated: [] };

export function joinOutcomes(outcomes: readonly Outcome[]): Outcome {
  const found = outcomes.filter((outcome) => !isEmpty(outcome));
  const [first = NOTHING_FOUND] = found;
  return found.length < 2
    ? first
    : {
        candidates: found.flatMap((outcome) => outcome.candidates),
        suppressions: found.flatMap((outcome) => outcome.suppressions),
        unevaluated: found.flatMap((outcome) => outcome.unevaluated),
      };
}

function isEmpty({ candidates, suppressions, unevaluated }: Outcome): boolean {
  return candidates.length === 0 && suppressions.length === 0 && unevaluated.length === 0;
}
