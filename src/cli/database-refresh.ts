import { describeDatabase } from '../advisory/open-database.ts';
import { isCheckDue, isOutdated } from '../advisory/update/database-age.ts';
import { PUBLIC_DATABASE_URLS } from '../advisory/update/listing.ts';
import type { UpdateOptions } from '../advisory/update/update-database.ts';
import { lastCheck, rememberCheck } from '../advisory/update/update-state.ts';
import { EXIT_STATUS, UserError } from '../core/error.ts';
import type { Alert } from '../core/finding.ts';
import type { Context } from './command.ts';

/** How the options of this run want a database to be fetched. */
export function updateOptionsOf(context: Context): UpdateOptions {
  const { dbUrl, caFile, limits } = context.resolved.values;
  return {
    places: dbUrl.length === 0 ? PUBLIC_DATABASE_URLS : dbUrl,
    environment: context.environment,
    ...(caFile === undefined ? {} : { certificateFile: caFile }),
    limits,
    progress: context.progress,
    now: context.now,
    resources: context.resources,
    announce: (line) => context.tell(line),
  };
}

/**
 * Whether a scan has to look for newer advisories: where there are none or too old ones always, and
 * else every two hours. Advisories that the user put together are never replaced unasked.
 */
export function isRefreshDue(folder: string, context: Context): boolean {
  const { offline, dbAutoUpdate, dbMaxAge } = context.resolved.values;
  if (offline || !dbAutoUpdate) {
    return false;
  }
  const { isValid, description } = describeDatabase(folder);
  if (!isValid || description === undefined) {
    return true;
  }
  const { sourceSchema, builtAt } = description;
  const isOfUser = sourceSchema === '';
  const isDue =
    isOutdated(builtAt, context.now, dbMaxAge) || isCheckDue(lastCheck(folder), context.now);
  return isDue && !isOfUser;
}

/**
 * Fetches a newer database where there is one. A failure is no reason not to scan; it is told, and
 * returned for the report.
 *
 * @throws UserError where the command line or the configuration is the reason
 */
export async function refreshDatabase(folder: string, context: Context): Promise<readonly Alert[]> {
  // Loaded when there is something to ask for, which most scans have not.
  const { updateDatabase } = await import('../advisory/update/update-database.ts');
  try {
    const { listing } = await updateDatabase(folder, updateOptionsOf(context));
    return supportAlerts(listing.status);
  } catch (error) {
    if (!(error instanceof UserError) || error.status === EXIT_STATUS.usage) {
      throw error;
    }
    rememberCheck(folder, context.now);
    const message = `the advisory database could not be updated: ${error.message}`;
    return [{ kind: 'database-not-updated', message, packageKeys: [] }];
  }
}

/** What there is to say of a database that is not published for ever. */
export function supportAlerts(status: string): readonly Alert[] {
  if (status === 'active') {
    return [];
  }
  const message =
    status === 'eol'
      ? 'the advisory database of this schema is no longer published: a newer plimsoll is needed'
      : 'the advisory database of this schema will not be published much longer: a newer plimsoll is needed';
  return [{ kind: 'database-support-ending', message, packageKeys: [] }];
}

/** That advisories are too old to rely on, where they are. */
export function ageAlerts(builtAt: string, context: Context): readonly Alert[] {
  const { dbMaxAge } = context.resolved.values;
  if (!isOutdated(builtAt, context.now, dbMaxAge)) {
    return [];
  }
  const message = `the advisory database is of ${builtAt}, which is more than ${dbMaxAge} days ago`;
  return [{ kind: 'database-outdated', message, packageKeys: [], date: builtAt }];
}
