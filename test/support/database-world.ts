import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { describeDatabase } from '../../src/vulnerability/advisory/describe-database.ts';
import { DatabaseMirror } from './database-mirror.ts';
import { type Ended, runProgram } from './run-program.ts';

/** Build times of the two databases of these tests. */
export const OLD = '2026-01-02T03:04:05Z';
export const NEW = '2026-01-02T23:00:00Z';
/** The current time in these tests: 2026-01-03T00:00:00Z. */
export const NOW_SECONDS = '1767398400';

/** A server that publishes a database, and a directory for one. */
export interface World {
  readonly mirror: DatabaseMirror;
  /** The directory of the database. */
  readonly root: string;
  db(word: string, ...more: readonly string[]): Promise<Ended>;
}

export async function createDatabaseWorld(t: TestContext): Promise<World> {
  const mirror = await DatabaseMirror.start();
  t.after(() => mirror[Symbol.asyncDispose]());
  const folder = mkdtempSync(join(tmpdir(), 'plimsoll-update-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const root = join(folder, 'db');
  return {
    mirror,
    root,
    db: (word, ...more) =>
      runProgram(['db', word, '--db', root, '--db-url', mirror.url, ...more], {
        SOURCE_DATE_EPOCH: NOW_SECONDS,
      }),
  };
}

/** Returns the build time; `undefined` if there is no valid database. */
export function readBuildTime(root: string): string | undefined {
  const { isValid, description } = describeDatabase(root, true);
  return isValid ? description?.builtAt : undefined;
}

/** Returns the files in the database directory besides the database and its state. */
export function listLeftovers(root: string): readonly string[] {
  return readdirSync(root).filter(
    (name) => !['current', 'update.json'].includes(name) && !name.startsWith('generation-'),
  );
}
