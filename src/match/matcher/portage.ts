import type { Matcher } from '../matcher.ts';
import { searchSystem } from '../search/system-search.ts';

/**
 * Packages of Portage, by category and name. Only what Gentoo itself says holds: databases file it
 * under a distribution of rpm packages, whose statements are about none of these.
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
