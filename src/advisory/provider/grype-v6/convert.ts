import type { DatabaseSync } from 'node:sqlite';
import type { CpeProduct, OperatingSystem } from '../../../core/advisory.ts';
import { assert, present } from '../../../core/assert.ts';
import { defined } from '../../../core/defined.ts';
import { UserError } from '../../../core/error.ts';
import { foldCase } from '../../../core/fold-case.ts';
import type { Progress } from '../../../core/progress.ts';
import { toText } from '../../../core/to-text.ts';
import type { DatabaseWriter } from '../../database-writer.ts';
import {
  PRODUCT_SHARD,
  RECORDS_SHARD,
  toEcosystemShard,
  toReleaseKey,
  toSystemPackageKey,
  toSystemShard,
} from '../../schema.ts';
import { type ShardWriter, type StoredStatement, toStoredStatement } from '../../shard-writer.ts';
import type { Statement } from '../../statement.ts';
import { type PackageBlob, toQualifiers, toRange } from './blob.ts';
import { type Heads, writeRecords } from './convert-records.ts';

type Row = Readonly<Record<string, unknown>>;

interface Place {
  readonly family: string;
  readonly isSystem: boolean;
  readonly first: number;
  readonly last: number;
}

const PROGRESS_ROWS = 20_000;

/**
 * Statements that come from OSV documents have the system in place of the package type; all are
 * stored under the type.
 */
const PACKAGE_TYPES: ReadonlyMap<string, string> = new Map([
  ['almalinux', 'rpm'],
  ['alpine', 'apk'],
  ['chainguard', 'apk'],
  ['debian', 'deb'],
  ['echo', 'deb'],
  ['minimos', 'apk'],
  ['ubuntu', 'deb'],
  ['wolfi', 'apk'],
]);

const FILED_UNDER = `
  CASE WHEN lower(p.ecosystem) = k.family THEN coalesce(k.packages, p.ecosystem)
    ELSE p.ecosystem END
`;

/**
 * Handles of the source, sorted by their new key, as row numbers of its tables: a few dozen bytes
 * per statement. SQLite keeps the table and its sort in temporary files, not in memory.
 */
const SORTED_STATEMENTS = `
  CREATE TEMP TABLE statement AS
  SELECT h.os AS os, h.package AS package, h.effect AS effect, h.vulnerability AS vulnerability,
    h.blob AS blob, ${FILED_UNDER} AS ecosystem
  FROM (
    SELECT id, operating_system_id AS os, package_id AS package, 0 AS effect,
      vulnerability_id AS vulnerability, blob_id AS blob FROM affected_package_handles
    UNION ALL
    SELECT id, operating_system_id, package_id, 1, vulnerability_id, blob_id
      FROM unaffected_package_handles
  ) h
  JOIN packages p ON p.id = h.package
  LEFT JOIN system_key k ON k.id = h.os
  ORDER BY k.family, k.release, lower(${FILED_UNDER}), lower(p.name), h.effect, h.id
`;

/** Statements about products: from CPE handles, and from packages with a known CPE. */
const SORTED_PRODUCTS = `
  CREATE TEMP TABLE product_statement AS
  SELECT h.cpe AS cpe, h.package AS package, h.effect AS effect, h.vulnerability AS vulnerability,
    h.blob AS blob
  FROM (
    SELECT 0 AS origin, id, cpe_id AS cpe, NULL AS package, 0 AS effect,
      vulnerability_id AS vulnerability, blob_id AS blob FROM affected_cpe_handles
    UNION ALL
    SELECT 1, id, cpe_id, NULL, 1, vulnerability_id, blob_id FROM unaffected_cpe_handles
    UNION ALL
    SELECT 2, a.id, c.cpe_id, a.package_id, 0, a.vulnerability_id, a.blob_id
      FROM package_cpes c JOIN affected_package_handles a ON a.package_id = c.package_id
      WHERE a.operating_system_id IS NULL
    UNION ALL
    SELECT 3, u.id, c.cpe_id, u.package_id, 1, u.vulnerability_id, u.blob_id
      FROM package_cpes c JOIN unaffected_package_handles u ON u.package_id = c.package_id
      WHERE u.operating_system_id IS NULL
  ) h
  JOIN cpes ON cpes.id = h.cpe
  ORDER BY lower(CASE WHEN instr(cpes.product, '\\') THEN unquoted(cpes.product) ELSE cpes.product END),
    h.origin, h.id
`;

