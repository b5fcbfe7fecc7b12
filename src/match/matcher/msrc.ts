import { createEcosystemMatcher } from '../ecosystem-matcher.ts';

/**
 * Microsoft updates: the package is the product by its ID; its version is the article of the newest
 * update, or the word for a product without one.
 */
export const msrc = createEcosystemMatcher({
  id: 'msrc',
  title: 'Microsoft products, by installed update',
  spec: 'https://msrc.microsoft.com/update-guide',
  types: ['msrc-kb'],
  scheme: 'kb',
});
