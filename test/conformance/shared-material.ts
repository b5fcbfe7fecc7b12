import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';

const REPOSITORY = resolve(import.meta.dirname, '..', '..');

/**
 * The folder of recorded answers: the one that `PLIMSOLL_CONFORMANCE_DIR` names, by default
 * `../shared` beside the checkout. `undefined` where it is absent; tests that need it then skip
 * with {@link SKIP_REASON}.
 */
export function sharedMaterial(): string | undefined {
  const folder = resolve(REPOSITORY, process.env['PLIMSOLL_CONFORMANCE_DIR'] ?? '../shared');
  return existsSync(join(folder, 'corpus')) ? folder : undefined;
}

export const SKIP_REASON = 'the recorded answers are not here (PLIMSOLL_CONFORMANCE_DIR)';

/** For scripts that are of no use without it. */
export function requiredMaterial(): string {
  const folder = sharedMaterial();
  if (folder === undefined) {
    throw new Error(SKIP_REASON);
  }
  return folder;
}
