import fs from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import zlib from 'node:zlib';
import { Xxh64 } from '../../../bytes/xxhash/xxh64.ts';

/** Tables of Grype's schema 6 with one or two rows of every kind, made for tests. */
const TABLES = `
  CREATE TABLE blobs (id INTEGER PRIMARY KEY AUTOINCREMENT, value TEXT NOT NULL);
  CREATE TABLE db_metadata (build_timestamp DATETIME, model INTEGER, revision INTEGER, addition INTEGER);
  CREATE TABLE providers (id TEXT PRIMARY KEY, version TEXT, processor TEXT, date_captured DATETIME,
    input_digest TEXT);
  CREATE TABLE vulnerability_handles (id INTEGER PRIMARY KEY, name TEXT, status TEXT,
    published_date DATETIME, modified_date DATETIME, withdrawn_date DATETIME, provider_id TEXT, blob_id INTEGER);
  CREATE TABLE vulnerability_aliases (name TEXT, alias TEXT, PRIMARY KEY (name, alias));
  CREATE TABLE operating_systems (id INTEGER PRIMARY KEY, name TEXT, release_id TEXT, major_version TEXT,
    minor_version TEXT, label_version TEXT, codename TEXT, channel TEXT, eol_date DATETIME, eoas_date DATETIME);
  CREATE TABLE packages (id INTEGER PRIMARY KEY, ecosystem TEXT, name TEXT);
  CREATE TABLE affected_package_handles (id INTEGER PRIMARY KEY, vulnerability_id INTEGER,
    operating_system_id INTEGER, package_id INTEGER, blob_id INTEGER);
  CREATE TABLE unaffected_package_handles (id INTEGER PRIMARY KEY, vulnerability_id INTEGER,
    operating_system_id INTEGER, package_id INTEGER, blob_id INTEGER);
  CREATE TABLE operating_system_specifier_overrides (alias TEXT, version TEXT, version_pattern TEXT,
    codename TEXT, channel TEXT, replacement TEXT, replacement_major_version TEXT,
    replacement_minor_version TEXT, replacement_label_version TEXT, replacement_channel TEXT,
    rolling NUMERIC, applicable_client_db_schemas TEXT);
  CREATE TABLE cpes (id INTEGER PRIMARY KEY, part TEXT, vendor TEXT, product TEXT, edition TEXT,
    language TEXT, software_edition TEXT, target_hardware TEXT, target_software TEXT, other TEXT);
  CREATE TABLE package_cpes (cpe_id INTEGER, package_id INTEGER, PRIMARY KEY (cpe_id, package_id));
  CREATE TABLE package_specifier_overrides (ecosystem TEXT, replacement_ecosystem TEXT);
  CREATE TABLE architecture_aliases (alias TEXT PRIMARY KEY, canonical TEXT);
  CREATE TABLE affected_cpe_handles (id INTEGER PRIMARY KEY, vulnerability_id INTEGER, cpe_id INTEGER,
    blob_id INTEGER);
  CREATE TABLE unaffected_cpe_handles (id INTEGER PRIMARY KEY, vulnerability_id INTEGER, cpe_id INTEGER,
    blob_id INTEGER);
  CREATE TABLE known_exploited_vulnerability_handles (id INTEGER PRIMARY KEY, cve TEXT, blob_id INTEGER);
  CREATE TABLE epss_handles (id INTEGER PRIMARY KEY, cve TEXT, epss REAL, percentile REAL);
  CREATE TABLE epss_metadata (date DATETIME);
  CREATE TABLE cwe_handles (id INTEGER PRIMARY KEY, cve TEXT, cwe TEXT, source TEXT, type TEXT);
`;

const ROWS = `
  INSERT INTO db_metadata VALUES ('2026-01-02 03:04:05+00:00', 6, 1, 9);
  INSERT INTO providers VALUES ('alpine', '1', 'p', '2026-01-01 00:00:00.5+00:00', 'xxh64:1'),
    ('github', '2', 'p', NULL, ''), ('nvd', '1', 'p', '2026-01-01 00:00:00+00:00', 'xxh64:2');
  INSERT INTO vulnerability_handles VALUES
    (1, 'CVE-2020-0001', 'active', '2020-01-01 10:00:00.25+00:00', '0001-01-01 00:00:00+00:00', NULL, 'alpine', 1),
    (2, 'GHSA-aaaa-bbbb-cccc', 'active', NULL, NULL, NULL, 'github', 2),
    (3, 'CVE-2020-0001', '', NULL, NULL, NULL, 'nvd', 3),
    (4, 'CVE-2020-0009', 'rejected', NULL, NULL, '2021-01-01 00:00:00+00:00', 'nvd', 4);
  INSERT INTO vulnerability_aliases VALUES ('GHSA-aaaa-bbbb-cccc', 'CVE-2020-0001'),
    ('GHSA-aaaa-bbbb-cccc', 'OTHER-1');
  INSERT INTO operating_systems VALUES
    (1, 'alpine', 'alpine', '3', '9', '', '', '', '2020-11-01 00:00:00+00:00', NULL),
    (2, 'alpine', 'alpine', '3', '10', '', '', '', NULL, NULL),
    (3, 'redhat', 'rhel', '9', '4', '', '', 'eus', NULL, NULL);
  INSERT INTO packages VALUES (1, 'apk', 'Musl'), (2, 'npm', 'left-pad'), (3, 'rpm', 'nginx');
  INSERT INTO affected_package_handles VALUES (1, 1, 1, 1, 5), (2, 1, 2, 1, 5), (3, 2, NULL, 2, 6);
  INSERT INTO unaffected_package_handles VALUES (1, 1, 3, 3, 7);
  INSERT INTO operating_system_specifier_overrides VALUES
    ('redhat', '', '^\\d+\\.\\d+', '', '', 'rhel', NULL, '', NULL, NULL, 0, '< 6.0.3'),
    ('rocky', '', '', '', '', 'rhel', NULL, NULL, NULL, NULL, 0, '');
  INSERT INTO cpes VALUES (1, 'a', 'libc', 'Musl', '', '', '', '', '', ''),
    (2, 'a', 'pad', 'left-pad', '', '', '', '', 'node.js', '');
  INSERT INTO package_cpes VALUES (2, 2);
  INSERT INTO package_specifier_overrides VALUES ('javascript', 'npm'), ('javascript', 'other');
  INSERT INTO architecture_aliases VALUES ('x86_64', 'amd64');
  INSERT INTO affected_cpe_handles VALUES (1, 3, 1, 8);
  INSERT INTO known_exploited_vulnerability_handles VALUES (1, 'CVE-2020-0001', 9);
  INSERT INTO epss_handles VALUES (1, 'CVE-2020-0001', 0.25, 0.5);
  INSERT INTO epss_metadata VALUES ('2026-01-01 00:00:00+00:00');
  INSERT INTO cwe_handles VALUES (1, 'CVE-2020-0001', 'CWE-1', 'nvd@nist.gov', 'Primary');
`;

