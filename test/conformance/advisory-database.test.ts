import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { after, before, describe, test } from 'node:test';
import type { Advisory, AdvisoryDatabase } from '../../src/foundation/core/advisory.ts';
import { compareText } from '../../src/foundation/core/compare-text.ts';
import { DEFAULT_LIMITS } from '../../src/foundation/core/limits.ts';
import { SILENT } from '../../src/foundation/core/progress.ts';
import { describeDatabase } from '../../src/vulnerability/advisory/describe-database.ts';
import { importDatabase } from '../../src/vulnerability/advisory/import-database.ts';
import { openDatabase } from '../../src/vulnerability/advisory/open-database.ts';
import { openSource } from '../../src/vulnerability/advisory/provider/grype-v6/source-database.ts';
import { unpackDatabase } from '../../src/vulnerability/advisory/provider/grype-v6/unpack-archive.ts';
import { findSharedMaterial, SKIP_REASON } from './shared-material.ts';

const OPTIONS = { progress: SILENT, limits: DEFAULT_LIMITS, now: '2026-11-25T00:00:00Z' };
/** Every STRIDE-th key and record is compared in full. */
const STRIDE = 37;

function findArchive(material: string): string | undefined {
  const folder = path.join(material, 'advisories/grype-v6');
  const name = fs.existsSync(folder)
    ? fs.readdirSync(folder).find((entry) => entry.endsWith('.tar.zst'))
    : undefined;
  return name === undefined ? undefined : path.join(folder, name);
}

const material = findSharedMaterial();
const archive = material === undefined ? undefined : findArchive(material);

interface SourceStatement {
  readonly name: string;
  readonly provider: string;
  readonly effect: string;
  readonly blob: string;
}

interface SourceBlob {
  readonly cves?: readonly string[];
  readonly ranges?: readonly {
    readonly version: { readonly type?: string; readonly constraint?: string };
    readonly fix?: {
      readonly version?: string;
      readonly state?: string;
      readonly detail?: {
        readonly available?: { readonly date: string; readonly kind: string };
        readonly references?: readonly { readonly url: string; readonly id?: string }[];
      };
    };
  }[];
}

/** Formats the facts of a statement as one string, for the source and our database alike. */
function formatSourceStatement({ name, provider, effect, blob }: SourceStatement): string {
  const { cves = [], ranges = [] } = JSON.parse(blob) as SourceBlob;
  return JSON.stringify([
    name,
    provider,
    effect,
    cves,
    ranges.map(({ version, fix }) => [
      version.type ?? '',
      version.constraint ?? '',
      fix === undefined ? '' : (fix.state ?? 'unknown'),
      fix?.version ?? '',
      fix?.detail?.available?.date ?? '',
      (fix?.detail?.references ?? []).map(({ url, id }) => [url, id ?? '']),
    ]),
  ]);
}

function ownFacts(advisory: Advisory): string {
  return JSON.stringify([
    advisory.vulnerability,
    advisory.provider,
    advisory.effect,
    advisory.cves,
    advisory.ranges.map(({ scheme, constraint, fix }) => [
      scheme,
      constraint,
      fix?.state ?? '',
      fix?.version ?? '',
      fix?.available?.date ?? '',
      (fix?.references ?? []).map(({ url, id }) => [url, id ?? '']),
    ]),
  ]);
}

const STATEMENTS = `
  SELECT v.name AS name, v.provider_id AS provider, h.effect AS effect, b.value AS blob
  FROM (SELECT *, 'affected' AS effect FROM affected_package_handles
    UNION ALL SELECT *, 'unaffected' AS effect FROM unaffected_package_handles) h
  JOIN vulnerability_handles v ON v.id = h.vulnerability_id JOIN blobs b ON b.id = h.blob_id
`;

