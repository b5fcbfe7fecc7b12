import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { present } from '../../src/core/assert.ts';

const OUTPUT_BYTES_MAX = 2 ** 29;

/** Never ask the network for anything. */
const OFFLINE = {
  GRYPE_CHECK_FOR_APP_UPDATE: 'false',
  GRYPE_DB_AUTO_UPDATE: 'false',
  GRYPE_DB_VALIDATE_AGE: 'false',
};

/** Grype with the recorded database. */
export class GrypeProgram {
  readonly #program: string;
  readonly #cache: string;

  /** Imports the database below a folder. */
  constructor(program: string, shared: string, folder: string) {
    this.#program = program;
    this.#cache = join(folder, 'grype');
    const archives = join(shared, 'advisories', 'grype-v6');
    const archive = readdirSync(archives).find((file) => file.endsWith('.tar.zst'));
    this.run(['db', 'import', join(archives, present(archive, 'the recorded database'))]);
  }

  /** What it prints; `undefined` where it fails. */
  run(args: readonly string[]): string | undefined {
    const { status, stdout } = spawnSync(this.#program, args, {
      encoding: 'utf8',
      env: { ...process.env, ...OFFLINE, GRYPE_DB_CACHE_DIR: this.#cache },
      maxBuffer: OUTPUT_BYTES_MAX,
    });
    return status === 0 ? stdout : undefined;
  }
}
