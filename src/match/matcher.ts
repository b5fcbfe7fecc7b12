import type { Advisory, Fix, FixState, OperatingSystem, SystemCoverage } from '../core/advisory.ts';
import type { Distro } from '../core/distro.ts';
import type { MatchReason, Unevaluated } from '../core/finding.ts';
import type { InventoryPackage } from '../core/inventory.ts';
import type { RangeOptions } from '../version/range.ts';
import type { CpeAttributes } from './cpe.ts';
import type { Judgement } from './judgement.ts';
import type { Lookup } from './lookup.ts';
import type { QuirkId, Quirks } from './parity/quirks.data.ts';

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
  /** The statement whose details and system are shown in place of its own; see `parity`. */
  readonly shown?: Advisory;
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
  /** The quirk under which it does not hold, where Grype has no such rule. */
  readonly notInGrype?: QuirkId;
}

export interface MatchContext extends Quirks {
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
  /**
   * `ID` or `ID_LIKE` of distributions that also list what they have not fixed, so that packages
   * which an operating system package brought along need no search of their own.
   */
  readonly comprehensiveSystems: readonly string[];
  /** Distributions to which the list above does not apply although they are like one of it. */
  readonly notComprehensiveSystems: readonly string[];
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
