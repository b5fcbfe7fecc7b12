import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { CpeProduct, OperatingSystem, VulnerabilityRecord } from '../../../core/advisory.ts';
import { defined } from '../../../core/defined.ts';
import { foldCase } from '../../../core/fold-case.ts';
import type { Progress } from '../../../core/progress.ts';
import { toText } from '../../../core/to-text.ts';
import type { DatabaseWriter } from '../../database-writer.ts';
import {
  PRODUCT_SHARD,
  RECORDS_SHARD,
  toEcosystemShard,
  toReleaseKey,
  toSystemShard,
} from '../../schema.ts';
import type { ShardWriter, StoredRecord } from '../../shard-writer.ts';
import type { Statement } from '../../statement.ts';
import { encodeRecord } from '../../vulnerability-record.ts';
import {
  decodeRecord,
  type PackageBlob,
  parseTime,
  toQualifiers,
  toRange,
  toStatus,
  type VulnerabilityBlob,
} from './blob.ts';
import {
  createMissingError,
  iterateRows,
  type Row,
  RowsByVulnerability,
  STATEMENT,
  toPackageProductQuery,
  toPackageQuery,
  toProductQuery,
  VULNERABILITIES,
  VULNERABILITY,
} from './source-rows.ts';

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

interface Release {
  readonly family: string;
  readonly shard: string;
  readonly key: string;
}

/** A table of statements, which are all affected or all unaffected. */
interface StatementTable {
  readonly rows: RowsByVulnerability;
  readonly effect: Statement['effect'];
  readonly isProduct: boolean;
}

/** Common parts of all statements about a vulnerability. */
type Head = Pick<Statement, 'vulnerability' | 'provider' | 'status' | 'aliases'>;
/** Common parts of all statements with the same blob. */
type Body = Pick<Statement, 'cves' | 'ranges' | 'qualifiers'>;
type About = Pick<Statement, 'ecosystem' | 'packageName' | 'product'>;

/**
 * Writes every shard except `meta`, in one pass over the vulnerabilities of the source and all
 * statements about each.
 */
export class Conversion {
  readonly #source: DatabaseSync;
  readonly #writer: DatabaseWriter;
  readonly #progress: Progress;
  readonly #releases: ReadonlyMap<number, Release>;
  readonly #tables: readonly StatementTable[];
  readonly #selectBlob: StatementSync;
  readonly #total: number;
  #done = 0;
  /** The last blob: statements about one vulnerability mostly have the same. */
  #blob: { readonly id: number; readonly body: Body } | undefined;

