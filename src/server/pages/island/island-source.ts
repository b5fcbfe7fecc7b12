import { readFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';

/**
 * Returns the script of the pages. The build replaces this module by one that has the bundled
 * script; from source, Node removes the types.
 */
export function readIslands(): string {
  const source = readFileSync(new URL('./console-islands.ts', import.meta.url), 'utf8');
  return stripTypeScriptTypes(source);
}
