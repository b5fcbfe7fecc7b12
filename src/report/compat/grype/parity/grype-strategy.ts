import type { Distro } from '../../../../foundation/core/distro.ts';
import type { ComponentPackage } from '../../../../vulnerability/match/component.ts';
import { roundUp } from '../../../../vulnerability/match/cvss/metrics.ts';
import {
  type Candidate,
  type MatchContext,
  type MatchedPackage,
  type MatchStrategy,
  type Subject,
  selectSystems,
} from '../../../../vulnerability/match/matcher.ts';
import { OWN_STRATEGY } from '../../../../vulnerability/match/own-strategy.ts';
import { rateByBestMatch } from '../../../../vulnerability/match/rating.ts';
import { isUnknownVersion } from '../../../../vulnerability/match/search/product-search.ts';
import { findSystemAdvisories } from '../../../../vulnerability/match/search/system-search.ts';
import { toEndOfLife } from '../../../../vulnerability/match/system.ts';
import { ARCHITECTURE_READ } from './architecture-read.data.ts';
import { chooseGrypeScheme } from './choose-grype-scheme.ts';
import { COMPREHENSIVE_SYSTEMS, INCOMPREHENSIVE_SYSTEMS } from './comprehensive-systems.data.ts';
import { getGrypeScheme } from './get-grype-scheme.ts';
import { joinRanges } from './join-ranges.ts';
import { KNOWN_SYSTEMS } from './known-systems.data.ts';
import { mergeInOrder, sortForMerge } from './merge-in-order.ts';
import { QUIRKS, type QuirkId } from './quirks.data.ts';
import { showFirst, toShown } from './show-first.ts';

type Stage = keyof MatchStrategy;
type Override = { readonly [Name in Stage]?: Partial<MatchStrategy[Name]> };

const RULES_OF_OURS: ReadonlySet<string> = new Set([
  'documentation-or-translations',
  'kernel-of-host',
]);
const COMPARED_ALIAS = /^(?:cve|ghsa)-/i;

/** The part of a strategy that each quirk replaces; no two change the same member. */
const OVERRIDES: Readonly<Record<QuirkId, Override>> = {
  'apk-compares-ids-only': { verdicts: { toDistroIds: takeOwnId } },
  'architecture-seldom-read': { statements: { findArchitecture } },
  'by-cve-changes-the-id-only': { results: { usesCveRecord: false } },
  'cvss-parts-rounded-up': { results: { roundCvssPart: roundUp } },
  'distro-not-asked-for-owned': { verdicts: { isDistroDecisive: false } },
  'empty-version-matches-all': { versions: { isMissingInRange: true } },
  'end-of-life-alerts-every-package': { scope: { isEndOfLifeConcern: () => true } },
  'end-of-life-needs-exact-minor': {
    scope: {
      findEndOfLife: (distro, database) => toEndOfLife(database.findLifecycle(distro)),
    },
  },
  'errata-only-cancel': { verdicts: { erratumDiscloses: false } },
  'ignore-rules-compare-ids-only': { verdicts: { toRuleIds: takeOwnId } },
  'merge-depends-on-order': {
    results: {
      refineFound: reviseFound,
      mergeCounted: (candidates) => mergeInOrder(sortForMerge(candidates)).map(toShown),
    },
  },
  'module-ends-anywhere': {
    statements: { isInModule: (installed, stated) => installed.startsWith(stated) },
  },
  'no-scheme-of-its-own': { versions: { findSchemeName: chooseGrypeScheme } },
  'one-identity-each': { statements: { usesGuesses: false } },
  'one-sided-epoch-ignored': { versions: { packageOptions: { missingEpoch: 'of-other' } } },
  'only-cve-and-ghsa-aliases': {
    verdicts: { isComparedAlias: (id) => COMPARED_ALIAS.test(id) },
  },
  'oracle-module-not-told': { statements: { isModular: () => true } },
  'own-ignore-rules-unused': { verdicts: { shouldUseRule: ({ id }) => !RULES_OF_OURS.has(id) } },
  'own-name-searched-as-source': { statements: { selectSources: (sources) => sources } },
  'owned-packages-not-searched': { scope: { isPart, needsProof: false, searchesParts: false } },
  'package-cpes-not-searched': {
    statements: { isAboutProduct: ({ ecosystem }) => ecosystem === undefined },
  },
  'packages-without-version-left-out': { scope: { isIncluded: includesPackage } },
  'ranges-joined': { versions: { toRanges: joinRanges } },
  'release-stands-in-for-another': { scope: { selectReleases: (_, found) => found } },
  'severity-of-best-match': { results: { rateFinding: rateByBestMatch } },
  'source-epoch-unknown': { versions: { sourceInheritsEpoch: false } },
  'system-search-keeps-rejected': {
    statements: { selectSystemStatements: (advisories) => advisories },
  },
  'third-party-not-told': { scope: { findOtherBuilder: () => undefined } },
  'unaffected-only-silences': { verdicts: { unaffectedCancels: false } },
  'unaffected-whatever-qualifier': {
    statements: {
      shouldIgnoreQualifiers: ({ matcher }) => matcher.sourceArchitecture === undefined,
    },
  },
  'unjudged-silences-owned': { verdicts: { isOutside: ({ isInRange }) => isInRange !== true } },
  'unlinked-left-out': { verdicts: { keepsUnlinked: false } },
  'unlisted-system-is-none': { scope: { isKnownDistro } },
  'unreachable-fix-named': { verdicts: { reportsUnreachableFix: true } },
  'versions-ordered-otherwise': { versions: { findScheme: (name = '') => getGrypeScheme(name) } },
};

