import { openCandidate } from '../candidate-set.ts';
import type { CpeRules } from '../cpe-rules.ts';

/** The CPE dictionary lists crates with their language as target software. */
export const rustCrate: CpeRules = {
  type: 'rust-crate',
  listVerbatimVendors: (subject) => [openCandidate(`${subject.name}_project`)],
  targetSoftware: 'rust',
  dictionary: 'rust_crates',
};
