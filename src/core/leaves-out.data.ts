/* Origin: our own. */

import type { FactKind } from './format.ts';

/** What a list of findings has no place for: all of an inventory but names and versions. */
export const EVERY_FACT: readonly FactKind[] = [
  'licenses',
  'cpes',
  'dependencies',
  'ownership',
  'files',
  'ownedFiles',
  'fileFacts',
  'upstreams',
  'modules',
  'symbols',
  'changelogs',
  'metadata',
  'told',
  'distro',
  'imageDocuments',
  'problems',
];
