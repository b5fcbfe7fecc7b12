import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

const FOLDER = 'packs';

/** Rules that several packs share; not a pack itself. */
export const SHARED_RULES = 'rules.yaml';

/** Returns the directory of the packs: beside `dist`, or beside `src` in a checkout. */
export function findPacksFolder(): string {
  let folder = import.meta.dirname;
  while (!existsSync(join(folder, FOLDER, SHARED_RULES)) && dirname(folder) !== folder) {
    folder = dirname(folder);
  }
  return join(folder, FOLDER);
}
