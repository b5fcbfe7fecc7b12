import { UserError } from '../core/error.ts';
import { type Manifest, readDatabaseManifest, type ShardEntry } from './manifest.ts';

/** A part of the database may always lose fewer statements than this, if any are left. */
const LOST_PART_MIN = 10;

/**
 * Refuses a database that lost more than half of the statements or facts of the one it replaces,
 * in total or of one operating system or ecosystem, or that lost a whole provider: a malicious
 * server could hide findings that way, and every scan would look clean.
 *
 * @throws UserError `E_DB_LOSS`
 */
export function refuseLoss(currentFolder: string, newFolder: string): void {
  const before = readManifest(currentFolder);
  const after = readManifest(newFolder);
  if (before === undefined || after === undefined) {
    return;
  }
  const losses = [
    ...listTotalLoss(before.shards, after.shards),
    ...listPartLosses(before.shards, after.shards),
    ...listFactLoss(before, after),
  ];
  const [first] = losses;
  if (first !== undefined) {
    const rest = losses.length === 1 ? '' : `, and ${losses.length - 1} more`;
    throw new UserError('E_DB_LOSS', `the new database lost ${first}${rest}`, {
      hint: 'the database in use is unchanged; compare both with "plimsoll db diff", and allow it with --accept-loss',
    });
  }
}

/** A damaged database has nothing to lose. */
function readManifest(folder: string): Manifest | undefined {
  try {
    return readDatabaseManifest(folder);
  } catch (error) {
    if (error instanceof UserError) {
      return undefined;
    }
    throw error;
  }
}

function countStatements(shards: readonly ShardEntry[]): number {
  return shards.reduce((sum, { counts }) => sum + counts.affected + counts.unaffected, 0);
}

function listTotalLoss(before: readonly ShardEntry[], after: readonly ShardEntry[]): string[] {
  const [old, now] = [countStatements(before), countStatements(after)];
  return now * 2 < old ? [`${old - now} of ${old} statements`] : [];
}

function listFactLoss(before: Manifest, after: Manifest): string[] {
  const [old, now] = [before, after].map(({ feed }) => feed?.account.facts?.kept ?? 0) as [
    number,
    number,
  ];
  return now * 2 < old ? [`${old - now} of ${old} facts`] : [];
}

function listPartLosses(before: readonly ShardEntry[], after: readonly ShardEntry[]): string[] {
  const countByName = new Map(after.map((shard) => [shard.name, countStatements([shard])]));
  const losses: string[] = [];
  for (const shard of before) {
    const old = countStatements([shard]);
    const now = countByName.get(shard.name) ?? 0;
    const isMuch = now === 0 || old - now >= LOST_PART_MIN;
    if (now * 2 < old && isMuch) {
      losses.push(`${old - now} of ${old} statements about ${shard.family || shard.kind}`);
    }
  }
  const providers = new Set(after.flatMap((shard) => shard.providers));
  for (const provider of new Set(before.flatMap((shard) => shard.providers))) {
    if (!providers.has(provider)) {
      losses.push(`all statements of ${provider}`);
    }
  }
  return losses;
}