const BLOBS: readonly unknown[] = [
  { id: 'CVE-2020-0001', refs: [{ url: 'https://a.example/1', tags: ['ADVISORY'] }] },
  {
    id: 'GHSA-aaaa-bbbb-cccc',
    description: 'Pads too far\nto the left.',
    aliases: ['CVE-2020-0001', 'GHSA-aaaa-bbbb-cccc'],
    severities: [
      { scheme: 'CHML', value: 'high', rank: 1 },
      { scheme: 'CVSS', value: { vector: 'CVSS:3.1/AV:N', version: '3.1' }, source: 's', rank: 2 },
    ],
    modifications: [{ url: 'https://m.example', changes: ['range'] }],
  },
  { id: 'CVE-2020-0001', assigner: ['mitre'], description: 'musl overflows.' },
  { id: 'CVE-2020-0009' },
  {
    ranges: [
      {
        version: { type: 'apk', constraint: '< 1.1.24-r3' },
        fix: {
          version: '1.1.24-r3',
          state: 'fixed',
          detail: {
            available: { date: '2020-02-03T00:00:00Z', kind: 'advisory' },
            references: [{ url: 'https://f.example', id: 'F-1', tags: ['advisory'] }],
          },
        },
      },
    ],
  },
  {
    cves: ['CVE-2020-0001'],
    qualifiers: { go_imports: [{ path: 'a/b' }], platform_cpes: ['cpe:2.3:o:x:y:*:*:*:*:*:*:*:*'] },
    ranges: [{ version: { type: 'npm' }, fix: { state: 'not-fixed' } }],
  },
  {
    qualifiers: { rpm_modularity: '', architecture: 'src', rootio: true },
    ranges: [{ version: { type: 'rpm' }, fix: { state: 'not-affected' } }],
  },
  { cves: ['CVE-2020-0001'], ranges: [{ version: { constraint: '< 1.2' }, fix: null }] },
  { cve: 'CVE-2020-0001', product: 'musl', date_added: '2021-01-01T00:00:00Z', urls: ['u'] },
];

/** Writes a small database of Grype's schema 6 and returns its path. `change`: further SQL. */
export function writeGrypeDatabase(folder: string, change = ''): string {
  const file = path.join(folder, 'vulnerability.db');
  const database = new DatabaseSync(file);
  database.exec(TABLES);
  const insert = database.prepare('INSERT INTO blobs (value) VALUES (?)');
  for (const blob of BLOBS) {
    insert.run(`${JSON.stringify(blob)}\n`);
  }
  database.exec(ROWS + change);
  database.close();
  return file;
}

/**
 * Creates the archive in which such a database is published. `digest`: the one in `import.json`, if
 * the archive contains that file.
 */
export function packGrypeArchive(
  database: string,
  options: { readonly compression?: 'zstd' | 'gzip' | 'none'; readonly digest?: string } = {},
): string {
  const content = fs.readFileSync(database);
  const hash = new Xxh64();
  hash.update(content);
  const digest = options.digest ?? `xxh64:${hash.digest()}`;
  const metadata = Buffer.from(
    JSON.stringify({ digest, source: 'test', client_version: 'v6.1.9' }),
  );
  const tar = Buffer.concat([
    createTarEntry('vulnerability.db', content),
    createTarEntry('import.json', metadata),
    Buffer.alloc(1024),
  ]);
  switch (options.compression ?? 'zstd') {
    case 'zstd':
      return writeSibling(database, 'archive.tar.zst', zlib.zstdCompressSync(tar));
    case 'gzip':
      return writeSibling(database, 'archive.tar.gz', zlib.gzipSync(tar));
    default:
      return writeSibling(database, 'archive.tar', tar);
  }
}

function writeSibling(neighbour: string, name: string, content: Uint8Array): string {
  const file = path.join(path.dirname(neighbour), name);
  fs.writeFileSync(file, content);
  return file;
}

function createTarEntry(name: string, content: Uint8Array): Buffer {
  const header = Buffer.alloc(512);
  header.write(name, 0);
  header.write('0000644\0', 100);
  header.write(`${content.length.toString(8).padStart(11, '0')}\0`, 124);
  header.write('        0', 148);
  header.write('ustar\x0000', 257);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  const padding = Buffer.alloc((512 - (content.length % 512)) % 512);
  return Buffer.concat([header, content, padding]);
}
