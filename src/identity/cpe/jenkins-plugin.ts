import type { CpeRules } from '../cpe-rules.ts';
import { javaProducts, javaVendors } from '../java/java-names.ts';

/** As any Java archive. */
export const jenkinsPlugin: CpeRules = {
  type: 'jenkins-plugin',
  products: javaProducts,
  vendors: javaVendors,
  dictionary: 'jenkins_plugins',
};
