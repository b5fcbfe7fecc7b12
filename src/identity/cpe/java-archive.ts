import type { CpeRules } from '../cpe-rules.ts';
import { javaProducts, javaVendors } from '../java/java-names.ts';

/** Artifact and group, and the vendors that a manifest names. */
export const javaArchive: CpeRules = {
  type: 'java-archive',
  products: javaProducts,
  vendors: javaVendors,
};
