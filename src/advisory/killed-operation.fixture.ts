import { hash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { DEFAULT_LIMITS } from '../core/limits.ts';
import { SILENT } from '../core/progress.ts';
import { buildDatabase } from './build-database.ts';
import { createKeyDirectory, readSigningKeys } from './delivery/key-directory.ts';
import { publishDatabase } from './delivery/publish-database.ts';
import { fetchFeeds } from './fetch/fetch-feeds.ts';
import { importDatabase } from './import-database.ts';
import type { FeedProvider } from './provider/contract.ts';
import {
  packGrypeArchive,
  writeGrypeDatabase,
} from './provider/grype-v6/grype-database.fixture.ts';
import { updateDatabase } from './update/update-database.ts';

/**
 * A change of data on disk that is killed at many moments. `prepare` fills a directory with the old
 * state and the input of the new one; `run` makes the new state, in any process.
 */
export interface KilledOperation {
  prepare(folder: string): Promise<void>;
  run(folder: string): Promise<void>;
  /** The directory that is changed, below the one of the operation. */
  readonly changed: string;
}

const NOW = '2026-01-03T00:00:00Z';
const OPTIONS = { progress: SILENT, limits: DEFAULT_LIMITS, now: NOW, machineTime: NOW };
const NEW_CONTENT = "UPDATE blobs SET value = replace(value, '< 1.2', '< 1.4');";
const FETCHED: readonly string[] = ['a', 'b', 'c', 'd'];

const FEED: FeedProvider = {
  kind: 'feed',
  id: 'feed',
  title: 'feed',
  spec: 'https://feeds.example/',
  sources: FETCHED.map((name) => ({ url: `https://feeds.example/${name}.json`, form: 'document' })),
  license: { expression: 'CC0-1.0', attribution: 'feed' },
  version: 1,
  rules: {},
  async *read() {
    // The documents are only downloaded.
  },
};

export const KILLED_OPERATIONS: Readonly<Record<string, KilledOperation>> = {
  fetch: {
    changed: 'feeds',
    async prepare(folder) {
      writeMirror(folder, 'old');
      await runFetch(folder);
      writeMirror(folder, 'new');
    },
    run: runFetch,
  },
  build: {
    changed: 'db',
    async prepare(folder) {
      writeDocuments(folder, '1.0.0');
      await runBuild(folder);
      writeDocuments(folder, '2.0.0');
    },
    run: runBuild,
  },
  update: {
    changed: 'db',
    async prepare(folder) {
      writeArchive(folder, '2026-01-01 00:00:00+00:00', '');
      await runUpdate(folder);
      writeArchive(folder, '2026-01-02 00:00:00+00:00', NEW_CONTENT);
    },
    run: runUpdate,
  },
  delta: {
    changed: 'db',
    async prepare(folder) {
      createKeyDirectory(path.join(folder, 'keys'));
      await publish(folder, '', NOW);
      await runDelta(folder);
      await publish(folder, NEW_CONTENT, '2026-01-03T00:01:00Z');
      // Complete shards are gone, so that only a delta leads to the new state.
      fs.rmSync(path.join(folder, 'mirror', 'shards'), { recursive: true });
    },
    run: runDelta,
  },
};

function writeMirror(folder: string, content: string): void {
  const host = path.join(folder, 'mirror', 'feeds.example');
  fs.mkdirSync(host, { recursive: true });
  for (const name of FETCHED) {
    fs.writeFileSync(path.join(host, `${name}.json`), `${content} ${name}`);
  }
}

async function runFetch(folder: string): Promise<void> {
  using resources = new DisposableStack();
  await fetchFeeds([FEED], path.join(folder, 'feeds'), {
    ...OPTIONS,
    mirror: pathToFileURL(path.join(folder, 'mirror')),
    environment: {},
    resources,
    report: ({ error }) => {
      if (error !== undefined) {
        throw error;
      }
    },
  });
}

function writeDocuments(folder: string, version: string): void {
  const tree = path.join(folder, 'tree');
  fs.mkdirSync(tree, { recursive: true });
  const affected = [{ package: { ecosystem: 'npm', name: 'left-pad' }, versions: [version] }];
  const advisory = { schema_version: '1.6.0', id: 'GHSA-aaaa-bbbb-cccc', affected };
  fs.writeFileSync(path.join(tree, 'osv.json'), JSON.stringify(advisory));
  const status = { status: 'resolved', fixed_version: version };
  const tracker = { curl: { 'CVE-2020-0001': { releases: { sid: status } } } };
  fs.writeFileSync(path.join(tree, 'tracker.json'), JSON.stringify(tracker));
}

async function runBuild(folder: string): Promise<void> {
  await buildDatabase([{ file: path.join(folder, 'tree') }], path.join(folder, 'db'), OPTIONS);
}

/** Publishes a database in Grype's form in a directory. */
function writeArchive(folder: string, built: string, change: string): void {
  const mirror = path.join(folder, 'mirror');
  fs.rmSync(mirror, { recursive: true, force: true });
  fs.mkdirSync(mirror);
  const dated = `UPDATE db_metadata SET build_timestamp = '${built}';`;
  const archive = packGrypeArchive(writeGrypeDatabase(mirror, dated + change));
  const listing = {
    status: 'active',
    schemaVersion: 'v6.1.9',
    built: built.replace(' ', 'T').replace('+00:00', 'Z'),
    path: path.basename(archive),
    checksum: `sha256:${hash('sha256', fs.readFileSync(archive), 'hex')}`,
  };
  fs.writeFileSync(path.join(mirror, 'latest.json'), JSON.stringify(listing));
}

async function runUpdate(folder: string): Promise<void> {
  await updateDatabaseFolder(folder, path.join(folder, 'mirror', 'latest.json'));
}

async function publish(folder: string, change: string, now: string): Promise<void> {
  const scratch = fs.mkdtempSync(path.join(folder, 'grype-'));
  const source = path.join(folder, 'source');
  await importDatabase(writeGrypeDatabase(scratch, change), source, OPTIONS);
  const announce = (): void => undefined;
  const { signers, keys } = readSigningKeys([path.join(folder, 'keys', 'private.pem')]);
  const options = { signers, keys, validMs: 1e9, now, limits: DEFAULT_LIMITS, announce };
  await publishDatabase(source, path.join(folder, 'mirror'), options);
}

async function runDelta(folder: string): Promise<void> {
  await updateDatabaseFolder(
    folder,
    path.join(folder, 'mirror'),
    path.join(folder, 'keys', 'public.pem'),
  );
}

async function updateDatabaseFolder(
  folder: string,
  place: string,
  keyFile?: string,
): Promise<void> {
  using resources = new DisposableStack();
  await updateDatabase(path.join(folder, 'db'), {
    ...OPTIONS,
    places: [place],
    environment: {},
    ...(keyFile === undefined ? {} : { keyFile }),
    resources,
    announce: () => undefined,
  });
}
