import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FixtureLayout } from '../../src/foundation/bytes/oci/image.fixture.ts';
import { createTar, type FixtureEntry } from '../../src/foundation/bytes/tar/tar.fixture.ts';
import { DEFAULT_LIMITS } from '../../src/foundation/core/limits.ts';
import { SILENT } from '../../src/foundation/core/progress.ts';
import { importDatabase } from '../../src/vulnerability/advisory/import-database.ts';
import { type DatabaseSeed, writeAdvisorySource } from './advisory-database.ts';
import type { ServedImage } from './image-server.ts';
import { type Ended, startProgram } from './run-program.ts';

const BUILT = '2026-01-02T03:04:05Z';
/** A day later. */
const NOW_SECONDS = '1767441845';

/** Statements about packages of Alpine 3.20. */
export const ALPINE: Omit<DatabaseSeed, 'statements'> = {
  systems: [{ name: 'alpine', major: '3', minor: '20' }],
};

/** Images created for a test, a database, and the program run on them. */
export class DecidedWorld implements Disposable {
  readonly folder = mkdtempSync(join(tmpdir(), 'plimsoll-decided-'));
  readonly #timeoutMs: number | undefined;
  #files = 0;

  /** @param timeoutMs time after which a run is killed; by default a minute */
  constructor(timeoutMs?: number) {
    this.#timeoutMs = timeoutMs;
  }

  async addDatabase(name: string, seed: DatabaseSeed): Promise<void> {
    const source = join(this.folder, `${name}.db`);
    writeAdvisorySource(source, seed);
    const options = { progress: SILENT, limits: DEFAULT_LIMITS, now: BUILT };
    await importDatabase(source, join(this.folder, name), options);
  }

  writeFile(name: string, content: object | string): string {
    const path = join(this.folder, name);
    writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
    return path;
  }

  writeImage(...layers: readonly (readonly FixtureEntry[])[]): string {
    const layout = new FixtureLayout();
    const image = layout.addImage({ layers: layers.map(createTar) });
    const file = join(this.folder, `image-${this.#files++}.tar`);
    writeFileSync(file, createTar(layout.listEntries([image])));
    return `oci-archive:${file}`;
  }

  run(...args: readonly string[]): Promise<Ended> {
    return this.runWithDatabase('db', ...args);
  }

  runWithDatabase(database: string, ...args: readonly string[]): Promise<Ended> {
    const environment = {
      PLIMSOLL_CACHE_DIR: join(this.folder, 'cache'),
      SOURCE_DATE_EPOCH: NOW_SECONDS,
    };
    const words = [...args, '--db', join(this.folder, database), '--no-db-auto-update'];
    return startProgram(words, environment, [], this.#timeoutMs).ended;
  }

  [Symbol.dispose](): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/**
 * Creates a layer of Alpine 3.20 with packages as `name version` or `name version source`, each
 * with its own program.
 */
export function createAlpineLayer(
  packages: readonly string[],
  ...more: readonly FixtureEntry[]
): readonly FixtureEntry[] {
  const records = packages.map((text) => {
    const [name = '', version = '', source = name] = text.split(' ');
    return { name, version, source };
  });
  return [
    { name: 'etc/os-release', content: 'ID=alpine\nVERSION_ID=3.20.1\n' },
    {
      name: 'lib/apk/db/installed',
      content: records
        .map(
          ({ name, version, source }) =>
            `P:${name}\nV:${version}\nA:x86_64\no:${source}\nF:usr/bin\nR:${name}\n\n`,
        )
        .join(''),
    },
    ...records.map(({ name }) => ({ name: `usr/bin/${name}`, content: name, mode: 0o755 })),
    ...more,
  ];
}

/** Creates the same image in the form that a registry serves. */
export function createServedImage(...layers: readonly (readonly FixtureEntry[])[]): ServedImage {
  const layout = new FixtureLayout();
  const tars = layers.map(createTar);
  const { digest } = layout.addImage({ layers: tars });
  const layerDigest = layout.add(tars[0] ?? '');
  return { blobs: layout.blobs, manifestDigest: digest, layerDigest };
}
