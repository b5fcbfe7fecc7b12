import type { CpeRules } from '../cpe-rules.ts';
import { listJavaProducts, listJavaVendors } from '../java/java-names.ts';

/** The same as for other Java archives. */
export const jenkinsPlugin: CpeRules = {
  type: 'jenkins-plugin',
  listProducts: listJavaProducts,
  listVendors: listJavaVendors,
  dictionary: 'jenkins_plugins',
};
