import type { Matcher } from '../matcher.ts';
import { searchSystem } from '../search/system-search.ts';

/**
 * Packages of Container-Optimized OS. Their versions are those of the system's builds, so that only
 * what is said of that system holds.
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
