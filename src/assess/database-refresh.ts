import { type AdvisoryDatabase, USUAL_DATABASE_AGE_DAYS } from '../foundation/core/advisory.ts';
import { present } from '../foundation/core/assert.ts';
import { EXIT_STATUS, UserError } from '../foundation/core/error.ts';
import type { Alert } from '../foundation/core/finding.ts';
import { DEFAULT_LIMITS, type Limits } from '../foundation/core/limits.ts';
import { sources } from '../image/source/registry.generated.ts';
import type { ShardSelection } from '../vulnerability/advisory/delivery/install-index.ts';
import { describeLayer } from '../vulnerability/advisory/describe-database.ts';
import { findCurrentGeneration } from '../vulnerability/advisory/generation.ts';
import { hasDatabase } from '../vulnerability/advisory/open-database.ts';
import { isFromArchive } from '../vulnerability/advisory/pinned-archive.ts';
import { isCheckDue, isOutdated } from '../vulnerability/advisory/update/database-age.ts';
import { PUBLIC_DATABASE_URLS } from '../vulnerability/advisory/update/listing.ts';
import type { UpdateOptions } from '../vulnerability/advisory/update/update-options.ts';
import { findLastCheck, rememberCheck } from '../vulnerability/advisory/update/update-state.ts';
import type { Ports } from './ports.ts';
import type { DatabaseRequest, RefreshRequest } from './request.ts';

/** Plans how to download a newer database. */
export function planUpdate(
  { urls, ...rest }: RefreshRequest,
  ports: Ports,
  limits: Limits = DEFAULT_LIMITS,
): UpdateOptions {
  const { environment, progress, now, machineTime, resources } = ports;
  return {
    places: urls.length === 0 ? PUBLIC_DATABASE_URLS : urls,
    environment,
    ...rest,
    limits,
    progress,
    now,
    machineTime,
    resources,
    announce: (line) => ports.notify(line),
    openArtifact: async (reference) => {
      const open = sources.find(({ openArtifact }) => openArtifact !== undefined)?.openArtifact;
      const opener = present(open, 'a source of artifacts');
      return await opener(reference, { limits, progress, network: ports.network });
    },
  };
}

/**
 * Returns whether a run must check for newer advisories: always if there are none or they are too
 * old, else every two hours. If all advisories were built on this machine, nothing is downloaded
 * without a request.
 */
export function isRefreshDue(
  { folder, refresh, archiveDigest, maxAgeDays = USUAL_DATABASE_AGE_DAYS }: DatabaseRequest,
  { now, network }: Ports,
): boolean {
  if (refresh === undefined || network.isOffline === true) {
    return false;
  }
  const { isValid, description } = describeLayer(folder);
  if (!isValid || description === undefined) {
    const isDamaged = findCurrentGeneration(folder) !== undefined;
    return isDamaged || archiveDigest !== undefined || !hasDatabase(folder);
  }
  if (archiveDigest !== undefined) {
    return !isFromArchive(folder, archiveDigest);
  }
  const { sourceSchema, builtAt } = description;
  const isOwnBuild = sourceSchema === '';
  const isDue = isOutdated(builtAt, now, maxAgeDays) || isCheckDue(findLastCheck(folder), now);
  return isDue && !isOwnBuild;
}

/**
 * Downloads a newer database if there is one. A failure does not end the run: it is an alert.
 *
 * @throws UserError if the command line or the configuration is the cause
 */
export async function refreshDatabase(
  { folder, refresh }: DatabaseRequest,
  ports: Ports,
  { limits, ...selection }: ShardSelection & { readonly limits?: Limits } = {},
): Promise<readonly Alert[]> {
  if (refresh === undefined) {
    return [];
  }
  // Loaded on demand: most runs do not download anything.
  const { updateDatabase } = await import('../vulnerability/advisory/update/update-database.ts');
  try {
    const { offer } = await updateDatabase(folder, {
      ...planUpdate(refresh, ports, limits),
      ...selection,
    });
    return listSupportAlerts(offer.kind === 'listing' ? offer.listing.status : 'active');
  } catch (error) {
    if (!(error instanceof UserError) || error.status === EXIT_STATUS.usage) {
      throw error;
    }
    rememberCheck(folder, ports.now);
    const message = `could not update the advisory database: ${error.message}`;
    return [{ kind: 'database-not-updated', message, packageKeys: [] }];
  }
}

/** Returns alerts about the end of support of the database's schema. */
export function listSupportAlerts(status: string): readonly Alert[] {
  if (status === 'active') {
    return [];
  }
  const message =
    status === 'eol'
      ? 'databases of this schema are no longer published: update plimsoll'
      : 'databases of this schema will be discontinued soon: update plimsoll';
  return [{ kind: 'database-support-ending', message, packageKeys: [] }];
}

/**
 * Returns an alert for each source that a run depends on and whose advisories are too old to rely
 * on. The age of an imported database is checked first: its sources are older than itself.
 */
export function listAgeAlerts(
  database: Pick<AdvisoryDatabase, 'description' | 'listUsedProviders'>,
  { maxAgeDays = USUAL_DATABASE_AGE_DAYS }: Pick<DatabaseRequest, 'maxAgeDays'>,
  { now }: Pick<Ports, 'now'>,
): readonly Alert[] {
  const { builtAt, sourceSchema } = database.description;
  const limit = `more than ${maxAgeDays} days ago`;
  const isBaseOutdated = sourceSchema !== '' && isOutdated(builtAt, now, maxAgeDays);
  const base = isBaseOutdated
    ? [createAgeAlert(`the advisory database was built ${builtAt}, ${limit}`, builtAt)]
    : [];
  const providers = database
    .listUsedProviders()
    .filter(({ isBuilt }) => isBuilt || !isBaseOutdated)
    .map(({ id, capturedAt }) => ({ id, date: capturedAt === '' ? builtAt : capturedAt }))
    .filter(({ date }) => isOutdated(date, now, maxAgeDays))
    .map(({ id, date }) =>
      createAgeAlert(`the advisories of ${id} were captured ${date}, ${limit}`, date),
    );
  return [...base, ...providers];
}

function createAgeAlert(message: string, date: string): Alert {
  return { kind: 'database-outdated', message, packageKeys: [], date };
}
