import { compareText } from '../core/compare-text.ts';
import type { ElfInterface } from './elf-interface.ts';

/** How much of what libraries have for others is called for. */
export interface LiveInterface {
  /** Part of their functions that something imports; absent where they have none. */
  readonly share?: number;
  /** Of each library both numbers, by path. */
  readonly items: readonly string[];
}

/**
 * Which functions of libraries others import among them, by name alone: versions of one function
 * count once. Calls inside of a library do not show, nor those of what is found by `dlsym`.
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
