import { ecosystemMatcher } from '../ecosystem-matcher.ts';

/**
 * Updates of Microsoft: the package is the product by its id, its version the article of the newest
 * update, or the word for a product that has none.
 */
export const msrc = ecosystemMatcher({
  id: 'msrc',
  title: 'Microsoft products, by installed update',
  spec: 'https://msrc.microsoft.com/update-guide',
  types: ['msrc-kb'],
  scheme: 'kb',
});
