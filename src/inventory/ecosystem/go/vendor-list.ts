import type { Limits } from '../../../foundation/core/limits.ts';
import { splitLines } from '../../../foundation/syntax/text/lines.ts';
import { isLocalPath } from './module-path.ts';

export interface VendoredModule {
  /** Path of the replacement if the module is replaced. */
  readonly path: string;
  /** Directory below `vendor`: the path by which the project's sources import the module. */
  readonly folder: string;
  /** Empty for a directory. */
  readonly version: string;
  readonly line: number;
}

export interface VendorList {
  readonly modules: readonly VendoredModule[];
  readonly isCutOff: boolean;
}

/**
 * Returns the modules of `vendor/modules.txt` with copied packages, each once and with its
 * replacement. A line `# path version`, or `# path version => path version`, precedes its packages.
 * A line without the first version only repeats a replacement of go.mod, and `## ` begins an
 * annotation. Go modules reference, "Vendoring".
 */
export function parseVendorList(text: string, limits: Limits): VendorList {
  const modules = new Map<string, VendoredModule>();
  let module: VendoredModule | undefined;
  for (const { text: line, number } of splitLines(text)) {
    if (line.startsWith('#')) {
      module = line.startsWith('# ') ? parseVendoredModule(line.slice(2), number) : module;
      continue;
    }
    if (module === undefined || line === '') {
      continue;
    }
    const key = `${module.path} ${module.version}`;
    if (!modules.has(key) && modules.size >= limits.recordsMax) {
      return { modules: [...modules.values()], isCutOff: true };
    }
    modules.set(key, modules.get(key) ?? module);
    module = undefined;
  }
  return { modules: [...modules.values()], isCutOff: false };
}

function parseVendoredModule(line: string, number: number): VendoredModule | undefined {
  const [before = '', after] = line.split(' => ', 2);
  const [path = '', version = ''] = before.split(' ', 2);
  if (path === '' || version === '') {
    return undefined;
  }
  const [newPath = '', newVersion = ''] = (after ?? before).split(' ', 2);
  return isLocalPath(newPath)
    ? { path, folder: path, version: '', line: number }
    : { path: newPath, folder: path, version: newVersion, line: number };
}
