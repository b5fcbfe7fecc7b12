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
import type { MatchReason, Unevaluated } from '../core/finding.ts';
import type { InventoryPackage } from '../core/inventory.ts';
import type { Scheme } from '../core/scheme.ts';
import type { TargetDescription } from '../core/target.ts';
import type { RangeOptions } from '../version/range.ts';
import type { CpeAttributes } from './cpe.ts';
import type { Judgement } from './judgement.ts';
import type { Lookup } from './lookup.ts';

/** What is searched for: a package, under its own name or that of the package it was built from. */
export interface Subject {
  readonly package: InventoryPackage;
  readonly name: string;
  readonly version: string;
  readonly cpes: readonly CpeAttributes[];
  readonly kind: 'direct' | 'indirect';
  readonly matcher: Matcher;
  /** What differs from how the scheme compares; absent: nothing. */
  readonly rangeOptions?: RangeOptions;
}

/** A statement that holds for a package, before the vulnerability's details have been read. */
export interface Candidate {
  readonly packageKey: string;
  readonly advisory: Advisory;
  readonly reasons: readonly MatchReason[];
  /** Those with a version only. */
  readonly fixes: readonly Fix[];
  readonly fixState: FixState;
  /** Name of the rule by which the search itself sets it aside. */
  readonly rule?: string;
  /** What a person should read before believing it, without the full stop. */
  readonly note?: string;
}

/** Ids that a statement about one package rules out elsewhere. */
export interface Silence {
  /**
   * `owned`: on packages whose files this one installed; `same`: on packages of the same name,
   * version and type.
   */
  readonly reach: 'owned' | 'same';
  readonly packageKey: string;
  /** What they are about is silenced under every id that it goes by; never none. */
  readonly statements: readonly Advisory[];
  /** Name of the rule, as shown with what it sets aside. */
  readonly rule: string;
}

/** What a search found of one package. */
export interface Outcome {
  readonly candidates: readonly Candidate[];
  readonly silences: readonly Silence[];
  readonly unevaluated: readonly Unevaluated[];
}

/** Findings that are known to be wrong or misleading. All conditions given must hold. */
export interface IgnoreRule {
  readonly id: string;
  /** A part of a sentence: why it is set aside. */
  readonly reason: string;
  /** Ids, any of which is meant; absent: every vulnerability. */
  readonly vulnerabilities?: readonly string[];
  readonly packageName?: RegExp;
  /** What the package must be besides. */
  isFor?(item: InventoryPackage): boolean;
  /** Holds in images of containers, not on machines. */
  readonly isOfContainers?: boolean;
  /** Name of a package that the package was built from. */
  readonly sourceName?: RegExp;
  /** Only findings that have a reason of this kind. */
  readonly kind?: MatchReason['kind'];
}

/**
 * The decisions of matching on which scanners differ, by stage. `OWN_STRATEGY` has ours; a request
 * may bring another one. No other code of matching depends on which scanner is meant.
 */
export interface MatchStrategy {
  readonly scope: ScopeStrategy;
  readonly versions: VersionStrategy;
  readonly statements: StatementStrategy;
  readonly verdicts: VerdictStrategy;
  readonly results: ResultStrategy;
}

/** A package and the matcher that its type has. */
export type MatchedPackage = Pick<Subject, 'package' | 'matcher'>;

/** The date after which the vendor gives no fixes. */
export interface EndOfLife {
  readonly date: string;
  /** The release whose date it is, if the distribution has none of its own. */
  readonly parent?: string;
}

/** Which distribution, releases and packages a run concerns. */
interface ScopeStrategy {
  isKnownDistro(distro: Distro): boolean;
  /** Those of the releases that the database finds whose statements apply to the distribution. */
  selectReleases(distro: Distro, found: readonly OperatingSystem[]): readonly OperatingSystem[];
  /** Packages that are not included are not reported as not evaluated either. */
  includesPackage(item: InventoryPackage, target: TargetDescription): boolean;
  /** Whether a package is nothing but a part of a system package of the same version. */
  isPart(part: MatchedPackage, owner: MatchedPackage, distro: Distro): boolean;
  /** Whether parts are searched for too, and their findings ignored by a rule. */
  readonly searchesParts: boolean;
  /** Who built a package of the operating system, if its vendor did not. */
  findOtherBuilder(one: MatchedPackage, distro: Distro): string | undefined;
  /** The end of life of a distribution; `answering` are the releases whose statements apply. */
  findEndOfLife(
    distro: Distro,
    database: Pick<AdvisoryDatabase, 'findLifecycle' | 'listOwnReleases'>,
    answering: readonly OperatingSystem[],
  ): EndOfLife | undefined;
  /** Whether a package is affected by the end of life of its operating system. */
  isEndOfLifeConcern(one: MatchedPackage): boolean;
}

