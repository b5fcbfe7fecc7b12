import type { DatabaseSync } from 'node:sqlite';
import type { VulnerabilityStatus } from '../../../core/advisory.ts';
import { toText } from '../../../core/to-text.ts';
import type { ShardWriter } from '../../shard-writer.ts';
import { decodeRecord, parseTime, toStatus, type VulnerabilityBlob } from './blob.ts';

/** Attributes of a record that its statements repeat. */
export interface Head {
  readonly number: number;
  readonly vulnerability: string;
  readonly provider: string;
  readonly status: VulnerabilityStatus;
  readonly aliases: readonly string[];
}

/** Row number of a vulnerability in the source → its head. */
export type Heads = ReadonlyMap<number, Head>;

const NO_ALIASES: readonly string[] = [];

/**
 * Writes the records selected by a query for `vulnerability`, in order of provider and ID, and
 * keeps their heads. The aliases of a head are those of the record and those in the alias table.
 */
export function writeRecords(source: DatabaseSync, shard: ShardWriter, wanted: string): Heads {
  const heads = new Map<number, Head>();
  const texts = new Map<string, string>();
  const selectBlob = source.prepare('SELECT value FROM blobs WHERE id = ?');
  const selectAliases = source.prepare(
    'SELECT alias FROM vulnerability_aliases WHERE name = ? ORDER BY alias',
  );
  const handles = source
    .prepare(
      `SELECT v.* FROM (${wanted}) w JOIN vulnerability_handles v ON v.id = w.vulnerability
       ORDER BY v.provider_id, v.name, v.id`,
    )
    .iterate();
  for (const handle of handles) {
    const id = toText(handle['name']);
    const provider = deduplicateText(texts, toText(handle['provider_id']));
    const status = toStatus(toText(handle['status']));
    const value = selectBlob.get(Number(handle['blob_id']))?.['value'];
    const blob = JSON.parse(toText(value) || '{}') as VulnerabilityBlob;
    const publishedAt = parseTime(handle['published_date']);
    const modifiedAt = parseTime(handle['modified_date']);
    const withdrawnAt = parseTime(handle['withdrawn_date']);
    const record = decodeRecord(
      { id, provider, status, publishedAt, modifiedAt, withdrawnAt },
      blob,
    );
    const number = shard.addRecord(record);
    const further = selectAliases.all(id).map((row) => toText(row['alias']));
    const aliases = new Set([...record.aliases, ...further]);
    aliases.delete(id);
    heads.set(Number(handle['id']), {
      number,
      vulnerability: id,
      provider,
      status,
      aliases: aliases.size === 0 ? NO_ALIASES : [...aliases],
    });
  }
  return heads;
}

/** Returns one shared string for equal values: every row creates a new string per column. */
function deduplicateText(texts: Map<string, string>, text: string): string {
  const known = texts.get(text);
  if (known === undefined) {
    texts.set(text, text);
    return text;
  }
  return known;
}
