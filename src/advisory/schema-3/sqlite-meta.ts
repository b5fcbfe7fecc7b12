import type { DatabaseSync, SQLOutputValue, StatementSync } from 'node:sqlite';
import type {
  EpssScore,
  ExploitedRecord,
  OperatingSystem,
  ProductLifecycle,
  RecordRef,
  SsvcDecision,
  SystemCoverage,
  Weakness,
} from '../../core/advisory.ts';
import { present } from '../../core/assert.ts';
import { foldCase } from '../../core/fold-case.ts';
import type { MetaReader } from '../meta-reader.ts';
import { openImmutable } from '../open-immutable.ts';
import type { ReleaseTables, SystemOverride } from '../resolve-release.ts';
import { META_SHARD, parseRecordKey } from '../schema.ts';
import { readSafely } from '../shard-reader.ts';
import { createRecordFinder } from './record-ids.ts';

/** Databases written by earlier versions contain no counts. */
type StoredSystem = OperatingSystem & { readonly coverage?: SystemCoverage };

type Row = Record<string, SQLOutputValue>;

/** Facts about a vulnerability from any source. */
interface Facts {
  readonly exploited: readonly ExploitedRecord[];
  readonly epss: EpssScore | undefined;
  readonly weaknesses: readonly Weakness[];
  readonly ssvc: readonly SsvcDecision[];
}

const ASKED = 'cve IN (SELECT value FROM json_each(?))';

/** Reads the shard `meta`: small tables completely and once, the others once per CVE. */
export class SqliteMeta implements MetaReader {
  readonly releases: ReleaseTables;
  readonly architectureAliases: ReadonlyMap<string, string>;
  readonly #database: DatabaseSync;
  /**
   * Folded ecosystem → the ecosystem it is stored under. The first rule for an ecosystem counts.
   */
  readonly ecosystems: ReadonlyMap<string, string>;
  /** By folded ID, including IDs without facts. */
  readonly #facts = new Map<string, Facts>();
  readonly #findRecords: (keys: readonly string[]) => ReadonlyMap<string, RecordRef>;
  readonly #selectExploited: StatementSync;
  readonly #selectEpss: StatementSync;
  readonly #selectWeaknesses: StatementSync;
  /** Databases written by earlier versions do not have this table. */
  readonly #selectSsvc: StatementSync | undefined;

