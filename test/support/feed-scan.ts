import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { TAG } from '../../src/foundation/bytes/rpm/header.ts';
import { createRpmDatabase } from '../../src/foundation/bytes/rpm/rpm-database.fixture.ts';
import {
  createRpmHeader,
  type FixtureTag,
} from '../../src/foundation/bytes/rpm/rpm-header.fixture.ts';
import { DEFAULT_LIMITS } from '../../src/foundation/core/limits.ts';
import { SILENT } from '../../src/foundation/core/progress.ts';
import { scan } from '../../src/report/library/library.ts';
import { buildDatabase } from '../../src/vulnerability/advisory/build-database.ts';

const NOW = '2026-11-29T00:00:00Z';

/** A package as its package manager records it. */
export interface RecordedPackage {
  readonly name: string;
  readonly version: string;
  /** Name of the source package, if it differs. */
  readonly source?: string;
  /** Only of rpm: epoch and module label. */
  readonly epoch?: number;
  readonly module?: string;
}

export interface FeedScan {
  readonly provider: string;
  /** Content of each document by its name; other values than strings are written as JSON. */
  readonly documents: Readonly<Record<string, unknown>>;
  /** Lines of the os-release file. */
  readonly system?: readonly string[];
  readonly manager?: keyof typeof RECORDS;
  readonly packages?: readonly RecordedPackage[];
  /** Other files by their paths. */
  readonly files?: Readonly<Record<string, string>>;
}

/** The result of a scan of a minimal root with a database built from the documents of one feed. */
export interface FeedScanResult {
  /** `package version: ID severity → fix` of each finding, sorted. */
  readonly findings: readonly string[];
  /** Reasons why the result is incomplete. */
  readonly gaps: readonly string[];
}

/** Writes the records of a package manager, builds the database, and scans one with the other. */
export async function scanWithFeed(feed: FeedScan): Promise<FeedScanResult> {
  const folder = mkdtempSync(join(tmpdir(), 'plimsoll-feed-scan-'));
  try {
    const files = Object.entries(feed.documents).map(([name, content]) => {
      const file = join(folder, 'documents', name);
      writeFile(file, typeof content === 'string' ? content : JSON.stringify(content));
      return { provider: feed.provider, file };
    });
    const database = join(folder, 'db');
    await buildDatabase(files, database, { progress: SILENT, limits: DEFAULT_LIMITS, now: NOW });
    const root = join(folder, 'root');
    for (const [path, content] of Object.entries(createRoot(feed))) {
      writeFile(join(root, path), content);
    }
    const { findings, inventory, coverage } = await scan(`dir:${root}`, { database, now: NOW });
    const titles = new Map(
      inventory.packages.map(({ key, name, version }) => [key, `${name} ${version}`]),
    );
    return {
      findings: findings.findings
        .map(({ id, packageKey, severity, fixVersions, fixState }) => {
          const fixed = fixVersions.join(' ') || fixState;
          return `${titles.get(packageKey)}: ${id} ${severity} → ${fixed}`;
        })
        .sort(),
      gaps: coverage.reasons.map(({ verdict, reason }) => `${verdict}: ${reason}`),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function writeFile(file: string, content: string | Uint8Array): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content);
}

function createRoot({ system, manager, packages = [], files = {} }: FeedScan): Records {
  return {
    ...(system === undefined ? {} : { 'etc/os-release': `${system.join('\n')}\n` }),
    ...(manager === undefined ? {} : RECORDS[manager](packages)),
    ...files,
  };
}

type Records = Readonly<Record<string, string | Uint8Array>>;

/** Paths and contents of the records of each package manager. */
const RECORDS = {
  apk: (packages: readonly RecordedPackage[]): Records => ({
    'lib/apk/db/installed': packages
      .map(({ name, version, source = name }) => `P:${name}\nV:${version}\nA:x86_64\no:${source}\n`)
      .join('\n'),
  }),
  dpkg: (packages: readonly RecordedPackage[]): Records => ({
    'var/lib/dpkg/status': packages
      .map(
        ({ name, version, source = name }) =>
          `Package: ${name}\nStatus: install ok installed\nSource: ${source}\n` +
          `Version: ${version}\nArchitecture: amd64\n`,
      )
      .join('\n'),
  }),
  pacman: (packages: readonly RecordedPackage[]): Records =>
    Object.fromEntries(
      packages.map(({ name, version, source = name }) => [
        `var/lib/pacman/local/${name}-${version}/desc`,
        `%NAME%\n${name}\n\n%VERSION%\n${version}\n\n%BASE%\n${source}\n\n%ARCH%\nx86_64\n\n`,
      ]),
    ),
  rpm: (packages: readonly RecordedPackage[]): Records => ({
    'var/lib/rpm/rpmdb.sqlite': createRpmDatabase(packages.map(createHeader)),
  }),
  bottlerocket: (packages: readonly RecordedPackage[]): Records => ({
    'usr/share/bottlerocket/application-inventory.json': JSON.stringify({
      Content: packages.map(({ name, version }) => {
        const [Version = '', Release = ''] = version.split('-');
        return { Name: name, Publisher: 'Bottlerocket', Version, Release, Architecture: 'x86_64' };
      }),
    }),
  }),
};

function createHeader({ name, version, source = name, epoch, module }: RecordedPackage) {
  const [upstream = '', release = ''] = version.split('-');
  const tags: FixtureTag[] = [
    { tag: TAG.name, text: name },
    { tag: TAG.version, text: upstream },
    { tag: TAG.release, text: release },
    ...(epoch === undefined ? [] : [{ tag: TAG.epoch, numbers: [epoch] }]),
    { tag: TAG.architecture, text: 'x86_64' },
    { tag: TAG.sourceRpm, text: `${source}-${upstream}-${release}.src.rpm` },
    ...(module === undefined ? [] : [{ tag: TAG.modularityLabel, text: module }]),
  ];
  return createRpmHeader(tags);
}
