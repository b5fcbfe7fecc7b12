import { compareText } from '../../foundation/core/compare-text.ts';
import type { ElfInterface } from './elf-interface.ts';

/** The used part of the functions that libraries export. */
export interface LiveInterface {
  /** Fraction of their functions that something imports; absent if they have none. */
  readonly share?: number;
  /** Both numbers of each library, by path. */
  readonly items: readonly string[];
}

/**
 * Counts the functions of libraries that others import, by name alone: versions of one function
 * count once. Calls inside a library and uses of `dlsym` are not visible.
 */
export function measureLiveInterface(files: ReadonlyMap<string, ElfInterface>): LiveInterface {
  const wanted = new Set([...files.values()].flatMap(({ imported }) => imported.split('\n')));
  const items: string[] = [];
  let live = 0;
  let all = 0;
  for (const [path, { isLibrary, exported }] of files) {
    const functions = new Set(isLibrary && exported !== '' ? exported.split('\n') : []);
    const called = functions.values().reduce((sum, name) => sum + (wanted.has(name) ? 1 : 0), 0);
    if (functions.size > 0) {
      items.push(`${path}: ${called} of ${functions.size}`);
    }
    live += called;
    all += functions.size;
  }
  return { ...(all === 0 ? {} : { share: live / all }), items: items.toSorted(compareText) };
}
