import type { CpeRules } from '../cpe-rules.ts';
import { listJavaProducts, listJavaVendors } from '../java/java-names.ts';

/** Artifact and group, and the vendors that a manifest names. */
export const javaArchive: CpeRules = {
  type: 'java-archive',
  listProducts: listJavaProducts,
  listVendors: listJavaVendors,
};
