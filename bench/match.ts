/**
 * Measures matching: package lists of 1,000 and 10,000 packages, with and without advisories,
 * matched against the recorded advisory database, beside Grype on the same database. The last
 * columns show how many times as much Grype takes.
 *
 * `npm run bench -- match [--runs N]`. PLIMSOLL_BENCH_GRYPE is the path of Grype;
 * PLIMSOLL_CONFORMANCE_DIR the directory with the database.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { DatabaseSync } from 'node:sqlite';
import { parseArgs } from 'node:util';
import { present } from '../src/foundation/core/assert.ts';
import { writeTextTable } from '../src/foundation/present/text-table.ts';
import { openDatabase } from '../src/vulnerability/advisory/open-database.ts';
import { toCellColumns } from '../test/support/cell-columns.ts';
import { build, ENTRIES } from '../tools/build.ts';
import { ROOT } from '../tools/source-tree.ts';
import { type Measurement, measure } from './measure.ts';

const COLUMNS = toCellColumns([
  { title: 'LIST' },
  { title: 'PACKAGES' },
  { title: 'PLIMSOLL CPU' },
  { title: 'WALL' },
  { title: 'PEAK' },
  { title: 'GRYPE CPU' },
  { title: 'WALL' },
  { title: 'PEAK' },
  { title: 'CPU' },
  { title: 'PEAK' },
  { title: 'SAME BYTES' },
]);
const SIZES = [1_000, 10_000];
const REPEATS = 5;
const OPENINGS = 20;

/** One package of a list. */
interface Listed {
  readonly purl: string;
  readonly cpe?: string;
}

interface List {
  readonly title: string;
  readonly system: readonly [id: string, version: string];
  readonly packageAt: (index: number) => Listed;
  /** Whether it is also measured at the greater length, which takes Grype minutes for some. */
  readonly isLong?: boolean;
}

const ALPINE = ['alpine', '3.11.6'] as const;
const DEBIAN = ['debian', '10'] as const;
const APK = 'pkg:apk/alpine/NAME@VERSION?distro=alpine-3.11.6';
const DEB = 'pkg:deb/debian/NAME@VERSION?distro=debian-10';

const PURL_TYPES: Readonly<Record<string, string>> = {
  gem: 'gem',
  'go-module': 'golang',
  npm: 'npm',
  'php-composer': 'composer',
  python: 'pypi',
  'rust-crate': 'cargo',
};

