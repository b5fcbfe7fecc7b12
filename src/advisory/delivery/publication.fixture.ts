import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { TestContext } from 'node:test';
import { DAY_MS } from '../../core/duration.ts';
import { DEFAULT_LIMITS } from '../../core/limits.ts';
import { SILENT } from '../../core/progress.ts';
import { importDatabase } from '../import-database.ts';
import { listLayers } from '../layer.ts';
import { readDatabaseManifest, toShardPath } from '../manifest.ts';
import { writeGrypeDatabase } from '../provider/grype-v6/grype-database.fixture.ts';
import type { UpdateCheck } from '../update/find-offer.ts';
import { updateDatabase } from '../update/update-database.ts';
import type { UpdateOptions } from '../update/update-options.ts';
import { createKeyDirectory, type KeyDirectory } from './key-directory.ts';
import { type Publication, type PublishOptions, publishDatabase } from './publish-database.ts';

/** Creation time of the first publication in these tests. */
const FIRST_DAY = '2026-01-03T00:00:00.000Z';

/** Returns the time some days after the first publication. */
export function addDays(count: number): string {
  return new Date(Date.parse(FIRST_DAY) + count * DAY_MS).toISOString();
}

/** SQL for states of the published database that differ in one shard. */
const CHANGES: readonly string[] = ['', '1.4', '1.5', '1.6'].map((version) =>
  version === '' ? '' : `UPDATE blobs SET value = replace(value, '< 1.2', '< ${version}');`,
);

/** A publisher with its keys and a database, and a client. All directories are temporary. */
export interface PublicationWorld {
  readonly folder: string;
  /** Directory of the published files. */
  readonly target: string;
  /** Directory of the publisher's database. */
  readonly source: string;
  /** Directory of the client's database. */
  readonly root: string;
  readonly keys: KeyDirectory;
  /** File of the public key. */
  readonly keyFile: string;
  /** Imports a state of the publisher's database, `CHANGES[state]`. */
  fill(state: number): Promise<void>;
  /** Imports a state and publishes it on a day. */
  publish(state: number, day: number, options?: Partial<PublishOptions>): Promise<Publication>;
  update(place: string, day: number, options?: Partial<UpdateOptions>): Promise<UpdateCheck>;
  /** Returns the contents of the shards of a database, by layer and name. */
  readShards(database: string): ReadonlyMap<string, Buffer>;
}

export function createPublicationWorld(t: TestContext): PublicationWorld {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'plimsoll-publication-'));
  t.after(() => fs.rmSync(folder, { recursive: true }));
  const target = path.join(folder, 'public');
  const source = path.join(folder, 'source');
  const root = path.join(folder, 'client');
  const keys = createKeyDirectory(path.join(folder, 'keys'));
  const keyFile = path.join(folder, 'keys', 'public.pem');
  return {
    folder,
    target,
    source,
    root,
    keys,
    keyFile,
    fill: (state) => fillSource(folder, source, CHANGES[state] ?? ''),
    publish: async (state, day, options = {}) => {
      await fillSource(folder, source, CHANGES[state] ?? '');
      return await publishDatabase(source, target, {
        signers: [keys.signer],
        keys: keys.keys,
        validMs: 7 * DAY_MS,
        now: addDays(day),
        limits: DEFAULT_LIMITS,
        announce: () => undefined,
        ...options,
      });
    },
    update: async (place, day, options = {}) => {
      using resources = new DisposableStack();
      return await updateDatabase(root, {
        places: [place],
        environment: {},
        keyFile,
        limits: { ...DEFAULT_LIMITS, httpTriesMax: 1 },
        progress: SILENT,
        now: addDays(day),
        machineTime: addDays(day),
        resources,
        announce: () => undefined,
        ...options,
      });
    },
    readShards,
  };
}

async function fillSource(folder: string, source: string, change: string): Promise<void> {
  const scratch = fs.mkdtempSync(path.join(folder, 'grype-'));
  const file = writeGrypeDatabase(scratch, change);
  const options = { progress: SILENT, limits: DEFAULT_LIMITS, now: FIRST_DAY };
  await importDatabase(file, source, options);
  fs.rmSync(scratch, { recursive: true });
}

function readShards(database: string): ReadonlyMap<string, Buffer> {
  return new Map(
    listLayers(database).flatMap(({ id, generation }) =>
      readDatabaseManifest(generation).shards.map(({ name }): [string, Buffer] => [
        `${id}/${name}`,
        fs.readFileSync(toShardPath(generation, name)),
      ]),
    ),
  );
}

/** Lists the files below a directory with their contents. */
export function readTree(folder: string): ReadonlyMap<string, string> {
  const names = fs.readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort();
  return new Map(
    names
      .filter((name) => fs.statSync(path.join(folder, name)).isFile())
      .map((name) => [name, fs.readFileSync(path.join(folder, name), 'latin1')]),
  );
}
