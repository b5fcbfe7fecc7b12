import { basename, dirname, join } from 'node:path';
import type { Plugin, PluginContext } from 'rolldown';
import { LATE } from './part-script.ts';

/** The part of the program that a module goes to, by the id of the module. */
export interface PartPlan {
  readonly plugin: Plugin;
  /** `null`: the bundler makes a part of it by itself, as of what is imported when it is needed. */
  partOf(id: string): string | null;
}

/**
 * Puts modules together that the same roots need: the program, what it imports when it is needed,
 * and the late modules. A module is needed by all that need who imports it, so that no two parts
 * load each other but by a call of what is late.
 *
 * @param isLate whether a module is a late one: it exports functions only, and the first call of
 * one of them loads its part
 */
export function planParts(main: string, isLate: (id: string) => boolean): PartPlan {
  let parts: ReadonlyMap<string, string> = new Map();
  return {
    plugin: {
      name: 'plan-parts',
      // Nobody takes names from the program, and others may come to what it exports.
      options: (options) => ({ ...options, preserveEntrySignatures: 'allow-extension' }),
      buildEnd() {
        parts = partsOf(rootsOf(this, main, isLate), main, isLate);
      },
    },
    partOf: (id) => parts.get(id) ?? null,
  };
}

/** The roots that load each module before they do anything, in a fixed order. */
function rootsOf(
  graph: PluginContext,
  main: string,
  isLate: (id: string) => boolean,
): ReadonlyMap<string, readonly string[]> {
  const rootsById = new Map<string, string[]>();
  const roots = new Set([main]);
  for (const root of roots) {
    const reached = new Set([root]);
    for (const id of reached) {
      rootsById.set(id, [...(rootsById.get(id) ?? []), root]);
      const { importedIds = [], dynamicallyImportedIds = [] } = graph.getModuleInfo(id) ?? {};
      for (const imported of importedIds) (isLate(imported) ? roots : reached).add(imported);
      for (const imported of dynamicallyImportedIds) roots.add(imported);
    }
  }
  return rootsById;
}

/** Commands of which a few milliseconds count. */
const SWIFT_COMMANDS: ReadonlySet<string> = new Set(['compare.ts', 'sbom.ts', 'scan.ts']);
const COMMANDS = join('src', 'cli', 'command');

function isCommand(root: string): boolean {
  return dirname(root).endsWith(COMMANDS);
}

function isSwift(root: string): boolean {
  return isCommand(root) && SWIFT_COMMANDS.has(basename(root));
}

/** Formats of which a few milliseconds count. */
const SWIFT_FORMATS = /[\\/](?:grype-json|json|syft-json|table)\.ts$/u;

/** Late modules of one folder of the house are called together more often than those of several. */
function lateKind(root: string): string {
  return SWIFT_FORMATS.test(root) ? root : LATE + (/[\\/]src[\\/](\w+)/u.exec(root)?.[1] ?? '');
}

function partsOf(
  roots: ReadonlyMap<string, readonly string[]>,
  main: string,
  isLate: (id: string) => boolean,
): ReadonlyMap<string, string> {
  const numbers = new Map<string, number>();
  const parts = new Map<string, string>();
  for (const [id, all] of roots) {
    const [first = ''] = all;
    if (first === main) {
      parts.set(id, 'start');
    } else if (all.length > 1) {
      const key = keyOf(all, isLate);
      const number = numbers.get(key) ?? numbers.size + 1;
      numbers.set(key, number);
      parts.set(id, `shared-${number}`);
    } else if (isLate(first)) {
      parts.set(id, LATE + basename(first).replace(/(?:\.data)?\.ts$/u, ''));
    }
  }
  return parts;
}

/**
 * Modules with the same key are one part. To load a part takes as long as to read 20 KB more, so
 * that none is made for what only other commands would tell apart, or only late modules of a kind;
 * and what each of the swift commands needs is loaded, whatever else needs it.
 */
function keyOf(roots: readonly string[], isLate: (id: string) => boolean): string {
  if (roots.filter(isSwift).length === SWIFT_COMMANDS.size) return '';
  const telling = roots.filter((root) => isSwift(root) || !isCommand(root));
  const told = telling.length > 0 ? telling : roots;
  return [...new Set(told.map((root) => (isLate(root) ? lateKind(root) : root)))].join('\n');
}
