import fs from 'node:fs';
import path from 'node:path';
import { UserError } from '../core/error.ts';
import { findCurrentGeneration } from './generation.ts';

/** File next to the shards of a generation: the digest of the imported archive. */
const DIGEST_FILE = 'archive-digest';
const DIGEST = /^sha256:[0-9a-f]{64}$/;

/** Throws `E_USAGE` if a text is not a digest that can pin an archive. */
export function checkPin(digest: string | undefined): void {
  if (digest !== undefined && !DIGEST.test(digest)) {
    throw new UserError('E_USAGE', `invalid value "${digest}" for --db-digest`, {
      hint: 'write sha256: followed by 64 lower-case hexadecimal digits, as "plimsoll db list" prints it',
    });
  }
}

/** Records the archive that a generation was created from. */
export function recordArchive(generation: string, digest: string): void {
  fs.writeFileSync(path.join(generation, DIGEST_FILE), `${digest}\n`);
}

/** Returns whether the current database was created from the pinned archive. */
export function isFromArchive(folder: string, pinned: string): boolean {
  return readArchive(folder) === pinned;
}

/** Throws `E_DIGEST_MISMATCH` if the current database was not created from the pinned archive. */
export function requireArchive(folder: string, pinned: string): void {
  const digest = readArchive(folder);
  if (digest !== pinned) {
    const made = digest === undefined ? 'from an unknown archive' : `from the archive ${digest}`;
    const message = `the advisory database in use was made ${made}, but ${pinned} is pinned`;
    throw new UserError('E_DIGEST_MISMATCH', message, {
      hint: 'run "plimsoll db update" to download the pinned archive, or import it with "plimsoll db import FILE"',
    });
  }
}

function readArchive(folder: string): string | undefined {
  const generation = findCurrentGeneration(folder);
  if (generation === undefined) {
    return undefined;
  }
  try {
    return fs.readFileSync(path.join(generation, DIGEST_FILE), 'utf8').trim();
  } catch {
    return undefined;
  }
}
