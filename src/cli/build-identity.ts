import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { compareText } from '../foundation/core/compare-text.ts';
import { VERSION } from '../foundation/core/package-version.ts';

/** The directory beside the entry points that `tools/bundle.ts` writes all other modules to. */
const CHUNKS = 'chunk';

/**
 * Returns a string that changes with every change of the code: the module names of a built program
 * contain hashes of their content. `undefined` if the program runs from its sources.
 */
export function buildIdentity(): string | undefined {
  const { filename, dirname } = import.meta;
  if (filename.endsWith('.ts')) {
    return undefined;
  }
  const chunks = readdirSync(basename(dirname) === CHUNKS ? dirname : join(dirname, CHUNKS));
  return [VERSION, ...chunks.sort(compareText)].join(' ');
}
