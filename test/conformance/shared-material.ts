import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';

export const SKIP_REASON = 'the recorded answers are not here (PLIMSOLL_CONFORMANCE_DIR)';

const REPOSITORY = resolve(import.meta.dirname, '..', '..');

/**
 * The directory of recorded answers: the one that `PLIMSOLL_CONFORMANCE_DIR` names, by default
 * `../shared` beside the checkout. `undefined` if it is absent; tests that need it then skip with
 * {@link SKIP_REASON}. In CI, one that is named must be there, so that none of them skips.
 */
export function sharedMaterial(): string | undefined {
  const { CI, PLIMSOLL_CONFORMANCE_DIR: named } = process.env;
  const folder = resolve(REPOSITORY, named ?? '../shared');
  if (existsSync(join(folder, 'corpus'))) return folder;
  if (CI === 'true' && named !== undefined) throw new Error(SKIP_REASON);
  return undefined;
}

/** For scripts that are of no use without it. */
export function requiredMaterial(): string {
  const folder = sharedMaterial();
  if (folder === undefined) {
    throw new Error(SKIP_REASON);
  }
  return folder;
}
