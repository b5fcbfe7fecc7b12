import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';

export const SKIP_REASON = 'the recorded answers are missing: set PLIMSOLL_CONFORMANCE_DIR';

const REPOSITORY = resolve(import.meta.dirname, '..', '..');

/**
 * Returns the directory of recorded answers: `PLIMSOLL_CONFORMANCE_DIR`, by default `../shared`
 * beside the checkout; `undefined` if it is absent. Tests that need it then skip with {@link
 * SKIP_REASON}. In CI, a configured directory must exist so that no test is skipped.
 */
export function findSharedMaterial(): string | undefined {
  const { CI, PLIMSOLL_CONFORMANCE_DIR: named } = process.env;
  const folder = resolve(REPOSITORY, named ?? '../shared');
  if (existsSync(join(folder, 'corpus'))) return folder;
  if (CI === 'true' && named !== undefined) throw new Error(SKIP_REASON);
  return undefined;
}

/** For scripts that cannot run without it. */
export function requireSharedMaterial(): string {
  const folder = findSharedMaterial();
  if (folder === undefined) {
    throw new Error(SKIP_REASON);
  }
  return folder;
}
