import type { CpeRules } from '../cpe-rules.ts';
import { listJavaProducts, listJavaVendors } from '../java/java-names.ts';

/** Uses the artifact, the group, and the vendors in the manifest. */
export const javaArchive: CpeRules = {
  type: 'java-archive',
  listProducts: listJavaProducts,
  listVendors: listJavaVendors,
};
