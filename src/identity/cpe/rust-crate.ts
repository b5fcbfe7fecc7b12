import { openCandidate } from '../candidate-set.ts';
import type { CpeRules } from '../cpe-rules.ts';

/** Crates are listed in the CPE dictionary with their language as target software. */
export const rustCrate: CpeRules = {
  type: 'rust-crate',
  listLateVendors: (subject) => [openCandidate(`${subject.name}_project`)],
  targetSoftware: 'rust',
  dictionary: 'rust_crates',
};
