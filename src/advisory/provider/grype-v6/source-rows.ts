import type { DatabaseSync } from 'node:sqlite';
import { UserError } from '../../../core/error.ts';

/** A value of a column. Rows are arrays: creating objects takes longer than reading them. */
export type Column = string | number | bigint | null | Uint8Array;
export type Row = readonly Column[];

/** Columns of {@link VULNERABILITIES}. */
export const VULNERABILITY = {
  id: 0,
  name: 1,
  provider: 2,
  status: 3,
  published: 4,
  modified: 5,
  withdrawn: 6,
  value: 7,
  /** Separated by line breaks. */
  aliases: 8,
} as const;

export const VULNERABILITIES = `
  SELECT v.id, v.name, v.provider_id, v.status, v.published_date, v.modified_date, v.withdrawn_date,
    b.value, (
      SELECT group_concat(a.alias, char(10)) FROM (
        SELECT alias FROM vulnerability_aliases WHERE name = v.name ORDER BY alias
      ) a
    )
  FROM vulnerability_handles v LEFT JOIN blobs b ON b.id = v.blob_id ORDER BY v.id
`;

/** Columns of statements; those from `part` on are attributes of a CPE. */
export const STATEMENT = {
  vulnerability: 0,
  blob: 1,
  system: 2,
  ecosystem: 3,
  name: 4,
  part: 5,
} as const;

const OF_PACKAGE =
  'SELECT h.vulnerability_id, h.blob_id, h.operating_system_id, p.ecosystem, p.name';
const CPE_COLUMNS =
  'c.part, c.vendor, c.product, c.edition, c.language, c.software_edition, c.target_software, c.target_hardware, c.other';

/** Statements about packages, by vulnerability. */
export const toPackageQuery = (handles: string): string => `
  ${OF_PACKAGE} FROM ${handles} h JOIN packages p ON p.id = h.package_id
  ORDER BY h.vulnerability_id, h.blob_id, h.id
`;

/** Statements about products, by vulnerability. */
export const toProductQuery = (handles: string): string => `
  SELECT h.vulnerability_id, h.blob_id, NULL, NULL, NULL, ${CPE_COLUMNS}
  FROM ${handles} h JOIN cpes c ON c.id = h.cpe_id ORDER BY h.vulnerability_id, h.blob_id, h.id
`;

/** Statements about packages with a known CPE, once more as statements about the product. */
export const toPackageProductQuery = (handles: string): string => `
  ${OF_PACKAGE}, ${CPE_COLUMNS}
  FROM package_cpes k JOIN ${handles} h ON h.package_id = k.package_id
  JOIN packages p ON p.id = h.package_id JOIN cpes c ON c.id = k.cpe_id
  WHERE h.operating_system_id IS NULL ORDER BY h.vulnerability_id, h.blob_id, h.id
`;

/** Reads rows that are sorted by their first column, the number of a vulnerability. */
export class RowsByVulnerability {
  readonly #rows: Iterator<Row>;
  #next: Row | undefined;
  #read = 0;

  constructor(source: DatabaseSync, query: string) {
    this.#rows = iterateRows(source, query);
    this.#advance();
  }

  /** Returns the number of rows so far. */
  get read(): number {
    return this.#read;
  }

  /** Yields the rows of a vulnerability. Vulnerabilities must come in ascending order. */
  *takeRows(vulnerability: number): Generator<Row> {
    while (this.#next !== undefined && Number(this.#next[0]) <= vulnerability) {
      if (Number(this.#next[0]) < vulnerability) {
        throw createMissingError();
      }
      this.#read++;
      yield this.#next;
      this.#advance();
    }
  }

  /** Throws `UserError` `E_DB_IMPORT` if there are rows of missing vulnerabilities. */
  requireEnd(): void {
    if (this.#next !== undefined) {
      throw createMissingError();
    }
  }

  #advance(): void {
    const next = this.#rows.next();
    this.#next = next.done === true ? undefined : next.value;
  }
}

export function createMissingError(): UserError {
  return new UserError(
    'E_DB_IMPORT',
    'the database refers to packages, operating systems or vulnerabilities that it does not contain',
    { hint: 'download the archive again' },
  );
}

/** Returns the rows of a query as arrays. */
export function iterateRows(source: DatabaseSync, query: string): Iterator<Row> {
  const statement = source.prepare(query);
  statement.setReturnArrays(true);
  return statement.iterate() as unknown as Iterator<Row>;
}
