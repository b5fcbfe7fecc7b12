/**
 * Runs Grype on package URLs that are derived from every statement of the small database beside the
 * reference, and writes its results to `match-probes.json`, with which `match-probes.test.ts`
 * compares ours.
 *
 * `node test/conformance/record-probes.ts GRYPE CACHE`: the program, and a directory into which
 * that database was imported (`grype db import`).
 */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { DatabaseSync } from 'node:sqlite';
import { compareText } from '../../src/foundation/core/compare-text.ts';
import { formatMatch, type GrypeMatch, type Probe } from './match-probes.ts';
import { requireSharedMaterial } from './shared-material.ts';

/** Probed systems, and the systems whose rows their packages are taken from. */
const SYSTEMS: Readonly<Record<string, readonly [type: string, name: string, major: string]>> = {
  'alpine-3.18.4': ['apk/alpine', 'alpine', '3'],
  'alpine-3.19.0': ['apk/alpine', 'alpine', '3'],
  'alpine-3.21_alpha20240923': ['apk/alpine', 'alpine', '3'],
  alpine: ['apk/alpine', 'alpine', '3'],
  'postmarketos-23.06': ['apk/postmarketos', 'alpine', '3'],
  'wolfi-20230201': ['apk/wolfi', 'wolfi', ''],
  'chainguard-20230201': ['apk/chainguard', 'chainguard', ''],
  'debian-8': ['deb/debian', 'debian', '8'],
  'debian-10': ['deb/debian', 'debian', '10'],
  'debian-11': ['deb/debian', 'debian', '11'],
  'debian-12.5': ['deb/debian', 'debian', '12'],
  'debian-bookworm': ['deb/debian', 'debian', '12'],
  'debian-13': ['deb/debian', 'debian', '12'],
  debian: ['deb/debian', 'debian', '12'],
  'raspbian-12': ['deb/raspbian', 'debian', '12'],
  'ubuntu-16.04': ['deb/ubuntu', 'ubuntu', '16'],
  'ubuntu-16.04%2Besm': ['deb/ubuntu', 'ubuntu', '16'],
  'ubuntu-20.04': ['deb/ubuntu', 'ubuntu', '20'],
  'ubuntu-20.04%2Besm': ['deb/ubuntu', 'ubuntu', '20'],
  'ubuntu-22.04': ['deb/ubuntu', 'ubuntu', '22'],
  'rhel-6.9': ['rpm/redhat', 'redhat', '6'],
  'rhel-7.2': ['rpm/redhat', 'redhat', '7'],
  rhel: ['rpm/redhat', 'redhat', '8'],
  'rhel-8': ['rpm/redhat', 'redhat', '8'],
  'rhel-8.4': ['rpm/redhat', 'redhat', '8'],
  'rhel-8.4%2Beus': ['rpm/redhat', 'redhat', '8'],
  'rhel-9.4': ['rpm/redhat', 'redhat', '9'],
  'rhel-9.4%2Beus': ['rpm/redhat', 'redhat', '9'],
  'rhel-9.2%2Beus': ['rpm/redhat', 'redhat', '9'],
  'rhel-10.0': ['rpm/redhat', 'redhat', '9'],
  'centos-8': ['rpm/centos', 'redhat', '8'],
  'rocky-9.3': ['rpm/rocky', 'redhat', '9'],
  'almalinux-8.7': ['rpm/almalinux', 'redhat', '8'],
  'almalinux-9.3': ['rpm/almalinux', 'redhat', '9'],
  'ol-7.9': ['rpm/oracle', 'oraclelinux', '7'],
  'amzn-2023': ['rpm/amazon', 'redhat', '9'],
  'sles-15.6': ['rpm/suse', 'sles', '15'],
  'sles-15.7': ['rpm/suse', 'sles', '15'],
  'sles-15.5': ['rpm/suse', 'sles', '15'],
  'hummingbird-1': ['rpm/hummingbird', 'hummingbird', ''],
};

/** Ecosystems of the database, and the type of their package URLs. */
const ECOSYSTEMS: Readonly<Record<string, string>> = {
  Bitnami: 'bitnami',
  gem: 'gem',
  'go-module': 'golang',
  'java-archive': 'maven',
  npm: 'npm',
  python: 'pypi',
};

interface Row {
  readonly ecosystem: string;
  readonly name: string;
  readonly system: string | null;
  readonly major: string | null;
  readonly ranges: string | null;
}

/** Names and versions per group: more would only make the record longer. */
const NAMES_MAX = 24;
const VERSIONS_MAX = 9;

function readRows(file: string): readonly Row[] {
  using database = new DatabaseSync(file, { readOnly: true });
  const of = (effect: string): string => `
    SELECT p.ecosystem AS ecosystem, p.name AS name, o.name AS system, o.major_version AS major,
      json_extract(b.value, '$.ranges') AS ranges
    FROM ${effect}_package_handles a JOIN packages p ON p.id = a.package_id
    LEFT JOIN operating_systems o ON o.id = a.operating_system_id JOIN blobs b ON b.id = a.blob_id`;
  return database.prepare(`${of('affected')} UNION ${of('unaffected')}`).all() as unknown as Row[];
}

