import fs from 'node:fs';
import path from 'node:path';
import { UserError } from '../core/error.ts';
import type { Limits } from '../core/limits.ts';
import type { Progress } from '../core/progress.ts';
import { refuseFuture } from './database-future.ts';
import { DatabaseWriter, type DatabaseWriterOptions } from './database-writer.ts';
import { type DatabaseStatus, describeLayer } from './describe-database.ts';
import {
  beginGeneration,
  commitGenerations,
  discardGeneration,
  type Generation,
} from './generation.ts';
import type { DatabaseFormat } from './provider/contract.ts';
import { providers } from './provider/registry.generated.ts';

export interface ImportOptions {
  readonly progress: Progress;
  readonly limits: Limits;
  /** RFC 3339. */
  readonly now: string;
  /** Time of the machine's clock in RFC 3339, to refuse a database from the future. */
  readonly machineTime?: string;
  /** Origin of the file, which replaces the one in its metadata. */
  readonly origin?: string;
  /** Required `sha256:…` digest of the file; if absent, any digest is accepted. */
  readonly archiveDigest?: string;
  /** If true, the database may have less than half of the statements of the one it replaces. */
  readonly isLossAccepted?: boolean;
}

const HEAD_BYTES = 512;
const SCRATCH_FOLDER = 'scratch';

/**
 * Imports a database file or archive and makes it the current one. The old database stays usable
 * until then, and is kept if the import fails in any way.
 *
 * @throws UserError `E_DB_IMPORT` if the file cannot be imported, `E_LIMIT` if it is too large.
 */
export async function importDatabase(
  file: string,
  destination: string,
  options: ImportOptions,
): Promise<DatabaseStatus> {
  const { progress, limits, now } = options;
  const format = detectFormat(file);
  progress.emit({ kind: 'stage-started', stage: 'database', detail: path.basename(file) });
  try {
    using output = new GenerationOutput(destination, now);
    const { writer, scratch } = output;
    const facts = await format.convert(file, { writer, scratch, limits, progress });
    refuseFuture(facts.builtAt, options.machineTime);
    writer.finishGeneration(
      options.origin === undefined ? facts : { ...facts, origin: options.origin },
      now,
    );
    commitGenerations([output.completeGeneration()], options);
  } catch (error) {
    const failure = toImportError(file, error);
    progress.emit({ kind: 'stage-failed', stage: 'database', message: failure.message });
    throw failure;
  }
  const status = describeLayer(destination);
  progress.emit({
    kind: 'stage-finished',
    stage: 'database',
    count: status.shards.reduce((sum, { counts }) => sum + counts.affected + counts.unaffected, 0),
    unit: 'rows',
  });
  return status;
}

/** A generation that is being built. */
export class GenerationOutput implements Disposable {
  readonly writer: DatabaseWriter;
  /** Directory for temporary files. */
  readonly scratch: string;
  readonly #generation: Generation;
  #isFinished = false;

  /** `root`: directory of the generations. */
  constructor(root: string, now: string, options?: DatabaseWriterOptions) {
    this.#generation = beginGeneration(root, now);
    const { folder } = this.#generation;
    try {
      this.scratch = path.join(folder, SCRATCH_FOLDER);
      fs.mkdirSync(this.scratch);
      this.writer = new DatabaseWriter(folder, options);
    } catch (error) {
      discardGeneration(this.#generation);
      throw error;
    }
  }

  /** Removes the temporary files and returns the generation, which can be committed. */
  completeGeneration(): Generation {
    this.writer[Symbol.dispose]();
    fs.rmSync(this.scratch, { recursive: true });
    this.#isFinished = true;
    return this.#generation;
  }

  /** Removes the generation, unless it is finished. */
  [Symbol.dispose](): void {
    this.writer[Symbol.dispose]();
    if (!this.#isFinished) {
      discardGeneration(this.#generation);
    }
  }
}

function detectFormat(file: string): DatabaseFormat {
  const head = Buffer.alloc(HEAD_BYTES);
  let headBytes: number;
  try {
    const handle = fs.openSync(file, 'r');
    try {
      headBytes = fs.readSync(handle, head);
    } finally {
      fs.closeSync(handle);
    }
  } catch (cause) {
    throw new UserError('E_DB_IMPORT', `could not read the file "${file}"`, {
      hint: "name an archive of Grype's database (.tar.zst, .tar.gz) or a bare .db file",
      cause,
    });
  }
  const known = head.subarray(0, headBytes);
  const format = providers
    .filter((provider) => provider.kind === 'database')
    .find((provider) => provider.recognize(known));
  if (format === undefined) {
    throw new UserError('E_DB_IMPORT', `"${file}" is not an advisory database`, {
      hint: 'name a database archive (.tar.zst, .tar.gz) or a bare .db file',
    });
  }
  return format;
}

/** SQLite, the file system and JSON decoders throw errors of their own types. */
function toImportError(file: string, error: unknown): Error {
  if (error instanceof UserError || !(error instanceof Error)) {
    return error instanceof Error ? error : new Error(String(error));
  }
  const isOfTheWorld = 'code' in error || error instanceof SyntaxError;
  return isOfTheWorld
    ? new UserError('E_DB_IMPORT', `could not import ${path.basename(file)}: ${error.message}`, {
        hint: 'check the file; the database in use is unchanged',
        cause: error,
      })
    : error;
}