  constructor(file: string) {
    this.#database = readSafely(META_SHARD, () => openImmutable(file));
    const prepare = (sql: string): StatementSync =>
      readSafely(META_SHARD, () => this.#database.prepare(sql));
    const selectAll = (sql: string) => readSafely(META_SHARD, () => prepare(sql).all());
    const systems = selectAll('SELECT value FROM operating_systems ORDER BY id').map(
      (row) => JSON.parse(String(row['value'])) as StoredSystem,
    );
    this.releases = {
      systems: systems.map(({ coverage: _, ...system }) => system),
      coverage: new Map(systems.map(({ id, coverage }) => [id, coverage])),
      overrides: selectAll('SELECT value FROM system_overrides ORDER BY position').map(
        (row) => JSON.parse(String(row['value'])) as SystemOverride,
      ),
    };
    this.architectureAliases = new Map(
      selectAll('SELECT alias, canonical FROM architecture_aliases').map((row) => [
        String(row['alias']),
        String(row['canonical']),
      ]),
    );
    const ecosystems = selectAll(
      'SELECT ecosystem, replacement FROM ecosystem_overrides ORDER BY position DESC',
    );
    this.ecosystems = new Map(
      ecosystems.map((row) => [foldCase(String(row['ecosystem'])), String(row['replacement'])]),
    );
    this.#findRecords = readSafely(META_SHARD, () => createRecordFinder(this.#database));
    this.#selectExploited = prepare(
      `SELECT cve, value FROM exploited WHERE ${ASKED} ORDER BY cve, position`,
    );
    this.#selectEpss = prepare(`SELECT cve, name, epss, percentile, date FROM epss WHERE ${ASKED}`);
    this.#selectWeaknesses = prepare(
      `SELECT cve, name, cwe, source, kind FROM weaknesses WHERE ${ASKED} ORDER BY cve, position`,
    );
    const hasSsvc = selectAll("SELECT 1 FROM sqlite_master WHERE name = 'ssvc'").length > 0;
    this.#selectSsvc = hasSsvc
      ? prepare(`SELECT cve, value FROM ssvc WHERE ${ASKED} ORDER BY cve, position`)
      : undefined;
  }

  /** Databases of this schema have none. */
  listLifecycles(): readonly ProductLifecycle[] {
    return [];
  }

  /** Returns the places of records by the keys of their IDs, without missing ones. */
  locate(keys: readonly string[]): ReadonlyMap<string, RecordRef> {
    const byStored = new Map(
      keys.map((key) => {
        const { provider, id } = parseRecordKey(key);
        return [`${id}\0${provider}`, key];
      }),
    );
    const found = readSafely(META_SHARD, () => this.#findRecords([...byStored.keys()]));
    return new Map([...found].map(([stored, ref]) => [byStored.get(stored) ?? '', ref]));
  }

  /** Reads the facts about several vulnerabilities with one query per table. */
  readFacts(cves: readonly string[]): void {
    const missing = new Set(cves.map(foldCase).filter((cve) => !this.#facts.has(cve)));
    if (missing.size === 0) {
      return;
    }
    const list = JSON.stringify([...missing]);
    const groupRows = (select: StatementSync): ReadonlyMap<unknown, Row[]> =>
      readSafely(META_SHARD, () => Map.groupBy(select.all(list), (row) => row['cve']));
    const exploited = groupRows(this.#selectExploited);
    const epss = groupRows(this.#selectEpss);
    const weaknesses = groupRows(this.#selectWeaknesses);
    const ssvc = this.#selectSsvc === undefined ? undefined : groupRows(this.#selectSsvc);
    for (const cve of missing) {
      this.#facts.set(cve, {
        exploited: (exploited.get(cve) ?? []).map(toExploited),
        epss: (epss.get(cve) ?? []).map(toEpss)[0],
        weaknesses: (weaknesses.get(cve) ?? []).map(toWeakness),
        ssvc: (ssvc?.get(cve) ?? []).map(toSsvc),
      });
    }
  }

  readExploited(cve: string): readonly ExploitedRecord[] {
    return this.#getFacts(cve).exploited;
  }

  readEpss(cve: string): EpssScore | undefined {
    return this.#getFacts(cve).epss;
  }

  readWeaknesses(cve: string): readonly Weakness[] {
    return this.#getFacts(cve).weaknesses;
  }

  readSsvc(cve: string): readonly SsvcDecision[] {
    return this.#getFacts(cve).ssvc;
  }

  /** Lists all known exploited vulnerabilities. */
  *listExploited(): Generator<ExploitedRecord> {
    yield* this.#iterate('SELECT value FROM exploited ORDER BY cve, position', toExploited);
  }

  *listWeaknesses(): Generator<Weakness> {
    const sql = 'SELECT name, cwe, source, kind FROM weaknesses ORDER BY cve, position';
    yield* this.#iterate(sql, toWeakness);
  }

  *listSsvc(): Generator<SsvcDecision> {
    if (this.#selectSsvc !== undefined) {
      yield* this.#iterate('SELECT value FROM ssvc ORDER BY cve, position', toSsvc);
    }
  }

  *listScores(): Generator<EpssScore> {
    yield* this.#iterate('SELECT name, epss, percentile, date FROM epss ORDER BY cve', toEpss);
  }

  *#iterate<T>(sql: string, convert: (row: Row) => T): Generator<T> {
    const rows = readSafely(META_SHARD, () => this.#database.prepare(sql).iterate());
    for (const row of rows) {
      yield convert(row);
    }
  }

  #getFacts(cve: string): Facts {
    const folded = foldCase(cve);
    if (!this.#facts.has(folded)) {
      this.readFacts([cve]);
    }
    return present(this.#facts.get(folded), 'what was just read');
  }

  [Symbol.dispose](): void {
    this.#database.close();
  }
}

function toExploited(row: Row): ExploitedRecord {
  return readSafely(META_SHARD, () => JSON.parse(String(row['value'])) as ExploitedRecord);
}

function toSsvc(row: Row): SsvcDecision {
  return readSafely(META_SHARD, () => JSON.parse(String(row['value'])) as SsvcDecision);
}

function toEpss(row: Row): EpssScore {
  return {
    cve: String(row['name']),
    epss: Number(row['epss']),
    percentile: Number(row['percentile']),
    date: String(row['date']),
  };
}

function toWeakness(row: Row): Weakness {
  return {
    cve: String(row['name']),
    cwe: String(row['cwe']),
    source: String(row['source']),
    kind: String(row['kind']),
  };
}