/**
 * Creates the strategy that matches as Grype does.
 *
 * @param quirks restricts the strategy to these quirks, to find out which one makes a difference
 */
export function createGrypeStrategy(
  quirks: readonly QuirkId[] = QUIRKS.map(({ id }) => id),
): MatchStrategy {
  const overrides = quirks.map((id) => OVERRIDES[id]);
  const merge = <Name extends Stage>(stage: Name): MatchStrategy[Name] =>
    Object.assign({}, OWN_STRATEGY[stage], ...overrides.map((one) => one[stage]));
  return {
    scope: merge('scope'),
    versions: merge('versions'),
    statements: merge('statements'),
    verdicts: merge('verdicts'),
    results: merge('results'),
  };
}

function takeOwnId(ids: readonly string[]): readonly string[] {
  return ids.slice(0, 1);
}

function isKnownDistro({ id, idLike }: Distro): boolean {
  return [id, ...idLike].some((each) => KNOWN_SYSTEMS.has(each));
}

/** The cataloger writes "unknown" for a missing version; a document may leave it empty. */
function includesPackage(
  { version }: ComponentPackage,
  { kind }: Parameters<MatchStrategy['scope']['isIncluded']>[1],
): boolean {
  return !isUnknownVersion(version) && (version !== '' || kind === 'sbom');
}

/** Any language package is a part if the distribution also lists unfixed vulnerabilities. */
function isPart(part: MatchedPackage, owner: MatchedPackage, distro: Distro): boolean {
  const systems = COMPREHENSIVE_SYSTEMS.get(owner.matcher.id) ?? [];
  const isComprehensive =
    !INCOMPREHENSIVE_SYSTEMS.has(distro.id) &&
    [distro.id, ...distro.idLike].some((id) => systems.includes(id));
  return (
    (isComprehensive && !part.matcher.isSystem) || OWN_STRATEGY.scope.isPart(part, owner, distro)
  );
}

function findArchitecture(subject: Subject): string {
  const { kind, matcher, package: item } = subject;
  const isOpenSource =
    kind === 'indirect' && matcher.sourceArchitecture !== undefined && item.metadata === undefined;
  return isOpenSource || !ARCHITECTURE_READ.has(matcher.id)
    ? ''
    : OWN_STRATEGY.statements.findArchitecture(subject);
}

function reviseFound(
  candidates: readonly Candidate[],
  subject: Subject,
  context: MatchContext,
): readonly Candidate[] {
  const { length } = selectSystems(subject.matcher, context);
  return mergeInOrder(
    length > 1
      ? showFirst(candidates, (name) => findSystemAdvisories(name, subject, context))
      : candidates,
  );
}
