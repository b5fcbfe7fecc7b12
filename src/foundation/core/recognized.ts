import type { Package } from './package.ts';

/** `foundBy` of packages that were recognized by the content of files without a record. */
export const RECOGNIZED_BY = 'base-store';

/** Whether a package was recognized by content instead of found by a record. */
export function isRecognized({ foundBy }: Pick<Package, 'foundBy'>): boolean {
  return foundBy === RECOGNIZED_BY;
}
