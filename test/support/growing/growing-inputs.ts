import { BINARY_INPUTS } from './binaries.ts';
import { DOCUMENT_INPUTS } from './documents.ts';
import type { GrowingInput } from './growing-input.ts';
import { LANGUAGE_INPUTS } from './language-packages.ts';
import { LINK_INPUTS } from './links.ts';
import { MANY_FILES_INPUTS } from './many-files.ts';
import { PROGRAM_INPUTS } from './programs.ts';
import { RECORD_LIST_INPUTS } from './record-lists.ts';
import { SYSTEM_INPUTS } from './system-packages.ts';

/** An input for each reader, and for each way in which one could cost more than its bytes. */
export const GROWING_INPUTS: readonly GrowingInput[] = [
  ...SYSTEM_INPUTS,
  ...LANGUAGE_INPUTS,
  ...BINARY_INPUTS,
  ...DOCUMENT_INPUTS,
  ...PROGRAM_INPUTS,
  ...LINK_INPUTS,
  ...MANY_FILES_INPUTS,
  ...RECORD_LIST_INPUTS,
];