/** Returns versions below, at and above each bound, and at both ends. */
function listVersions(texts: readonly (string | null)[]): readonly string[] {
  const bounds = new Set(texts.flatMap((text) => text?.match(/[0-9][0-9A-Za-z.:~+^_-]*/g) ?? []));
  const versions = ['0.1', '9999.0'];
  for (const bound of [...bounds].toSorted(compareText)) {
    const last = /^(.*?)([0-9]+)([^0-9]*)$/.exec(bound);
    const step = (by: number): string =>
      last === null ? bound : `${last[1]}${Math.max(0, Number(last[2]) + by)}${last[3]}`;
    versions.push(bound, step(-1), step(1));
  }
  return [...new Set(versions)].slice(0, VERSIONS_MAX);
}

function createPurls(
  all: readonly Row[],
  isSystemRow: (row: Row) => boolean,
  type: string,
  qualifier: string,
): string[] {
  const byName = Map.groupBy(all.filter(isSystemRow), ({ name }) => name);
  return [...byName]
    .toSorted(([left], [right]) => compareText(left, right))
    .slice(0, NAMES_MAX)
    .flatMap(([name, ofName]) => {
      const path = name.replaceAll(':', '/').replaceAll('@', '%40');
      return listVersions(
        ofName.map(({ ranges }) => ranges?.match(/"constraint":"[^"]*"/g)?.join() ?? null),
      ).map((version) => `pkg:${type}/${path}@${encodeURIComponent(version)}${qualifier}`);
    });
}

const SOURCES_MAX = 8;
const VERSIONS_OF_SOURCE_MAX = 5;

/** Returns packages with other names whose source packages are those of the database. */
function splitPurls(type: string, purls: readonly string[], qualifier: string): readonly string[] {
  const byName = Map.groupBy(purls, (purl) => purl.slice(0, purl.indexOf('@', type.length + 6)));
  return [...byName.values()].slice(0, SOURCES_MAX).flatMap((ofName) =>
    ofName.slice(0, VERSIONS_OF_SOURCE_MAX).map((purl) => {
      const [, name = '', version = ''] = /([^/]+)@([^@?]+)\?/.exec(purl) ?? [];
      const decoded = decodeURIComponent(version);
      const source = type.startsWith('rpm/')
        ? `${name}-${decoded.replace(/^[0-9]+:/, '')}${decoded.includes('-') ? '' : '-1'}.src.rpm`
        : `${name}@${decoded}`;
      const part = `pkg:${type}/part-of-${name}@${version}`;
      return `${part}${qualifier}&upstream=${encodeURIComponent(source)}`;
    }),
  );
}

function runProbe(program: string, cache: string, purls: readonly string[]): readonly string[] {
  const file = join(tmpdir(), `plimsoll-probes-${process.pid}.purls`);
  writeFileSync(file, `${purls.join('\n')}\n`);
  const run = spawnSync(program, [`purl:${file}`, '-q', '-o', 'json'], {
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
    env: {
      ...process.env,
      GRYPE_DB_CACHE_DIR: cache,
      GRYPE_DB_AUTO_UPDATE: 'false',
      GRYPE_DB_VALIDATE_AGE: 'false',
      GRYPE_CHECK_FOR_APP_UPDATE: 'false',
    },
  });
  const answer = JSON.parse(run.stdout) as { readonly matches: readonly GrypeMatch[] };
  return answer.matches.map(formatMatch).toSorted(compareText);
}

const [program = '', cache = ''] = process.argv.slice(2);
const source = join(
  requireSharedMaterial(),
  'reference',
  'match-assets',
  'mini-v6.vulnerability.db',
);
const all = readRows(source);
const probes: Probe[] = [];
for (const [distro, [type, system, major]] of Object.entries(SYSTEMS)) {
  const isSystemRow = (row: Row): boolean => row.system === system && row.major === major;
  const named = createPurls(all, isSystemRow, type, `?distro=${distro}`);
  const purls = [...named, ...splitPurls(type, named, `?distro=${distro}`)];
  probes.push({
    name: decodeURIComponent(distro),
    purls,
    expected: runProbe(program, cache, purls),
  });
}
for (const [ecosystem, type] of Object.entries(ECOSYSTEMS)) {
  const purls = createPurls(
    all,
    (row) => row.system === null && row.ecosystem === ecosystem,
    type,
    '',
  );
  probes.push({ name: ecosystem, purls, expected: runProbe(program, cache, purls) });
}
writeFileSync(
  join(import.meta.dirname, 'match-probes.json'),
  `${JSON.stringify(probes, undefined, 1)}\n`,
);
