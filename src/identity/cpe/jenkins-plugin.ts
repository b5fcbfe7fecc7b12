import type { CpeRules } from '../cpe-rules.ts';
import { listJavaProducts, listJavaVendors } from '../java/java-names.ts';

/** As any Java archive. */
export const jenkinsPlugin: CpeRules = {
  type: 'jenkins-plugin',
  listProducts: listJavaProducts,
  listVendors: listJavaVendors,
  dictionary: 'jenkins_plugins',
};
