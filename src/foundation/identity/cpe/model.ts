import type { CpeRules } from '../cpe-rules.ts';

/** The CPE dictionary does not list models, and their names are often those of products. */
export const model: CpeRules = {
  type: 'model',
  replacesProducts: true,
  replacesVendors: true,
};
