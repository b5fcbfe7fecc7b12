import { spawnSync } from 'node:child_process';
import type { DatabaseSync } from 'node:sqlite';
import { gunzipSync, zstdDecompressSync } from 'node:zlib';
import type { Inventory, InventoryPackage } from '../../src/foundation/core/inventory.ts';
import type { QuirkId } from '../../src/report/compat/grype/parity/quirks.data.ts';

/** One line of the scorer: the difference, and the match, alert or ignored match it is about. */
export interface DifferingRow {
  readonly kind: string;
  /** The vulnerability, or the kind of an alert. */
  readonly id: string;
  readonly type: string;
  readonly name: string;
  readonly version: string;
  readonly line: string;
}

/** Evidence that proves a difference. */
export interface Evidence {
  readonly inventory: Inventory;
  /** Grype's own database, not our import of it. */
  readonly source: DatabaseSync;
  readonly now: string;
  /** Returns whether ours reports that vulnerability for a package of this name. */
  isReported(id: string, name: string): boolean;
  /** Reads a file of the image, in any layer; empty if there is none. */
  contentOf(path: string): Buffer;
}

/**
 * A reason why ours answers differently. It explains a difference only if the difference disappears
 * under that one answer of Grype's and the ground's own condition holds for that row.
 */
export interface Ground {
  readonly id: QuirkId | 'distro-with-little-data';
  /** The scorer's kinds of difference that the ground can cause. */
  readonly kinds: readonly string[];
  readonly isProven: (row: DifferingRow, evidence: Evidence) => boolean;
}

const END_OF_LIFE = 'distro-eol';
/** Alerts that Grype lacks. */
const ALERTS_OF_OURS = new Set(['distro-with-little-data', 'distro-without-data']);

/** Every ground for a difference in the recorded targets. */
export const GROUNDS: readonly Ground[] = [
  {
    // The package record names the package itself as its origin.
    id: 'own-name-searched-as-source',
    kinds: ['how'],
    isProven(row, evidence) {
      const packages = findPackages(row, evidence);
      const isNamedSo = packages.every(
        ({ name, metadata }) => metadata?.value['originPackage'] === name,
      );
      return packages.length > 0 && isNamedSo && /want .*exact-indirect-match got/.test(row.line);
    },
  },
  {
    // No statement about a package of that type belongs to an operating system.
    id: 'end-of-life-alerts-every-package',
    kinds: ['alert'],
    isProven: ({ id, type, line }, { source }) =>
      id === END_OF_LIFE &&
      line.includes(' missing ') &&
      count(
        source,
        `SELECT count(*) AS n FROM affected_package_handles a JOIN packages p ON p.id = a.package_id
         WHERE p.ecosystem = ? COLLATE NOCASE AND a.operating_system_id IS NOT NULL`,
        type,
      ) === 0,
  },
  {
    // The database has a date that is past for the major release of the distribution or of the one
    // that it rebuilds, and none for the point release.
    id: 'end-of-life-needs-exact-minor',
    kinds: ['alert'],
    isProven({ id: alert, line }, { inventory, source, now }) {
      const { id = '', versionId = '' } = inventory.distro ?? {};
      const [major = '', minor = ''] = versionId.split('.');
      const readEndDates = (release: string, wanted: string): readonly string[] =>
        queryTexts(
          source,
          `SELECT eol_date AS text FROM operating_systems WHERE ? IN (name, release_id)
           AND major_version = ? AND minor_version = ? AND eol_date IS NOT NULL`,
          [release, major, wanted],
        );
      const known =
        id === 'centos'
          ? [...readEndDates(id, ''), ...readEndDates('rhel', '')]
          : readEndDates(id, '');
      const isPast = known.some((date) => Date.parse(date) < Date.parse(now));
      return (
        alert === END_OF_LIFE &&
        line.includes(' extra ') &&
        minor !== '' &&
        isPast &&
        readEndDates(id, minor).length === 0
      );
    },
  },
  {
    // Grype has no such alert. Another release has more than fifty times as many rows.
    id: 'distro-with-little-data',
    kinds: ['alert'],
    isProven({ id, line }, { inventory, source }) {
      const [major = '', minor = ''] = (inventory.distro?.versionId ?? '').split('.');
      const rows = source
        .prepare(
          `SELECT o.major_version AS major, o.minor_version AS minor,
             (SELECT count(*) FROM affected_package_handles WHERE operating_system_id = o.id) +
             (SELECT count(*) FROM unaffected_package_handles WHERE operating_system_id = o.id) AS n
           FROM operating_systems o WHERE ? IN (o.name, o.release_id)`,
        )
        .all(inventory.distro?.id ?? '');
      const own = rows.filter(
        (row) =>
          row['major'] === major && ['', String(Number(minor))].includes(String(row['minor'])),
      );
      const findMost = (some: typeof rows): number =>
        Math.max(0, ...some.map((row) => Number(row['n'])));
      return (
        ALERTS_OF_OURS.has(id) && line.includes(' extra ') && findMost(own) * 50 < findMost(rows)
      );
    },
  },
  {
    // None of the functions that the statement names is among the names in the executable's bytes.
    id: 'unlinked-left-out',
    kinds: ['ignored'],
    isProven(row, { source, inventory, contentOf }) {
      const functions = readFunctions(source, row);
      const files = findPackages(row, { inventory }).flatMap(({ locations }) =>
        locations.map(({ path }) => path),
      );
      const bytes = files.map((path) => contentOf(path));
      return (
        row.line.includes(' extra ') &&
        functions.length > 0 &&
        bytes.length > 0 &&
        bytes.every((one) => one.length > 0 && !functions.some((name) => one.includes(name)))
      );
    },
  },
  {
    // Every statement about the vulnerability is for Windows only, as its text confirms.
    id: 'unlisted-system-is-none',
    kinds: ['missing'],
    isProven({ id }, { source, inventory }) {
      const platforms = queryTexts(
        source,
        `SELECT coalesce(json_extract(b.value, '$.qualifiers.platform_cpes'), '') AS text
         FROM affected_cpe_handles a JOIN vulnerability_handles v ON v.id = a.vulnerability_id
         JOIN blobs b ON b.id = a.blob_id WHERE v.name = ?`,
        [id],
      );
      const [description = ''] = queryTexts(
        source,
        `SELECT json_extract(b.value, '$.description') AS text FROM vulnerability_handles v
         JOIN blobs b ON b.id = v.blob_id WHERE v.name = ? AND v.provider_id = 'nvd'`,
        [id],
      );
      return (
        inventory.distro !== undefined &&
        inventory.distro.id !== 'windows' &&
        platforms.length > 0 &&
        platforms.every((text) => /^\["cpe:2\.3:o:microsoft:windows[^,]*"\]$/.test(text)) &&
        description.includes('Windows')
      );
    },
  },
  {
    // The distribution's statement about that package has the CVE as an alias, and is reported.
    id: 'apk-compares-ids-only',
    kinds: ['missing'],
    isProven({ id, name }, { source, isReported }) {
      const stated = queryTexts(
        source,
        `SELECT DISTINCT v.name AS text FROM vulnerability_aliases l
         JOIN vulnerability_handles v ON v.name = l.name
         JOIN affected_package_handles a ON a.vulnerability_id = v.id
         JOIN packages p ON p.id = a.package_id
         WHERE l.alias = ? AND p.name = ? AND a.operating_system_id IS NOT NULL`,
        [id, name],
      );
      return stated.some((other) => other !== id && isReported(other, name));
    },
  },
];

