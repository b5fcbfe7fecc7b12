import { joinOutcomes, type Matcher } from '../matcher.ts';
import { searchEcosystem } from '../search/ecosystem-search.ts';
import { searchProducts } from '../search/product-search.ts';

/** Packages of every type that has no matcher of its own: by name, and by CPE. */
export const stock: Matcher = {
  id: 'stock',
  title: 'Packages of any other type, by name and CPE',
  spec: 'https://csrc.nist.gov/pubs/ir/7696/final',
  types: [],
  isSystem: false,
  ignoreRules: [],
  comprehensiveSystems: [],
  notComprehensiveSystems: [],
  partTypes: ['binary'],
  match(subject, context) {
    return joinOutcomes([
      searchEcosystem(subject, [subject.name], context),
      searchProducts(subject, context),
    ]);
  },
};
