import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type {
  EpssScore,
  ExploitedRecord,
  OperatingSystem,
  SystemCoverage,
  Weakness,
} from '../core/advisory.ts';
import type { ReleaseTables, SystemOverride } from './resolve-release.ts';
import { foldCase, META_SHARD } from './schema.ts';
import { openImmutable, readSafely } from './shard-reader.ts';

/** Databases written by earlier versions hold no counts. */
type StoredSystem = OperatingSystem & { readonly coverage?: SystemCoverage };

/** Reads the `meta` shard: small tables whole, once; the rest by CVE. */
export class MetaReader implements Disposable {
  readonly releases: ReleaseTables;
  readonly architectureAliases: ReadonlyMap<string, string>;
  readonly #database: DatabaseSync;
  /** Folded ecosystem → the ecosystem it is filed under. The first rule for an ecosystem counts. */
  readonly #ecosystems = new Map<string, string>();
  readonly #selectExploited: StatementSync;
  readonly #selectEpss: StatementSync;
  readonly #selectWeaknesses: StatementSync;

  constructor(file: string) {
    this.#database = readSafely(META_SHARD, () => openImmutable(file));
    const prepare = (sql: string): StatementSync =>
      readSafely(META_SHARD, () => this.#database.prepare(sql));
    const all = (sql: string) => readSafely(META_SHARD, () => prepare(sql).all());
    const systems = all('SELECT value FROM operating_systems ORDER BY id').map(
      (row) => JSON.parse(String(row['value'])) as StoredSystem,
    );
    this.releases = {
      systems: systems.map(({ coverage: _, ...system }) => system),
      coverage: new Map(systems.map(({ id, coverage }) => [id, coverage])),
      overrides: all('SELECT value FROM system_overrides ORDER BY position').map(
        (row) => JSON.parse(String(row['value'])) as SystemOverride,
      ),
    };
    this.architectureAliases = new Map(
      all('SELECT alias, canonical FROM architecture_aliases').map((row) => [
        String(row['alias']),
        String(row['canonical']),
      ]),
    );
    for (const row of all(
      'SELECT ecosystem, replacement FROM ecosystem_overrides ORDER BY position',
    )) {
      const ecosystem = foldCase(String(row['ecosystem']));
      if (!this.#ecosystems.has(ecosystem)) {
        this.#ecosystems.set(ecosystem, String(row['replacement']));
      }
    }
    this.#selectExploited = prepare('SELECT value FROM exploited WHERE cve = ? ORDER BY position');
    this.#selectEpss = prepare('SELECT name, epss, percentile, date FROM epss WHERE cve = ?');
    this.#selectWeaknesses = prepare(
      'SELECT name, cwe, source, kind FROM weaknesses WHERE cve = ? ORDER BY position',
    );
  }

  /** The ecosystem that statements about another name of it are filed under. */
  ecosystemOf(ecosystem: string): string {
    return this.#ecosystems.get(foldCase(ecosystem)) ?? ecosystem;
  }

  exploited(cve: string): readonly ExploitedRecord[] {
    return readSafely(META_SHARD, () =>
      this.#selectExploited
        .all(foldCase(cve))
        .map((row) => JSON.parse(String(row['value'])) as ExploitedRecord),
    );
  }

  epss(cve: string): EpssScore | undefined {
    const row = readSafely(META_SHARD, () => this.#selectEpss.get(foldCase(cve)));
    return row === undefined
      ? undefined
      : {
          cve: String(row['name']),
          epss: Number(row['epss']),
          percentile: Number(row['percentile']),
          date: String(row['date']),
        };
  }

  weaknesses(cve: string): readonly Weakness[] {
    return readSafely(META_SHARD, () =>
      this.#selectWeaknesses.all(foldCase(cve)).map((row) => ({
        cve: String(row['name']),
        cwe: String(row['cwe']),
        source: String(row['source']),
        kind: String(row['kind']),
      })),
    );
  }

  [Symbol.dispose](): void {
    this.#database.close();
  }
}
