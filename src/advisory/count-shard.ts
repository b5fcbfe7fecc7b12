import type { SystemCoverage } from '../core/advisory.ts';
import { compareText } from '../core/compare-text.ts';
import { fromByteKey } from './page-file/byte-key.ts';
import type { PageEntry, PageFile } from './page-file/page-file.ts';
import { SECTIONS } from './schema.ts';
import { addCoverage, type ShardCounts } from './shard-writer.ts';
import { decodeContent, isUnfixed } from './statement.ts';
import { parseStatementKey, splitLines } from './statement-lines.ts';
import { decodeRecord } from './vulnerability-record.ts';

/** Everything that a manifest declares about the content of a shard, counted from its entries. */
export interface ShardCount {
  readonly counts: ShardCounts;
  /** Sorted. */
  readonly providers: readonly string[];
  /** By release key, for shards of systems. */
  readonly coverage: ReadonlyMap<string, SystemCoverage>;
}

/**
 * Reads a shard once from its beginning to its end. Throws any error if it is damaged, or if it
 * repeats its counts wrongly.
 */
export function countShard(file: PageFile): ShardCount {
  const counting = new ShardCounting();
  for (const entry of file.readEntries()) {
    counting.countEntry(entry);
  }
  return counting.getCount();
}

class ShardCounting {
  readonly #counts = { keys: 0, contents: 0, affected: 0, unaffected: 0, records: 0 };
  readonly #providers = new Set<string>();
  /** Counts by release and ecosystem, from the statements and as the shard repeats them. */
  readonly #counted = new Map<string, SystemCoverage>();
  readonly #declared = new Map<string, SystemCoverage>();
  #subject = '';
  readonly #releases = new Set<string>();

  countEntry({ key, value }: PageEntry): void {
    const rest = fromByteKey(key.slice(1));
    switch (key[0]) {
      case SECTIONS.record:
        this.#counts.records++;
        this.#providers.add(decodeRecord(value.toString()).provider);
        break;
      case SECTIONS.statement:
        this.#countStatements(rest, value);
        break;
      case SECTIONS.coverage: {
        const [statements, unfixed] = JSON.parse(value.toString()) as [number, number];
        this.#declared.set(rest, { statements, unfixed });
        break;
      }
      case SECTIONS.alias:
      case SECTIONS.subject:
        break;
      default:
        throw new RangeError('an entry is in an unknown section');
    }
  }

  getCount(): ShardCount {
    const coverage = new Map<string, SystemCoverage>();
    for (const [place, counts] of this.#counted) {
      addCoverage(coverage, place.split('\0', 1)[0] ?? '', counts);
    }
    const isSystem = this.#declared.size > 0;
    if (isSystem && encodeCoverage(this.#declared) !== encodeCoverage(this.#counted)) {
      throw new RangeError('the counts of releases are not those of the statements');
    }
    const providers = [...this.#providers].sort(compareText);
    return { counts: this.#counts, providers, coverage: isSystem ? coverage : new Map() };
  }

  #countStatements(key: string, value: Buffer): void {
    const { subject, ...source } = parseStatementKey(key);
    if (subject !== this.#subject) {
      this.#subject = subject;
      this.#releases.clear();
    }
    const [ecosystem = ''] = subject.split('\0', 1);
    const head = { ...source, ecosystem, packageName: '' };
    const place = { record: { shard: '', key: '' }, system: undefined };
    for (const { releases, content } of splitLines(value)) {
      this.#counts.contents++;
      const unfixed = isUnfixed(decodeContent(content, head, place)) ? 1 : 0;
      for (const release of releases) {
        this.#counts[source.effect]++;
        this.#counts.keys += this.#releases.has(release) ? 0 : 1;
        this.#releases.add(release);
        addCoverage(this.#counted, `${release}\0${ecosystem}`, { statements: 1, unfixed });
      }
    }
  }
}

function encodeCoverage(coverage: ReadonlyMap<string, SystemCoverage>): string {
  const lines = [...coverage].map(([place, { statements, unfixed }]) =>
    JSON.stringify([place, statements, unfixed]),
  );
  return lines.sort(compareText).join('\n');
}
