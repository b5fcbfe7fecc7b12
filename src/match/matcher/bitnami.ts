import { createEcosystemMatcher } from '../ecosystem-matcher.ts';

/** Applications packaged by Bitnami, by name. */
export const bitnami = createEcosystemMatcher({
  id: 'bitnami',
  title: 'Bitnami applications',
  spec: 'https://github.com/bitnami/vulndb',
  types: ['bitnami'],
  scheme: 'bitnami',
});
