import type { Matcher } from '../matcher.ts';
import { searchSystem } from '../search/system-search.ts';

/**
 * Packages of Bottlerocket. Their versions are those of its builds, so only its own statements
 * apply.
 */
export const bottlerocket: Matcher = {
  id: 'bottlerocket',
  title: 'Bottlerocket packages',
  spec: 'https://advisories.bottlerocket.aws/',
  types: ['bottlerocket'],
  isSystem: true,
  isOwnOnly: true,
  scheme: 'rpm',
  ignoreRules: [],
  partTypes: [],
  match: (subject, context) => searchSystem(subject, context),
};
