import { spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, lstatSync, mkdirSync, readlinkSync, rmSync } from 'node:fs';
import { basename, dirname, join, normalize } from 'node:path';
import type { CopyLine } from '../../src/hardening/harden/check/copy-lines.ts';

const LINKS_MAX = 40;

/** Copies a file by its content, and a directory with its links, as `COPY --from` of a build does. */
export function copyIntoRoot({ sources, target }: CopyLine, from: string, to: string): void {
  for (const source of sources) {
    const original = join(from, resolveInside(from, source));
    const found = lstatSync(original, { throwIfNoEntry: false });
    const isWhole = !target.endsWith('/');
    const wanted = isWhole ? target : join(target, basename(source));
    const place = join(to, resolveInside(to, dirname(wanted)), basename(wanted));
    if (found?.isFile() === true) {
      mkdirSync(dirname(place), { recursive: true });
      rmSync(place, { force: true });
      copyFileSync(original, place);
      chmodSync(place, found.mode);
    } else if (found?.isDirectory() === true) {
      const folder = join(to, resolveInside(to, wanted));
      mkdirSync(folder, { recursive: true });
      spawnSync('cp', ['-aT', original, folder]);
    }
  }
}

/** Resolves the links of a path inside a root file system, also absolute ones. */
function resolveInside(root: string, path: string): string {
  const rest = path.split('/').filter(Boolean);
  let at = '/';
  for (let links = 0; rest.length > 0; ) {
    const next = normalize(join(at, rest.shift() ?? ''));
    const isLink =
      lstatSync(join(root, next), { throwIfNoEntry: false })?.isSymbolicLink() === true;
    links += isLink ? 1 : 0;
    const link = isLink && links <= LINKS_MAX ? readlinkSync(join(root, next)) : undefined;
    rest.unshift(...(link ?? '').split('/').filter(Boolean));
    at = link === undefined ? next : link.startsWith('/') ? '/' : at;
  }
  return at;
}
