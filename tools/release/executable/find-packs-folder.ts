import { join } from 'node:path';
import { findPackageRoot } from './package-root.ts';

/** Rules that several packs share; not a pack itself. */
export const SHARED_RULES = 'rules.yaml';

/** Replaces `src/compliance/policy/pack/find-packs-folder.ts` in the executable. */
export function findPacksFolder(): string {
  return join(findPackageRoot(), 'packs');
}
