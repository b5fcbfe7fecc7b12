import type { Matcher } from '../matcher.ts';
import { searchSystem } from '../search/system-search.ts';

/**
 * Packages of Container-Optimized OS. Their versions are those of the system's builds, so only
 * statements about that system apply.
 */
export const cos: Matcher = {
  id: 'cos',
  title: 'Container-Optimized OS packages',
  spec: 'https://cloud.google.com/container-optimized-os/docs/resources/security-overview',
  types: ['cos'],
  isSystem: true,
  isOwnOnly: true,
  scheme: 'rpm',
  ignoreRules: [],
  partTypes: [],
  match: (subject, context) => searchSystem(subject, context),
};
