/*
 * The words of Syft's documents.
 *
 * Origin: Syft's JSON schema (Apache-2.0, compared at anchore/syft bf82010f3c38; see NOTICE).
 */
import { createVocabulary } from '../vocabulary.ts';

/** Types of relationships between packages and files; the ends tell the first two from others. */
export const EDGE_TYPES = createVocabulary([
  ['contains-file', 'contains'],
  ['needs-file', 'dependency-of', 'write'],
  ['dependency-of', 'dependency-of'],
  ['evident-by', 'evident-by'],
  ['owns-package', 'ownership-by-file-overlap'],
]);

export const FILE_TYPES = createVocabulary([
  ['regular', 'RegularFile'],
  ['directory', 'Directory'],
  ['symlink', 'SymbolicLink'],
  ['hardlink', 'HardLink'],
  ['character-device', 'CharacterDevice'],
  ['block-device', 'BlockDevice'],
  ['fifo', 'FIFONode'],
  ['other', 'IrregularFile'],
]);

/** Bits of POSIX modes, and those of Go's `fs.FileMode`, which Syft prints instead. */
export const MODE_BITS = [
  { bit: 0o4000, goBit: 2 ** 23 },
  { bit: 0o2000, goBit: 2 ** 22 },
  { bit: 0o1000, goBit: 2 ** 20 },
] as const;

/** Sources of CPEs; older documents have none, and other sources count as declared. */
export const CPE_SOURCES = createVocabulary([
  ['generated', 'syft-generated'],
  ['generated', '', 'read'],
  ['declared', 'declared'],
  ['dictionary', 'nvd-cpe-dictionary'],
]);
