import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { describeDatabase } from '../../src/advisory/open-database.ts';
import { DatabaseMirror } from './database-mirror.ts';
import { type Ended, runProgram } from './run-program.ts';

/** When the two databases of these tests were built. */
export const OLD = '2026-01-02T03:04:05Z';
export const NEW = '2026-01-02T23:00:00Z';
/** The time that it is in them: 2026-01-03T00:00:00Z. */
export const NOW_SECONDS = '1767398400';

/** A place that publishes a database, and a folder for one. */
export interface World {
  readonly mirror: DatabaseMirror;
  /** The folder of the database. */
  readonly root: string;
  db(word: string, ...more: readonly string[]): Promise<Ended>;
}

export async function world(t: TestContext): Promise<World> {
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

/** `undefined` where there is no sound database. */
export function builtAt(root: string): string | undefined {
  const { isValid, description } = describeDatabase(root, true);
  return isValid ? description?.builtAt : undefined;
}

/** What lies in the database folder besides the database and its memory. */
export function leftovers(root: string): readonly string[] {
  return readdirSync(root).filter(
    (name) => !['current', 'update.json'].includes(name) && !name.startsWith('generation-'),
  );
}