  constructor(
    source: DatabaseSync,
    systems: readonly OperatingSystem[],
    output: { readonly writer: DatabaseWriter; readonly progress: Progress },
  ) {
    this.#source = source;
    this.#writer = output.writer;
    this.#progress = output.progress;
    this.#releases = new Map(
      systems.map((system) => {
        const family = foldCase(system.name);
        const release = { family, shard: toSystemShard(family), key: toReleaseKey(system) };
        return [system.id, release];
      }),
    );
    this.#tables = (
      [
        [toPackageQuery('affected_package_handles'), 'affected', false],
        [toPackageQuery('unaffected_package_handles'), 'unaffected', false],
        [toProductQuery('affected_cpe_handles'), 'affected', true],
        [toProductQuery('unaffected_cpe_handles'), 'unaffected', true],
        [toPackageProductQuery('affected_package_handles'), 'affected', true],
        [toPackageProductQuery('unaffected_package_handles'), 'unaffected', true],
      ] as const
    ).map(([query, effect, isProduct]) => ({
      rows: new RowsByVulnerability(source, query),
      effect,
      isProduct,
    }));
    this.#selectBlob = source.prepare('SELECT value FROM blobs WHERE id = ?');
    this.#total = this.#countHandles();
  }

  convertRows(): void {
    const rows = iterateRows(this.#source, VULNERABILITIES);
    for (let next = rows.next(); next.done !== true; next = rows.next()) {
      this.#convertVulnerability(next.value);
    }
    this.#tables.forEach((table) => table.rows.requireEnd());
    const read = this.#tables
      .filter(({ isProduct }) => !isProduct)
      .reduce((sum, { rows: { read: count } }) => sum + count, 0);
    // A package that the source does not have takes its statements out of the query.
    if (read !== this.#total) {
      throw createMissingError();
    }
    this.#writer.finishShards();
  }

  #countHandles(): number {
    const tables = ['affected_package_handles', 'unaffected_package_handles'];
    return tables.reduce((sum, table) => {
      const row = this.#source.prepare(`SELECT count(*) AS n FROM ${table}`).get();
      return sum + Number(row?.['n']);
    }, 0);
  }

  #convertVulnerability(row: Row): void {
    const record = toRecord(row);
    const { id: vulnerability, provider, status } = record;
    const head: Head = { vulnerability, provider, status, aliases: listAliases(record, row) };
    const text = encodeRecord(record);
    const stored = new Map<ShardWriter, StoredRecord>();
    for (const { rows, effect, isProduct } of this.#tables) {
      for (const statement of rows.takeRows(Number(row[VULNERABILITY.id]))) {
        const release = this.#findRelease(statement);
        const about = isProduct
          ? toProductSubject(statement)
          : toPackageSubject(statement, release);
        const shard = this.#openShard(about, release);
        const added = stored.get(shard) ?? shard.addRecord(record, text);
        stored.set(shard, added);
        const body = this.#readBody(Number(statement[STATEMENT.blob]));
        shard.addStatement(release?.key ?? '', { ...head, ...about, ...body, effect }, added);
        this.#countProgress();
      }
    }
    if (stored.size === 0) {
      const place = { kind: 'records', family: '' } as const;
      this.#writer.openShard(RECORDS_SHARD, place).addRecord(record, text);
    }
  }

  #findRelease(row: Row): Release | undefined {
    const id = row[STATEMENT.system];
    if (id === null) {
      return undefined;
    }
    const release = this.#releases.get(Number(id));
    if (release === undefined) {
      throw createMissingError();
    }
    return release;
  }

  #openShard({ product, ecosystem = '' }: About, release: Release | undefined): ShardWriter {
    if (product !== undefined) {
      return this.#writer.openShard(PRODUCT_SHARD, { kind: 'product', family: '' });
    }
    if (release !== undefined) {
      return this.#writer.openShard(release.shard, { kind: 'system', family: release.family });
    }
    const family = foldCase(ecosystem);
    return this.#writer.openShard(toEcosystemShard(family), { kind: 'ecosystem', family });
  }

  #readBody(id: number): Body {
    if (this.#blob?.id !== id) {
      const value = this.#selectBlob.get(id)?.['value'];
      const blob = JSON.parse(toText(value) || '{}') as PackageBlob;
      const qualifiers = toQualifiers(blob);
      const body = {
        cves: blob.cves ?? [],
        ranges: (blob.ranges ?? []).map(toRange),
        ...defined({ qualifiers }),
      };
      this.#blob = { id, body };
    }
    return this.#blob.body;
  }

  #countProgress(): void {
    this.#done++;
    if (this.#done % PROGRESS_ROWS === 0) {
      const [done, total] = [this.#done, Math.max(this.#total, this.#done)];
      this.#progress.emit({ kind: 'stage-advanced', stage: 'database', done, total, unit: 'rows' });
    }
  }
}

function toRecord(row: Row): VulnerabilityRecord {
  const blob = JSON.parse(toText(row[VULNERABILITY.value]) || '{}') as VulnerabilityBlob;
  return decodeRecord(
    {
      id: toText(row[VULNERABILITY.name]),
      provider: toText(row[VULNERABILITY.provider]),
      status: toStatus(toText(row[VULNERABILITY.status])),
      publishedAt: parseTime(row[VULNERABILITY.published]),
      modifiedAt: parseTime(row[VULNERABILITY.modified]),
      withdrawnAt: parseTime(row[VULNERABILITY.withdrawn]),
    },
    blob,
  );
}

/** Returns the aliases of the record and those in the table of aliases. */
function listAliases({ id, aliases }: VulnerabilityRecord, row: Row): readonly string[] {
  const further = toText(row[VULNERABILITY.aliases]);
  return further === ''
    ? aliases
    : [...new Set([...aliases, ...further.split('\n')])].filter((alias) => alias !== id);
}

function toPackageSubject(row: Row, release: Release | undefined): About {
  const stated = toText(row[STATEMENT.ecosystem]);
  const isSystemName = release !== undefined && foldCase(stated) === release.family;
  const ecosystem = isSystemName ? (PACKAGE_TYPES.get(release.family) ?? stated) : stated;
  return { ecosystem, packageName: toText(row[STATEMENT.name]) };
}

/** The statement may also be about a package with this CPE. */
function toProductSubject(row: Row): About {
  const product = toProduct(row.slice(STATEMENT.part).map(unescapeAttribute));
  return row[STATEMENT.name] === null
    ? { product }
    : { product, ...toPackageSubject(row, undefined) };
}

function toProduct(attributes: readonly string[]): CpeProduct {
  const [part = '', vendor = '', product = '', edition = '', language = ''] = attributes;
  const [softwareEdition = '', targetSoftware = '', targetHardware = '', other = ''] =
    attributes.slice(5);
  return {
    part,
    vendor,
    product,
    edition,
    language,
    softwareEdition,
    targetSoftware,
    targetHardware,
    other,
  };
}

/** Only a backslash, an asterisk and a question mark stay escaped there. */
function unescapeAttribute(value: unknown): string {
  const text = toText(value);
  return text.includes('\\') ? text.replace(/\\(.)/g, '$1') : text;
}
