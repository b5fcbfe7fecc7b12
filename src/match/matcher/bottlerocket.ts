import type { Matcher } from '../matcher.ts';
import { searchSystem } from '../search/system-search.ts';

/** Packages of Bottlerocket. Their versions are those of its builds, which only it speaks of. */
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