/** How versions are read and compared. */
interface VersionStrategy {
  /** Name of the scheme that a package's versions are compared by; `undefined`: none is known. */
  nameScheme(one: MatchedPackage): string | undefined;
  findScheme(name: string | undefined): Scheme<unknown> | undefined;
  /** The ranges of a statement as they are evaluated. */
  toRanges(ranges: readonly AdvisoryRange[]): readonly AdvisoryRange[];
  /** Whether a package without a version is in every range; else it is not evaluated. */
  readonly isMissingInRange: boolean;
  /** How versions of packages with epochs are compared. */
  readonly packageOptions: RangeOptions;
  /** Whether a source has the epoch of a package of the same build. */
  readonly sourceInheritsEpoch: boolean;
}

/** Which statements concern a package. */
interface StatementStrategy {
  /** Those of a distribution's statements about a name that count at all. */
  selectSystemStatements(advisories: readonly Advisory[]): readonly Advisory[];
  /** Whether a statement that a CPE leads to counts. */
  isAboutProduct(advisory: Advisory): boolean;
  /** Those sources of a package that are searched for besides the package. */
  selectSources(sources: readonly Subject[], subject: Subject): readonly Subject[];
  /** Whether a package of uncertain identity is also searched for as what it may be. */
  readonly usesGuesses: boolean;
  /** The architecture that a statement is compared with; empty: any. */
  findArchitecture(subject: Subject): string;
  /** Whether an installed module is the stated one, both not empty. */
  isInModule(installed: string, stated: string): boolean;
  /** Whether a version without a module label is of a module; `mark` is in those of modular builds. */
  isModular(version: string, mark: string): boolean;
  /** Whether a statement that a package is unaffected counts whatever its qualifiers. */
  ignoresQualifiers(subject: Subject): boolean;
}

/** What a statement means for a package and for what the package owns. */
interface VerdictStrategy {
  /** Whether an alias takes part when ids of statements are compared. */
  isComparedAlias(id: string): boolean;
  /** Of a finding's ids, its own first, those that are compared with the distribution's. */
  toDistroIds(ids: readonly string[]): readonly string[];
  /** Of a finding's ids, its own first, those that built-in rules see. */
  toRuleIds(ids: readonly string[]): readonly string[];
  /** Whether a statement rules out its vulnerability on what the package owns. */
  isOutside(judgement: Judgement): boolean;
  /**
   * Whether a statement that a product or a package with errata is unaffected cancels others about
   * it; else it only counts for what the package owns.
   */
  readonly unaffectedCancels: boolean;
  /** Whether an erratum also states that all builds before it are affected. */
  readonly erratumDiscloses: boolean;
  /** Whether a fix is named that the release cannot get. */
  readonly namesUnreachableFix: boolean;
  /** Whether statements about functions that an executable does not contain are kept, by a rule. */
  readonly keepsUnlinked: boolean;
  /** Whether a built-in ignore rule is in use. */
  usesRule(rule: IgnoreRule): boolean;
  /** Whether the distribution's statements about the owner answer for what it brought along. */
  readonly asksDistro: boolean;
}

/** How candidates become matches. */
interface ResultStrategy {
  /** Revises the candidates of one package before any rule sees them. */
  reviseFound(
    candidates: readonly Candidate[],
    subject: Subject,
    context: MatchContext,
  ): readonly Candidate[];
  /** Merges candidates about one vulnerability that rules treat alike. */
  mergeCounted(candidates: readonly Candidate[]): readonly Candidate[];
  /** Whether a finding filed by CVE has the record of the CVE; else only its id. */
  readonly filesByRecord: boolean;
  /** Rounds exploitability and impact of a CVSS vector. */
  roundCvssPart(value: number): number;
}

