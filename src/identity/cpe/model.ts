import type { CpeRules } from '../cpe-rules.ts';

/** Models are not listed in the CPE dictionary, and their names are often those of products. */
export const model: CpeRules = {
  type: 'model',
  replacesProducts: true,
  replacesVendors: true,
};
