import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { findRecordedArchive } from './recorded-database.ts';

const OUTPUT_BYTES_MAX = 2 ** 29;

/** Disables all network access. */
const OFFLINE = {
  GRYPE_CHECK_FOR_APP_UPDATE: 'false',
  GRYPE_DB_AUTO_UPDATE: 'false',
  GRYPE_DB_VALIDATE_AGE: 'false',
};

/** Grype with the recorded database. */
export class GrypeProgram {
  readonly #program: string;
  readonly #cache: string;

  /** Imports the recorded database, or another archive, below a directory. */
  constructor(
    program: string,
    shared: string,
    folder: string,
    archive = findRecordedArchive(shared),
  ) {
    this.#program = program;
    this.#cache = join(folder, 'grype');
    this.run(['db', 'import', archive]);
  }

  /** Returns the program's output; `undefined` if it fails. */
  run(args: readonly string[]): string | undefined {
    const { status, stdout } = spawnSync(this.#program, args, {
      encoding: 'utf8',
      env: { ...process.env, ...OFFLINE, GRYPE_DB_CACHE_DIR: this.#cache },
      maxBuffer: OUTPUT_BYTES_MAX,
    });
    return status === 0 ? stdout : undefined;
  }
}
