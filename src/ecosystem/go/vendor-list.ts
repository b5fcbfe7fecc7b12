import type { Limits } from '../../core/limits.ts';
import { splitLines } from '../../syntax/text/lines.ts';
import { isLocalPath } from './module-path.ts';

export interface VendoredModule {
  /** Of what replaces the module, if anything does. */
  readonly path: string;
  /** Below `vendor`: the path by which the project's sources ask for the module. */
  readonly folder: string;
  /** Empty for a folder. */
  readonly version: string;
  readonly line: number;
}

export interface VendorList {
  readonly modules: readonly VendoredModule[];
  readonly isCutOff: boolean;
}

/**
 * The modules of `vendor/modules.txt` of which packages were copied, each with what replaces it,
 * once. A line `# path version`, or `# path version => path version`, stands before its packages;
 * one without a first version only repeats a replacement of go.mod, and `## ` begins a remark. Go
 * modules reference, "Vendoring".
 */
export function parseVendorList(text: string, limits: Limits): VendorList {
  const modules = new Map<string, VendoredModule>();
  let module: VendoredModule | undefined;
  for (const { text: line, number } of splitLines(text)) {
    if (line.startsWith('#')) {
      module = line.startsWith('# ') ? moduleOf(line.slice(2), number) : module;
      continue;
    }
    if (module === undefined || line === '') {
      continue;
    }
    if (modules.size >= limits.recordsMax) {
      return { modules: [...modules.values()], isCutOff: true };
    }
    const key = `${module.path} ${module.version}`;
    modules.set(key, modules.get(key) ?? module);
    module = undefined;
  }
  return { modules: [...modules.values()], isCutOff: false };
}

function moduleOf(line: string, number: number): VendoredModule | undefined {
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
