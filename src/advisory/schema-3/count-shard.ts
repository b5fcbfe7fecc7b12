import type { DatabaseSync } from 'node:sqlite';
import type { SystemCoverage } from '../../core/advisory.ts';
import { compareText } from '../../core/compare-text.ts';
import type { ShardCount } from '../count-shard.ts';
import { openImmutable } from '../open-immutable.ts';
import { addCoverage } from '../shard-writer.ts';
import { isUnfixed } from '../statement.ts';
import { decodeRecord } from '../vulnerability-record.ts';
import { LinePageReader } from './line-pages.ts';
import { decodeRow } from './row.ts';

/** Counts of the statements in one content. */
interface ContentCount extends SystemCoverage {
  readonly affected: number;
}

/** Reads a shard once from its beginning to its end. Throws any error if it is damaged. */
export function countSqliteShard(name: string, file: string): ShardCount {
  using database = openImmutable(file);
  const contents = countContents(name, database);
  const coverage = new Map<string, SystemCoverage>();
  const sum = { keys: 0, affected: 0, unaffected: 0 };
  for (const row of database.prepare('SELECT key, content FROM package_keys').iterate()) {
    const count = contents[Number(row['content']) - 1];
    if (count === undefined) {
      throw new RangeError(`the content ${String(row['content'])} of a key is missing`);
    }
    sum.keys++;
    sum.affected += count.affected;
    sum.unaffected += count.statements - count.affected;
    addCoverage(coverage, String(row['key']).split('\0', 1)[0] ?? '', count);
  }
  const { records, providers } = countRecords(database);
  return { counts: { ...sum, contents: contents.length, records }, providers, coverage };
}

function countContents(name: string, database: DatabaseSync): ContentCount[] {
  const counts: ContentCount[] = [];
  for (const line of new LinePageReader(database, 'content_pages').readLines()) {
    const advisories = decodeRow(line, name, undefined);
    counts.push({
      statements: advisories.length,
      affected: advisories.filter(({ effect }) => effect === 'affected').length,
      unfixed: advisories.filter(isUnfixed).length,
    });
  }
  return counts;
}

function countRecords(database: DatabaseSync): Pick<ShardCount, 'providers'> & {
  readonly records: number;
} {
  const providers = new Set<string>();
  let records = 0;
  for (const line of new LinePageReader(database, 'record_pages').readLines()) {
    providers.add(decodeRecord(line).provider);
    records++;
  }
  return { records, providers: [...providers].sort(compareText) };
}