/** Writes every shard except `meta`. */
export class Conversion {
  readonly #source: DatabaseSync;
  readonly #writer: DatabaseWriter;
  readonly #progress: Progress;
  readonly #systems: ReadonlyMap<number, OperatingSystem>;
  #done = 0;
  #total = 0;

  constructor(
    source: DatabaseSync,
    systems: readonly OperatingSystem[],
    output: { readonly writer: DatabaseWriter; readonly progress: Progress },
  ) {
    this.#source = source;
    this.#writer = output.writer;
    this.#progress = output.progress;
    this.#systems = new Map(systems.map((system) => [system.id, system]));
  }

  convertRows(): void {
    this.#sortHandles();
    for (const place of this.#listPlaces()) {
      const kind = place.isSystem ? 'system' : 'ecosystem';
      const name = place.isSystem ? toSystemShard(place.family) : toEcosystemShard(place.family);
      this.#writer.writeShard(name, { kind, family: place.family }, (shard) =>
        this.#fillPackages(shard, place),
      );
    }
    this.#writer.writeShard(PRODUCT_SHARD, { kind: 'product', family: '' }, (shard) =>
      this.#fillProducts(shard),
    );
    this.#writer.writeShard(RECORDS_SHARD, { kind: 'records', family: '' }, (shard) => {
      writeRecords(
        this.#source,
        shard,
        `SELECT id AS vulnerability FROM vulnerability_handles
         EXCEPT SELECT vulnerability FROM statement
         EXCEPT SELECT vulnerability FROM product_statement`,
      );
    });
  }

  #sortHandles(): void {
    const source = this.#source;
    source.exec(
      `CREATE TEMP TABLE system_key (id INTEGER PRIMARY KEY, family TEXT, release TEXT,
         packages TEXT)`,
    );
    const insert = source.prepare('INSERT INTO system_key VALUES (?, ?, ?, ?)');
    for (const system of this.#systems.values()) {
      const family = foldCase(system.name);
      insert.run(system.id, family, toReleaseKey(system), PACKAGE_TYPES.get(family) ?? null);
    }
    source.function('unquoted', { deterministic: true }, unescapeAttribute);
    source.exec(SORTED_STATEMENTS);
    source.exec(SORTED_PRODUCTS);
    const packages = this.#countRows('statement');
    const products = this.#countRows('product_statement');
    const handles =
      this.#countRows('affected_package_handles') + this.#countRows('unaffected_package_handles');
    const unknownSystems = this.#countRows(
      `statement WHERE os IS NOT NULL
       AND NOT EXISTS (SELECT 1 FROM system_key k WHERE k.id = statement.os)`,
    );
    if (packages !== handles || unknownSystems > 0) {
      throw new UserError(
        'E_DB_IMPORT',
        'the database refers to packages or operating systems that it does not contain',
        {
          hint: 'download the archive again',
        },
      );
    }
    this.#total = packages + products;
  }

  #countRows(table: string): number {
    return Number(this.#source.prepare(`SELECT count(*) AS n FROM ${table}`).get()?.['n']);
  }

  /** Returns the shards to write, each a span of the sorted statements. */
  #listPlaces(): readonly Place[] {
    return this.#source
      .prepare(
        `SELECT k.id IS NOT NULL AS is_system, coalesce(k.family, lower(p.ecosystem)) AS family,
           min(s.rowid) AS first, max(s.rowid) AS last
         FROM statement s JOIN packages p ON p.id = s.package LEFT JOIN system_key k ON k.id = s.os
         GROUP BY 1, 2 ORDER BY first`,
      )
      .all()
      .map((row) => ({
        family: toText(row['family']),
        isSystem: Number(row['is_system']) === 1,
        first: Number(row['first']),
        last: Number(row['last']),
      }));
  }

  #fillPackages(shard: ShardWriter, { first, last }: Place): void {
    const span = `BETWEEN ${first} AND ${last}`;
    const heads = writeRecords(
      this.#source,
      shard,
      `SELECT DISTINCT vulnerability FROM statement WHERE rowid ${span}`,
    );
    const rows = this.#source
      .prepare(
        `SELECT s.os AS os, s.ecosystem AS ecosystem, p.name AS name, s.effect AS effect,
           s.vulnerability AS vulnerability, b.value AS value
         FROM statement s JOIN packages p ON p.id = s.package LEFT JOIN blobs b ON b.id = s.blob
         WHERE s.rowid ${span} ORDER BY s.rowid`,
      )
      .iterate();
    this.#fill(shard, heads, rows, (row) => ({
      key: this.#toPackageKey(row),
      about: toPackageSubject(row),
    }));
  }

  #toPackageKey(row: Row): string {
    const name = toText(row['name']);
    const id = row['os'];
    if (typeof id !== 'number') {
      return foldCase(name);
    }
    const system = present(this.#systems.get(id), 'statements refer to systems that there are');
    return toSystemPackageKey(toReleaseKey(system), toText(row['ecosystem']), name);
  }

  #fillProducts(shard: ShardWriter): void {
    const heads = writeRecords(
      this.#source,
      shard,
      'SELECT DISTINCT vulnerability FROM product_statement',
    );
    const rows = this.#source
      .prepare(
        `SELECT c.*, p.ecosystem AS ecosystem, p.name AS name, s.effect AS effect,
           s.vulnerability AS vulnerability, b.value AS value
         FROM product_statement s JOIN cpes c ON c.id = s.cpe
         LEFT JOIN packages p ON p.id = s.package LEFT JOIN blobs b ON b.id = s.blob
         ORDER BY s.rowid`,
      )
      .iterate();
    this.#fill(shard, heads, rows, (row) => {
      const product = toProduct(row);
      const about = row['name'] === null ? { product } : { product, ...toPackageSubject(row) };
      return { key: foldCase(product.product), about };
    });
  }

  /** Collects adjacent statements of one key into a row. */
  #fill(
    shard: ShardWriter,
    heads: Heads,
    rows: Iterable<Row>,
    locate: (row: Row) => { readonly key: string; readonly about: About },
  ): void {
    let key: string | undefined;
    let about: About = {};
    let statements: StoredStatement[] = [];
    const flush = (): void => {
      if (key !== undefined) {
        const { ecosystem = '', packageName = '' } = about.product === undefined ? about : {};
        shard.putRow(key, ecosystem, packageName, statements);
      }
      statements = [];
    };
    for (const row of rows) {
      const located = locate(row);
      if (located.key !== key) {
        flush();
        ({ key, about } = located);
      }
      statements.push(toStatement(row, located.about, heads));
      this.#countProgress();
    }
    flush();
  }

  #countProgress(): void {
    this.#done++;
    if (this.#done % PROGRESS_ROWS === 0) {
      const { emit } = this.#progress;
      const [done, total] = [this.#done, this.#total];
      emit.call(this.#progress, {
        kind: 'stage-advanced',
        stage: 'database',
        done,
        total,
        unit: 'rows',
      });
    }
  }
}

