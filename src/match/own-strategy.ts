import type { Advisory } from '../core/advisory.ts';
import { schemeByName } from '../version/scheme-by-name.ts';
import { toNearestTenth } from './cvss/metrics.ts';
import type { MatchStrategy, Subject } from './matcher.ts';
import { mergeCandidates } from './merge.ts';
import { isWithdrawn } from './status.ts';
import { findEndOfLife, ownReleases } from './system.ts';

/** Our own matching, unless a request has another strategy. */
export const OWN_STRATEGY: MatchStrategy = {
  scope: {
    isKnownDistro: () => true,
    selectReleases: ownReleases,
    includesPackage: () => true,
    isPart: ({ package: item, matcher }) => matcher.partTypes.includes(item.type),
    searchesParts: true,
    findOtherBuilder: ({ package: item, matcher }, distro) =>
      matcher.otherBuilderOf?.(item, distro),
    findEndOfLife,
    isEndOfLifeConcern: ({ matcher }) => matcher.isSystem,
  },
  versions: {
    nameScheme: ({ package: item, matcher }) =>
      matcher.schemeOf === undefined ? matcher.scheme : matcher.schemeOf(item),
    findScheme: (name) => (name === undefined ? undefined : schemeByName(name)),
    toRanges: (ranges) => ranges,
    isMissingInRange: false,
    packageOptions: {},
    sourceInheritsEpoch: true,
  },
  statements: {
    selectSystemStatements: withoutWithdrawn,
    isAboutProduct: () => true,
    selectSources: (sources, subject) =>
      sources.filter(({ name, version }) => name !== subject.name || version !== subject.version),
    usesGuesses: true,
    findArchitecture,
    isInModule: (installed, stated) => installed === stated || installed.startsWith(`${stated}:`),
    isModular: (version, mark) => version.includes(mark),
    ignoresQualifiers: () => false,
  },
  verdicts: {
    isComparedAlias: () => true,
    toDistroIds: (ids) => ids,
    toRuleIds: (ids) => ids,
    isOutside: ({ isInRange }) => isInRange === false,
    unaffectedCancels: true,
    erratumDiscloses: true,
    namesUnreachableFix: false,
    keepsUnlinked: true,
    usesRule: () => true,
    asksDistro: true,
  },
  results: {
    reviseFound: (candidates) => candidates,
    mergeCounted: mergeCandidates,
    filesByRecord: true,
    roundCvssPart: toNearestTenth,
  },
};

function withoutWithdrawn(advisories: readonly Advisory[]): readonly Advisory[] {
  return advisories.some(isWithdrawn)
    ? advisories.filter((advisory) => !isWithdrawn(advisory))
    : advisories;
}

function findArchitecture({ kind, matcher, package: item }: Subject): string {
  return kind === 'indirect' && matcher.sourceArchitecture !== undefined
    ? matcher.sourceArchitecture
    : (item.architecture ?? '');
}
