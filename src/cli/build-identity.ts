import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { compareText } from '../core/compare-text.ts';
import { VERSION } from '../core/package-version.ts';

/** The folder beside the entry points that `tools/build.ts` writes all other code to. */
const PARTS = 'part';

/**
 * A text that changes with every change of the code that reads. The names of the parts of a built
 * program hold hashes of their content. `undefined` where the program runs from its sources.
 */
export function buildIdentity(): string | undefined {
  const { filename, dirname } = import.meta;
  if (filename.endsWith('.ts')) {
    return undefined;
  }
  const parts = readdirSync(basename(dirname) === PARTS ? dirname : join(dirname, PARTS));
  return [VERSION, ...parts.sort(compareText)].join(' ');
}