describe('the database of the conformance material', {
  skip: material === undefined && SKIP_REASON,
}, () => {
  let folder = '';
  let source: DatabaseSync;
  let database: AdvisoryDatabase;

  before(async () => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'plimsoll-conformance-'));
    const root = path.join(folder, 'db');
    await importDatabase(archive ?? '', root, OPTIONS);
    const unpacked = await unpackDatabase(archive ?? '', { scratch: folder, ...OPTIONS });
    source = openSource(unpacked.file);
    database = openDatabase(root);
  });

  after(() => {
    database[Symbol.dispose]();
    source.close();
    fs.rmSync(folder, { recursive: true });
  });

  function count(table: string): number {
    return Number(source.prepare(`SELECT count(*) AS n FROM ${table}`).get()?.['n']);
  }

  function readStatements(condition: string, ...parameters: number[]): readonly string[] {
    const rows = source.prepare(`${STATEMENTS} WHERE ${condition}`).all(...parameters);
    return (rows as unknown as SourceStatement[]).map(formatSourceStatement).toSorted(compareText);
  }

  test('has as many statements as the source has rows', () => {
    const { shards } = describeDatabase(path.join(folder, 'db'), true);
    const sum = (kinds: readonly string[], of: 'affected' | 'unaffected'): number =>
      shards
        .filter(({ kind }) => kinds.includes(kind))
        .reduce((total, { counts }) => total + counts[of], 0);
    const packages = ['system', 'ecosystem'];
    assert.equal(sum(packages, 'affected'), count('affected_package_handles'));
    assert.equal(sum(packages, 'unaffected'), count('unaffected_package_handles'));
    const ofPackages = count(
      'package_cpes c JOIN affected_package_handles a ON a.package_id = c.package_id',
    );
    assert.equal(sum(['product'], 'affected'), count('affected_cpe_handles') + ofPackages);
    assert.equal(sum(['product'], 'unaffected'), count('unaffected_cpe_handles'));
  });

  test('has the same operating system packages as the source', () => {
    const keys = source
      .prepare(
        `SELECT DISTINCT h.operating_system_id AS os, h.package_id AS package, p.name AS name,
           p.ecosystem AS ecosystem
         FROM (SELECT * FROM affected_package_handles UNION ALL SELECT * FROM unaffected_package_handles) h
         JOIN packages p ON p.id = h.package_id WHERE h.operating_system_id IS NOT NULL
         ORDER BY os, package`,
      )
      .all();
    const selectSystem = source.prepare('SELECT * FROM operating_systems WHERE id = ?');
    for (let at = 0; at < keys.length; at += STRIDE) {
      const key = keys[at];
      const systemId = Number(key?.['os']);
      const row = selectSystem.get(systemId);
      const system = {
        id: systemId,
        name: String(row?.['name']),
        releaseId: String(row?.['release_id']),
        majorVersion: String(row?.['major_version']),
        minorVersion: String(row?.['minor_version']),
        label: String(row?.['label_version']),
        codename: String(row?.['codename']),
        channel: String(row?.['channel']),
      };
      const name = String(key?.['name']).toUpperCase();
      const own = database.findSystemPackage(system, String(key?.['ecosystem']), name);
      const expected = readStatements(
        'h.operating_system_id = ? AND h.package_id = ?',
        systemId,
        Number(key?.['package']),
      );
      assert.deepEqual(own.map(ownFacts).toSorted(compareText), expected, `${system.name} ${name}`);
    }
    assert.ok(keys.length > 10_000);
  });

  test('has the same language packages as the source', () => {
    const keys = source
      .prepare(
        `SELECT DISTINCT p.id AS id, p.ecosystem AS ecosystem, p.name AS name FROM packages p
         JOIN affected_package_handles h ON h.package_id = p.id
         WHERE h.operating_system_id IS NULL ORDER BY p.id`,
      )
      .all();
    for (let at = 0; at < keys.length; at += STRIDE) {
      const key = keys[at];
      const own = database.findPackage(String(key?.['ecosystem']), String(key?.['name']));
      const expected = readStatements(
        'h.operating_system_id IS NULL AND h.package_id = ?',
        Number(key?.['id']),
      );
      assert.deepEqual(own.map(ownFacts).toSorted(compareText), expected, String(key?.['name']));
    }
    assert.ok(keys.length > 1000);
  });

  test('has the same products as the source', () => {
    const products = source.prepare('SELECT DISTINCT product FROM cpes ORDER BY product').all();
    const select = source.prepare(
      `SELECT v.name AS name, v.provider_id AS provider, 'affected' AS effect, b.value AS blob
       FROM cpes c JOIN affected_cpe_handles h ON h.cpe_id = c.id
       JOIN vulnerability_handles v ON v.id = h.vulnerability_id JOIN blobs b ON b.id = h.blob_id
       WHERE c.product = ? COLLATE NOCASE`,
    );
    for (let at = 0; at < products.length; at += STRIDE) {
      const product = String(products[at]?.['product']);
      const rows = select.all(product) as unknown as SourceStatement[];
      const own = database
        .findProduct(product)
        .filter(({ packageName }) => packageName === undefined);
      assert.deepEqual(
        own.map(ownFacts).toSorted(compareText),
        rows.map(formatSourceStatement).toSorted(compareText),
        product,
      );
    }
  });

  test('has the same vulnerabilities as the source', () => {
    const rows = source
      .prepare(
        `SELECT v.*, b.value AS blob FROM vulnerability_handles v JOIN blobs b ON b.id = v.blob_id
         WHERE v.id % ${STRIDE} = 0 AND (SELECT count(*) FROM vulnerability_handles o
           WHERE o.name = v.name AND o.provider_id = v.provider_id) = 1`,
      )
      .all();
    for (const row of rows) {
      const record = database.findRecord(String(row['provider_id']), String(row['name']));
      const blob = JSON.parse(String(row['blob'])) as Record<
        string,
        readonly unknown[] | undefined
      >;
      assert.equal(record?.description, blob['description'] ?? '', String(row['name']));
      assert.equal(record?.status, row['status']);
      assert.equal(record?.references.length, blob['refs']?.length ?? 0);
      assert.equal(record?.severities.length, blob['severities']?.length ?? 0);
      assert.deepEqual(record?.assigners, blob['assigner'] ?? []);
    }
    assert.ok(rows.length > 1000);
  });

  test('keeps the data by CVE', () => {
    const exploited = source.prepare('SELECT cve FROM known_exploited_vulnerability_handles').all();
    assert.ok(exploited.every((row) => database.readExploited(String(row['cve'])).length > 0));
    const scores = source.prepare('SELECT cve, epss FROM epss_handles').all();
    assert.ok(scores.every((row) => database.readEpss(String(row['cve']))?.epss === row['epss']));
    const weaknesses = source.prepare('SELECT DISTINCT cve FROM cwe_handles').all();
    assert.ok(weaknesses.every((row) => database.readWeaknesses(String(row['cve'])).length > 0));
  });

  test('resolves the same releases as Grype', () => {
    const listNames = (id: string, versionId: string, more: object = {}): readonly string[] =>
      database
        .listReleases({ id, idLike: [], ...(versionId === '' ? {} : { versionId }), ...more })
        .map(({ name, majorVersion, minorVersion, label }) =>
          [name, majorVersion, minorVersion, label].filter((part) => part !== '').join(' '),
        );
    assert.deepEqual(listNames('alpine', '3.10.2'), ['alpine 3 10']);
    assert.equal(listNames('alpine', '3.18.4').length, 10);
    assert.deepEqual(listNames('rocky', '8.4', { idLike: ['rhel'] }), ['redhat 8 4']);
    assert.deepEqual(listNames('wolfi', '20230201'), ['wolfi rolling']);
    assert.deepEqual(listNames('debian', '', { versionCodename: 'forky' }), ['debian unstable']);
    assert.deepEqual(listNames('ubuntu', '12.04', { versionCodename: 'precise' }), ['ubuntu 12 4']);
  });
});
