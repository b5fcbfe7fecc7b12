import { UserError } from '../core/error.ts';
import { foldCase } from '../core/fold-case.ts';
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
  const [old, now] = [listStated(before), listStated(after)];
  const losses = [
    ...listTotalLoss(old, now),
    ...listPartLosses(old, now),
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

/** A shard, and how many statements the documents of its build have. */
interface StatedShard {
  readonly shard: ShardEntry;
  readonly statements: number;
}

/** Leaves out statements about releases that the feed no longer has: a build only keeps them. */
function listStated({ shards, feed }: Manifest): readonly StatedShard[] {
  const kept = Object.entries(feed?.account.pastReleases ?? {});
  return shards.map((shard) => {
    const { affected, unaffected } = shard.counts;
    const past = kept
      .filter(
        ([release]) => shard.kind === 'system' && foldCase(release).startsWith(`${shard.family} `),
      )
      .reduce((sum, [, count]) => sum + count, 0);
    return { shard, statements: affected + unaffected - past };
  });
}

function countStatements(shards: readonly StatedShard[]): number {
  return shards.reduce((sum, { statements }) => sum + statements, 0);
}

function listTotalLoss(before: readonly StatedShard[], after: readonly StatedShard[]): string[] {
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

function listPartLosses(before: readonly StatedShard[], after: readonly StatedShard[]): string[] {
  const countByName = new Map(after.map(({ shard, statements }) => [shard.name, statements]));
  const losses: string[] = [];
  for (const { shard, statements: old } of before) {
    const now = countByName.get(shard.name) ?? 0;
    const isMuch = now === 0 || old - now >= LOST_PART_MIN;
    if (now * 2 < old && isMuch) {
      losses.push(`${old - now} of ${old} statements about ${shard.family || shard.kind}`);
    }
  }
  const providers = new Set(after.flatMap(({ shard }) => shard.providers));
  for (const provider of new Set(before.flatMap(({ shard }) => shard.providers))) {
    if (!providers.has(provider)) {
      losses.push(`all statements of ${provider}`);
    }
  }
  return losses;
}
