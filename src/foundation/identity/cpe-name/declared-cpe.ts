import type { Cpe } from '../../core/package.ts';
import { formatCpe, parseCpe } from './cpe.ts';

/** Parses CPE names of either form; skips malformed ones. */
export function parseDeclaredCpes(texts: readonly string[]): readonly Cpe[] {
  return texts.flatMap((text): Cpe[] => {
    const name = parseCpe(text);
    return name === undefined ? [] : [{ cpe: formatCpe(name), source: 'declared' }];
  });
}

/** Joins CPE names; of equal ones, the last is kept in the place of the first. */
export function mergeCpes(left: readonly Cpe[], right: readonly Cpe[]): readonly Cpe[] {
  return [...new Map([...left, ...right].map((each) => [each.cpe, each])).values()];
}