function findPackages(
  { type, name, version }: DifferingRow,
  { inventory }: Pick<Evidence, 'inventory'>,
): readonly InventoryPackage[] {
  return inventory.packages.filter(
    (item) => item.type === type && item.name === name && item.version === version,
  );
}

function count(source: DatabaseSync, sql: string, parameter: string): number {
  return Number(source.prepare(sql).get(parameter)?.['n']);
}

function queryTexts(
  source: DatabaseSync,
  sql: string,
  parameters: readonly string[],
): readonly string[] {
  return source
    .prepare(sql)
    .all(...parameters)
    .map((row) => String(row['text']));
}

interface StatedImport {
  readonly path: string;
  readonly symbols?: readonly string[];
}

/**
 * Returns the functions of a statement about a Go module in the spelling of a linker: a method
 * belongs to a type or a pointer to it, and full stops in the last part of a path are escaped.
 */
function readFunctions(source: DatabaseSync, { id, name }: DifferingRow): readonly string[] {
  const rows = queryTexts(
    source,
    `SELECT json_extract(b.value, '$.qualifiers.go_imports') AS text FROM affected_package_handles a
     JOIN vulnerability_handles v ON v.id = a.vulnerability_id JOIN packages p ON p.id = a.package_id
     JOIN blobs b ON b.id = a.blob_id WHERE v.name = ? AND p.name = ? COLLATE NOCASE`,
    [id, name],
  );
  return rows
    .flatMap((text): readonly StatedImport[] => (JSON.parse(text) as StatedImport[] | null) ?? [])
    .flatMap(({ path, symbols = [] }) => {
      const last = path.lastIndexOf('/') + 1;
      const linked = path.slice(0, last) + path.slice(last).replaceAll('.', '%2e');
      // A statement without functions applies to the entire source package.
      if (symbols.length === 0) {
        return [`\0${linked}.`];
      }
      return symbols.flatMap((symbol) => {
        const [receiver = '', method] = symbol.split('.');
        const forms = method === undefined ? [receiver] : [symbol, `(*${receiver}).${method}`];
        return forms.map((form) => `\0${linked}.${form}\0`);
      });
    });
}

const LAYER = /(?:^|\/)(?:layer\.tar|sha256\/[0-9a-f]{64})$/;
const BYTES_MAX = 2 ** 30;

/** Creates a reader of files of a scanned archive or directory, which reads each file once. */
export function createFileReader(input: string): Evidence['contentOf'] {
  const known = new Map<string, Buffer>();
  return (path) => {
    const content = known.get(path) ?? readFile(input, path);
    known.set(path, content);
    return content;
  };
}

function readFile(input: string, path: string): Buffer {
  const archive = input.slice(input.indexOf(':') + 1);
  const names = runTar(['-tf', archive]).toString('utf8').split('\n');
  for (const name of names.filter((one) => LAYER.test(one))) {
    const layer = decompress(runTar(['-xOf', archive, name]));
    for (const form of [path.slice(1), `.${path}`]) {
      const content = runTar(['-xOf', '-', form], layer);
      if (content.length > 0) {
        return content;
      }
    }
  }
  return Buffer.alloc(0);
}

function decompress(bytes: Buffer): Buffer {
  switch (bytes.readUInt16BE(0)) {
    case 0x1f8b:
      return gunzipSync(bytes);
    case 0x28b5:
      return zstdDecompressSync(bytes, { maxOutputLength: BYTES_MAX });
    default:
      return bytes;
  }
}

function runTar(args: readonly string[], input?: Buffer): Buffer {
  const options = { maxBuffer: BYTES_MAX, ...(input === undefined ? {} : { input }) };
  return spawnSync('tar', args, options).stdout;
}