type About = Pick<Statement, 'ecosystem' | 'packageName' | 'product'>;

function toPackageSubject(row: Row): About {
  return { ecosystem: toText(row['ecosystem']), packageName: toText(row['name']) };
}

function toProduct(row: Row): CpeProduct {
  return {
    part: unescapeAttribute(row['part']),
    vendor: unescapeAttribute(row['vendor']),
    product: unescapeAttribute(row['product']),
    edition: unescapeAttribute(row['edition']),
    language: unescapeAttribute(row['language']),
    softwareEdition: unescapeAttribute(row['software_edition']),
    targetSoftware: unescapeAttribute(row['target_software']),
    targetHardware: unescapeAttribute(row['target_hardware']),
    other: unescapeAttribute(row['other']),
  };
}

/** Only a backslash, an asterisk and a question mark stay escaped there. */
function unescapeAttribute(value: unknown): string {
  return toText(value).replace(/\\(.)/g, '$1');
}

function toStatement(row: Row, about: About, heads: Heads): StoredStatement {
  const head = heads.get(Number(row['vulnerability']));
  assert(head !== undefined, 'records are written before the statements that refer to them');
  const blob = JSON.parse(toText(row['value']) || '{}') as PackageBlob;
  const qualifiers = toQualifiers(blob);
  const statement: Statement = {
    vulnerability: head.vulnerability,
    provider: head.provider,
    status: head.status,
    aliases: head.aliases,
    cves: blob.cves ?? [],
    effect: Number(row['effect']) === 0 ? 'affected' : 'unaffected',
    ...about,
    ranges: (blob.ranges ?? []).map(toRange),
    ...defined({ qualifiers }),
  };
  return toStoredStatement(statement, head.number);
}
