import type { Advisory } from '../core/advisory.ts';
import { findSchemeByName } from '../version/scheme-by-name.ts';
import { toNearestTenth } from './cvss/metrics.ts';
import type { MatchStrategy, Subject } from './matcher.ts';
import { mergeCandidates } from './merge.ts';
import { rateByPrecedence } from './rating.ts';
import { isWithdrawn } from './status.ts';
import { findEndOfLife, selectOwnReleases } from './system.ts';

/** Our own matching, unless a request has another strategy. */
export const OWN_STRATEGY: MatchStrategy = {
  scope: {
    isKnownDistro: () => true,
    selectReleases: selectOwnReleases,
    isIncluded: () => true,
    isPart: ({ package: item, matcher }) => matcher.partTypes.includes(item.type),
    needsProof: true,
    searchesParts: true,
    findOtherBuilder: ({ package: item, matcher }, distro) =>
      matcher.detectOtherBuilder?.(item, distro),
    findEndOfLife,
    isEndOfLifeConcern: ({ matcher }) => matcher.isSystem,
  },
  versions: {
    findSchemeName: ({ package: item, matcher }) =>
      matcher.detectScheme === undefined ? matcher.scheme : matcher.detectScheme(item),
    findScheme: (name) => (name === undefined ? undefined : findSchemeByName(name)),
    toRanges: (ranges) => ranges,
    isMissingInRange: false,
    packageOptions: {},
    sourceInheritsEpoch: true,
  },
  statements: {
    selectSystemStatements: dropWithdrawn,
    isAboutProduct: () => true,
    selectSources: (sources, subject) =>
      sources.filter(({ name, version }) => name !== subject.name || version !== subject.version),
    usesGuesses: true,
    findArchitecture,
    isInModule: (installed, stated) => installed === stated || installed.startsWith(`${stated}:`),
    isModular: (version, mark) => version.includes(mark),
    shouldIgnoreQualifiers: () => false,
  },
  verdicts: {
    isComparedAlias: () => true,
    toDistroIds: (ids) => ids,
    toRuleIds: (ids) => ids,
    isOutside: ({ isInRange }) => isInRange === false,
    unaffectedCancels: true,
    erratumDiscloses: true,
    reportsUnreachableFix: false,
    keepsUnlinked: true,
    shouldUseRule: () => true,
    isDistroDecisive: true,
  },
  results: {
    refineFound: (candidates) => candidates,
    mergeCounted: mergeCandidates,
    usesCveRecord: true,
    rateFinding: rateByPrecedence,
    roundCvssPart: toNearestTenth,
  },
};

function dropWithdrawn(advisories: readonly Advisory[]): readonly Advisory[] {
  return advisories.some(isWithdrawn)
    ? advisories.filter((advisory) => !isWithdrawn(advisory))
    : advisories;
}

function findArchitecture({ kind, matcher, package: item }: Subject): string {
  return kind === 'indirect' && matcher.sourceArchitecture !== undefined
    ? matcher.sourceArchitecture
    : (item.architecture ?? '');
}