const { values } = parseArgs({ options: { runs: { type: 'string', default: '5' } } });
const shared = process.env['PLIMSOLL_CONFORMANCE_DIR'] ?? join(ROOT, '..', 'shared');
const archives = join(shared, 'advisories', 'grype-v6');
const grype = process.env['PLIMSOLL_BENCH_GRYPE'] ?? '';
const folder = mkdtempSync(join(tmpdir(), 'plimsoll-bench-'));
try {
  if (existsSync(archives)) {
    await main();
  } else {
    printLine('skipped, because PLIMSOLL_CONFORMANCE_DIR has no recorded database');
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function main(): Promise<void> {
  const archive = join(
    archives,
    present(
      readdirSync(archives).find((name) => name.endsWith('.tar.zst')),
      'an archive',
    ),
  );
  const target = join(ROOT, '.cache', 'bench');
  await build({ root: ROOT, target, entries: ENTRIES, hasTypes: false });
  const program = [process.execPath, join(target, 'cli.js')];
  const cache = join(folder, 'cache');
  run([...program, 'db', 'import', archive, '--cache-dir', cache, '-q']);
  if (grype === '') {
    printLine('skipped: Grype: set PLIMSOLL_BENCH_GRYPE to its path');
  } else {
    run([grype, 'db', 'import', archive]);
  }
  reportOpening(join(cache, 'db'));
  const rows: string[][] = [];
  for (const list of createLists(archive)) {
    for (const size of list.isLong === true ? SIZES : SIZES.slice(0, 1)) {
      rows.push(await compare(list, size, [...program, 'scan'], cache));
      printLine(`measured ${list.title}, ${size} packages`);
    }
  }
  writeTextTable(
    { write: (text) => void process.stdout.write(text) },
    { columns: COLUMNS, rows },
    { isColoured: false },
  );
}

function createEnvironment(): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(([name]) => !name.startsWith('PLIMSOLL_'));
  return {
    ...Object.fromEntries(own),
    GRYPE_CHECK_FOR_APP_UPDATE: 'false',
    GRYPE_DB_AUTO_UPDATE: 'false',
    GRYPE_DB_VALIDATE_AGE: 'false',
    GRYPE_DB_CACHE_DIR: join(folder, 'grype'),
    SOURCE_DATE_EPOCH: '1764028800',
  };
}

function run(command: readonly string[]): Buffer {
  const [program = '', ...args] = command;
  const { status, stdout, stderr } = spawnSync(program, args, {
    env: createEnvironment(),
    maxBuffer: 2 ** 30,
  });
  if (status !== 0) {
    throw new Error(`${command.join(' ')} ends with status ${status}: ${stderr.toString()}`);
  }
  return stdout;
}

/** Reports the time to open the database and find a release, the first time and later. */
function reportOpening(database: string): void {
  const times: number[] = [];
  for (let round = 0; round < OPENINGS; round++) {
    const start = performance.now();
    using opened = openDatabase(database);
    opened.listReleases({ id: 'debian', idLike: [], versionId: '10' });
    times.push(performance.now() - start);
  }
  const [first = Number.NaN] = times;
  const median = times.toSorted((left, right) => left - right)[OPENINGS / 2] ?? Number.NaN;
  printLine(`database opened in ${first.toFixed(1)} ms, again in ${median.toFixed(1)} ms`);
}

/** Lists of packages without advisories, and of those with the most. */
function createLists(archive: string): readonly List[] {
  const knownDeb = createKnownList(
    'known deb',
    { ecosystem: 'deb', system: DEBIAN, form: DEB },
    archive,
  );
  const languages = { ecosystem: '', system: DEBIAN, form: '' };
  const knownLanguages = createKnownList('known npm and others', languages, archive);
  return [
    {
      title: 'absent apk',
      system: ALPINE,
      packageAt: (index) => ({
        purl: `pkg:apk/alpine/absent-${index}@1.${index}.0-r0?arch=x86_64&distro=alpine-3.11.6&upstream=absent-origin-${index}`,
        cpe: `cpe:2.3:a:absent-${index}:absent-${index}:1.${index}.0-r0:*:*:*:*:*:*:*`,
      }),
    },
    {
      title: 'absent rpm',
      system: ['rhel', '8.4'],
      packageAt: (index) => ({
        purl: `pkg:rpm/redhat/absent-${index}@1.${index}.0-1.el8?arch=x86_64&distro=rhel-8.4&upstream=absent-source-${index}-1.${index}.0-1.el8.src.rpm`,
      }),
    },
    {
      title: 'absent npm',
      isLong: true,
      system: ALPINE,
      packageAt: (index) => ({ purl: `pkg:npm/absent-${index}@1.${index}.0` }),
    },
    { ...knownDeb, isLong: true },
    createKnownList('known apk', { ecosystem: 'apk', system: ALPINE, form: APK }, archive),
    { ...knownLanguages, isLong: true },
    { ...mixLists(knownDeb, knownLanguages), isLong: true },
  ];
}

/** Of ten packages of an image, three of the system and one of a language have advisories. */
function mixLists(ofSystem: List, ofLanguages: List): List {
  const absent = ['npm', 'pypi', 'golang'];
  return {
    title: 'as an image',
    system: DEBIAN,
    packageAt(index) {
      const place = index % 10;
      const version = `1.${index}.0`;
      if (place < 3) {
        return ofSystem.packageAt(Math.floor(index / 10) * 3 + place);
      }
      if (place < 6) {
        return { purl: DEB.replace('NAME', `absent-${index}`).replace('VERSION', version) };
      }
      const type = absent[place - 7];
      return type === undefined
        ? ofLanguages.packageAt(Math.floor(index / 10))
        : { purl: `pkg:${type}/absent-${index}@${version}` };
    },
  };
}

/** Of one ecosystem, or of all languages; `form` is a package URL with NAME and VERSION in it. */
interface Kind {
  readonly ecosystem: string;
  readonly system: readonly [string, string];
  readonly form: string;
}

/** Every name with a version of its own statement, starting again when the names are used up. */
function createKnownList(title: string, { ecosystem, system, form }: Kind, archive: string): List {
  const names = readNames(archive, ecosystem);
  return {
    title,
    system,
    packageAt(index) {
      const { name, version, type } = present(names[index % names.length], 'a name');
      const again = Math.floor(index / names.length);
      const used = again === 0 ? version : `${version}.${again}`;
      const purl = form === '' ? `pkg:${PURL_TYPES[type] ?? type}/NAME@VERSION` : form;
      const path = name.replaceAll('@', '%40');
      return { purl: purl.replace('NAME', path).replace('VERSION', encodeURIComponent(used)) };
    },
  };
}

interface KnownName {
  readonly name: string;
  readonly type: string;
  readonly version: string;
}

function readNames(archive: string, ecosystem: string): readonly KnownName[] {
  const file = join(folder, 'source.db');
  if (!existsSync(file)) {
    run([
      'sh',
      '-c',
      'zstd -dc "$1" | tar -xO ./vulnerability.db vulnerability.db > "$2" 2>/dev/null || test -s "$2"',
      'sh',
      archive,
      file,
    ]);
  }
  using database = new DatabaseSync(file, { readOnly: true });
  const types = ecosystem === '' ? Object.keys(PURL_TYPES) : [ecosystem];
  const marks = types.map(() => '?').join(', ');
  return database
    .prepare(
      `SELECT p.name AS name, p.ecosystem AS type, min(json_extract(b.value, '$.ranges[0].version.constraint')) AS range
       FROM affected_package_handles a JOIN packages p ON p.id = a.package_id JOIN blobs b ON b.id = a.blob_id
       WHERE p.ecosystem IN (${marks}) GROUP BY p.name, p.ecosystem ORDER BY p.ecosystem, p.name`,
    )
    .all(...types)
    .map((row) => ({
      name: String(row['name']),
      type: String(row['type']),
      version: /[0-9][0-9A-Za-z.:~+-]*/.exec(String(row['range']))?.[0] ?? '1.0.0',
    }));
}

function writeList({ title, system, packageAt }: List, size: number): string {
  const file = join(folder, `${title.replaceAll(' ', '-')}-${size}.cdx.json`);
  const packages = Array.from({ length: size }, (_, index) => {
    const { purl, cpe } = packageAt(index);
    const [, path = '', version = ''] = /^pkg:[^/]+\/(.*)@([^@?]+)/.exec(purl) ?? [];
    const name = decodeURIComponent(
      path.slice(path.startsWith('%40') ? 0 : path.lastIndexOf('/') + 1),
    );
    const plain = decodeURIComponent(version);
    const common = { type: 'library', 'bom-ref': `p${index}`, name, version: plain, purl };
    return cpe === undefined ? common : { ...common, cpe };
  });
  const [name, version] = system;
  const distro = {
    type: 'operating-system',
    'bom-ref': 'os',
    name,
    version,
    properties: [
      { name: 'syft:distro:id', value: name },
      { name: 'syft:distro:versionID', value: version },
    ],
  };
  const document = { bomFormat: 'CycloneDX', specVersion: '1.5', version: 1 };
  writeFileSync(file, JSON.stringify({ ...document, components: [distro, ...packages] }));
  return file;
}

async function compare(
  list: List,
  size: number,
  program: readonly string[],
  cache: string,
): Promise<string[]> {
  const file = `sbom:${writeList(list, size)}`;
  const own = [...program, file, '-q', '--offline', '-o', 'grype-json', '--cache-dir', cache];
  const peer = [grype, file, '-q', '-o', 'json'];
  const candidates = [
    { title: 'plimsoll', command: own },
    ...(grype === '' ? [] : [{ title: 'grype', command: peer }]),
  ];
  const runs = size > (SIZES[0] ?? 0) ? 1 : Number(values.runs);
  const options = { runs, folder, environment: createEnvironment() };
  const [ours, theirs] = await measure(candidates, options);
  const digests = new Set(
    Array.from({ length: REPEATS }, () => createHash('sha256').update(run(own)).digest('hex')),
  );
  const formatRatio = (valueOf: (one: Measurement) => number | undefined): string => {
    const [left, right] = [ours && valueOf(ours), theirs && valueOf(theirs)];
    return left === undefined || right === undefined ? '' : `${(right / left).toFixed(2)} ×`;
  };
  return [
    list.title,
    String(size),
    formatSeconds(ours?.cpuSeconds),
    formatSeconds(ours?.wallSeconds),
    formatPeak(ours),
    formatSeconds(theirs?.cpuSeconds),
    formatSeconds(theirs?.wallSeconds),
    formatPeak(theirs),
    formatRatio(({ cpuSeconds }) => cpuSeconds),
    formatRatio(({ peakBytes }) => peakBytes),
    digests.size === 1 ? 'yes' : `${digests.size} of ${REPEATS}`,
  ];
}

function formatSeconds(value: number | undefined): string {
  return value === undefined ? '' : `${value.toFixed(2)} s`;
}

function formatPeak(one: Measurement | undefined): string {
  return one?.peakBytes === undefined ? '' : `${(one.peakBytes / 2 ** 20).toFixed(0)} MiB`;
}

function printLine(line: string): void {
  process.stdout.write(`${line}\n`);
}
