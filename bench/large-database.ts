import { DatabaseSync } from 'node:sqlite';
import { writeAdvisorySource } from '../test/support/advisory-database.ts';

const ROWS_PER_VULNERABILITY = 20;
const PACKAGES = 100_000;
const SYSTEMS = 8;

/** Writes a database in Grype's form with many statements, which are the same on every machine. */
export function writeLargeSource(file: string, rows: number): void {
  const systems = Array.from({ length: SYSTEMS }, (_, at) => ({
    name: at < SYSTEMS / 2 ? 'debian' : 'rocky',
    major: String((at % (SYSTEMS / 2)) + 1),
  }));
  writeAdvisorySource(file, {
    systems,
    statements: [{ id: 'CVE-1999-0001', provider: 'made', system: 0, ecosystem: 'deb', name: 'x' }],
  });
  using database = new DatabaseSync(file);
  const count = (limit: number): string =>
    `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${limit})`;
  const vulnerabilities = Math.ceil(rows / ROWS_PER_VULNERABILITY);
  database.exec(`
    PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; BEGIN;
    DELETE FROM affected_package_handles; DELETE FROM packages; DELETE FROM vulnerability_handles;
    DELETE FROM blobs;
    INSERT INTO packages (id, ecosystem, name)
      ${count(PACKAGES)} SELECT i, 'deb', 'package-' || (i * 7919 % ${PACKAGES}) FROM n;
    INSERT INTO blobs (id, value) ${count(vulnerabilities)} SELECT i,
      '{"description":"Vulnerability ' || i || ' of a made database allows ' || (i * 31 % 977) ||
      ' things.","refs":[{"url":"https://example.org/' || i || '"}]}' FROM n;
    INSERT INTO blobs (id, value) ${count(vulnerabilities)} SELECT i + ${vulnerabilities},
      '{"ranges":[{"version":{"type":"deb","constraint":"< ' || (i % 50) || '.' || (i % 7) ||
      '"},"fix":{"version":"' || (i % 50) || '.' || (i % 7) || '","state":"fixed"}}]}' FROM n;
    INSERT INTO vulnerability_handles (id, name, status, provider_id, blob_id)
      ${count(vulnerabilities)}
      SELECT i, 'CVE-' || (2000 + i % 26) || '-' || (10000 + i), 'active', 'made', i FROM n;
    INSERT INTO affected_package_handles
        (id, vulnerability_id, operating_system_id, package_id, blob_id)
      ${count(rows)} SELECT i, (i - 1) / ${ROWS_PER_VULNERABILITY} + 1, i % ${SYSTEMS} + 1,
        i * 7907 % ${PACKAGES} + 1, (i - 1) / ${ROWS_PER_VULNERABILITY} + 1 + ${vulnerabilities}
      FROM n;
    COMMIT;
  `);
}
