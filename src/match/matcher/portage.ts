import type { Matcher } from '../matcher.ts';
import { searchSystem } from '../search/system-search.ts';

/**
 * Packages of Portage, by category and name. Only Gentoo's own statements apply: databases store it
 * under a distribution of rpm packages, whose statements are about other packages.
 */
export const portage: Matcher = {
  id: 'portage',
  title: 'Gentoo packages',
  spec: 'https://www.gentoo.org/support/security/vulnerability-treatment-policy.html',
  types: ['portage'],
  isSystem: true,
  isOwnOnly: true,
  scheme: 'portage',
  ignoreRules: [],
  partTypes: [],
  match: (subject, context) => searchSystem(subject, context),
};
