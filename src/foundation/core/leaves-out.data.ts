/* Origin: our own. */

import type { FactKind } from './format.ts';

/** Facts that a list of findings omits: all of an inventory except names and versions. */
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
  'declaredFacts',
  'distro',
  'imageDocuments',
  'problems',
];