export interface MatchContext {
  readonly strategy: MatchStrategy;
  readonly distro: Distro | undefined;
  /** Name and version of the distro for people, e.g. `alpine 3.20.3`; empty where there is none. */
  readonly systemTitle: string;
  /** Findings are filed under CVEs, whatever the ids of the statements. */
  readonly isByCve: boolean;
  /** What is looked at is the image of a container, or a description of one. */
  readonly isContainer: boolean;
  /** The releases in the database whose statements hold for the distro. */
  readonly systems: readonly OperatingSystem[];
  /** The same, without those of a system that the distro is only compatible with. */
  readonly ownSystems: readonly OperatingSystem[];
  /** The releases of a channel of longer support, such as `eus`, whether or not it is in use. */
  channelSystems(channel: string): readonly OperatingSystem[];
  /** How much is said of each of `systems`; `undefined`: it has not been counted. */
  readonly coverages: readonly (SystemCoverage | undefined)[];
  /** Whether the statements about the distro also name what is not fixed. */
  readonly isUnfixedStated: boolean;
  readonly lookup: Lookup;
  /** Is told every comparison that is made, also of what does not hold; absent: nobody asks. */
  observe?(judgement: Judgement): void;
}

/** How Root.io marks in names and versions what it rebuilt. https://docs.root.io */
export interface RebuildMarks {
  /** What it puts before a name; the first is the one that its statements have. */
  readonly prefixes: readonly [string, ...string[]];
  readonly version?: RegExp;
}

/** How packages of some types are searched for. One file in `src/match/matcher`. */
export interface Matcher {
  /** Same as the name of its file. */
  readonly id: string;
  readonly title: string;
  /** Where the rules come from. */
  readonly spec: string;
  /** Package types; empty for the one that takes what no other does. */
  readonly types: readonly string[];
  /** Its packages belong to an operating system and own files. */
  readonly isSystem: boolean;
  /** Only what the distribution's own vendor says holds, not what is said of one it is like. */
  readonly isOwnOnly?: boolean;
  /** Name of the version scheme of its packages; absent: none is known. */
  readonly scheme?: string;
  /** The scheme of one package, where those of one matcher have different ones. */
  schemeOf?(item: InventoryPackage): string | undefined;
  /**
   * The architecture that source packages have in advisories; absent: they have that of the
   * package.
   */
  readonly sourceArchitecture?: string;
  /** What is searched for; absent: the package under its own name, then what it was built from. */
  subjectsOf?(subject: Subject, context: MatchContext): readonly Subject[];
  /** The module that a package belongs to, where it is not as its own record says. */
  moduleOf?(item: InventoryPackage, context: MatchContext): string | undefined;
  /** How rebuilds of its packages are marked; absent: in the name, as everywhere else. */
  readonly rebuildMarks?: RebuildMarks;
  /** Who built a package, where its record tells that it was not the vendor of the distribution. */
  otherBuilderOf?(item: InventoryPackage, distro: Distro): string | undefined;
  readonly ignoreRules: readonly IgnoreRule[];
  /** Package types that are always a part of the operating system package that owns their file. */
  readonly partTypes: readonly string[];
  match(subject: Subject, context: MatchContext): Outcome;
}

/** The releases whose statements hold for the packages of a matcher. */
export function systemsFor(
  { isOwnOnly }: Matcher,
  { systems, distro }: MatchContext,
): readonly OperatingSystem[] {
  return isOwnOnly === true
    ? systems.filter(({ name, releaseId }) => [name, releaseId].some((one) => one === distro?.id))
    : systems;
}

/** What a search comes to where there are no statements, as of most packages. */
export const NOTHING_FOUND: Outcome = { candidates: [], silences: [], unevaluated: [] };

export function joinOutcomes(outcomes: readonly Outcome[]): Outcome {
  const telling = outcomes.filter(isTelling);
  const [first = NOTHING_FOUND] = telling;
  return telling.length < 2
    ? first
    : {
        candidates: telling.flatMap((outcome) => outcome.candidates),
        silences: telling.flatMap((outcome) => outcome.silences),
        unevaluated: telling.flatMap((outcome) => outcome.unevaluated),
      };
}

function isTelling({ candidates, silences, unevaluated }: Outcome): boolean {
  return candidates.length > 0 || silences.length > 0 || unevaluated.length > 0;
}
