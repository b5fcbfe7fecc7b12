import { spawnSync } from 'node:child_process';
import { basename, dirname, join } from 'node:path';
import type { CopyLine } from '../../src/harden/check/copy-lines.ts';

/** Copies a file by its content, and a directory with its links, as `COPY --from` of a build does. */
export function copyIntoRoot({ sources, target }: CopyLine, from: string, to: string): void {
  for (const source of sources) {
    const original = join(from, source);
    const isWhole = !target.endsWith('/');
    const place = join(to, isWhole ? target : join(target, basename(source)));
    spawnSync('sh', ['-c', 'mkdir -p "$1"', 'sh', isWhole ? place : dirname(place)]);
    const words = isWhole
      ? ['-aT', original, place]
      : ['-pLT', '--remove-destination', original, place];
    spawnSync('cp', words);
  }
}
