import type { AdvisoryDatabase, OperatingSystem } from '../core/advisory.ts';
import { isUnfixedStated } from '../core/coverage-share.ts';
import { defined } from '../core/defined.ts';
import type { Distro } from '../core/distro.ts';
import type { ComponentSystem } from './component.ts';
import { isChannelUsed } from './extended-systems.ts';
import type { Judgement } from './judgement.ts';
import { createLookup, type Lookup } from './lookup.ts';
import type { MatchContext, MatchStrategy } from './matcher.ts';
import { OWN_STRATEGY } from './own-strategy.ts';
import { matchers } from './registry.generated.ts';
import { formatSystemTitle } from './system.ts';

export interface ContextOptions {
  /** Decides the points that differ between scanners; if absent, our own strategy. */
  readonly strategy?: MatchStrategy;
  /**
   * If true, findings are grouped by their CVEs, with the facts about these; see `completeMatches`.
   */
  readonly isByCve?: boolean;
  /** Reads the same database for several contexts of this strategy; absent for one of its own. */
  readonly lookup?: Lookup;
  /** Receives every comparison, also of ranges that do not contain the version. */
  observe?(judgement: Judgement): void;
}

/** Creates a look-up that several contexts of our own strategy can share. */
export function createSharedLookup(database: AdvisoryDatabase): Lookup {
  return createLookup(database, OWN_STRATEGY.versions.findScheme);
}

/** Creates the context for the packages of one system. */
export function createMatchContext(
  system: ComponentSystem,
  database: AdvisoryDatabase,
  options: ContextOptions,
): MatchContext {
  const { strategy = OWN_STRATEGY } = options;
  const { scope, versions } = strategy;
  const distro =
    system.distro !== undefined && scope.isKnownDistro(system.distro) ? system.distro : undefined;
  const listReleases = (channel?: string): readonly OperatingSystem[] => {
    const found = distro === undefined ? [] : database.listReleases(distro, channel);
    return distro === undefined ? found : scope.selectReleases(distro, found);
  };
  const systems = [...listReleases(), ...listAddedReleases(distro, listReleases)];
  const own = distro === undefined ? [] : database.listOwnReleases(distro);
  const coverages = systems.map((one) => database.getCoverage(one));
  return {
    strategy,
    distro,
    systemTitle: formatSystemTitle(distro),
    isByCve: options.isByCve ?? false,
    isContainer: system.isContainer,
    systems,
    ownSystems: distro === undefined ? [] : scope.selectReleases(distro, own),
    listChannelSystems: remember(listReleases),
    coverages,
    isUnfixedStated: isUnfixedStated(coverages),
    lookup: options.lookup ?? createLookup(database, versions.findScheme),
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

/**
 * Returns everything that the database knows of the system of a context, as text: its releases, and
 * whether they list unfixed vulnerabilities. Packages of a system with another text are matched
 * again. Row numbers have no meaning.
 */
export function describeSystem(context: MatchContext): string {
  const { systems, ownSystems, isUnfixedStated: hasUnfixed } = context;
  const channels = matchers.flatMap((matcher) => matcher.channels ?? []);
  return JSON.stringify(
    [
      systems,
      ownSystems,
      ...channels.map(({ channel }) => context.listChannelSystems(channel)),
      hasUnfixed,
    ],
    (key, value: unknown) => (key === 'id' ? undefined : value),
  );
}
