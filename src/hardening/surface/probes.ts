import type { Extractor, FileView, LayerFacts } from '../../foundation/core/cataloger.ts';
import { compareText } from '../../foundation/core/compare-text.ts';
import { defined } from '../../foundation/core/defined.ts';
import type { Account } from '../../foundation/core/surface.ts';
import { createFactFinder } from '../../image/view/fact-finder.ts';
import { listVisibleFacts } from '../../image/view/visible-facts.ts';
import { accountFiles, collectAccounts } from './accounts.ts';
import { type ElfInterface, elfInterface } from './elf-interface.ts';
import { type ElfTraits, elfTraits } from './elf-traits.ts';
import { type SecretContent, secretContent } from './secret-content.ts';

/** Extractors that only the surface needs; they run in the pass that reads the layers. */
export const SURFACE_PROBES: readonly Extractor<unknown>[] = [
  elfInterface,
  elfTraits,
  secretContent,
  accountFiles,
];

/** Results of the probes. */
export interface Probed {
  /** By the real path of the file, and by further names of it. */
  readonly traits: ReadonlyMap<string, ElfTraits>;
  /** Returns the interface of the ELF file at a real path. */
  getInterface(path: string): ElfInterface | undefined;
  /** Kinds of secrets by `layer:row`, also of files that a later layer hides. */
  readonly secrets: ReadonlyMap<string, SecretContent>;
  /** Absent if `/etc/passwd` was not read. */
  readonly accounts?: readonly Account[];
}

/** @param layers those of the view, in the same order */
export function collectProbed(view: FileView, layers: readonly LayerFacts[]): Probed {
  const traits = new Map<string, ElfTraits>();
  for (const { path, otherNames = [], fact } of listVisibleFacts(view, layers, elfTraits.id)) {
    for (const name of [path, ...otherNames]) {
      traits.set(name, fact as ElfTraits);
    }
  }
  const secrets = new Map<string, SecretContent>();
  for (const [layer, { facts }] of layers.entries()) {
    for (const { extractor, row, fact } of facts) {
      if (extractor === secretContent.id) {
        const key = `${layer}:${row}`;
        const kinds = [...(secrets.get(key) ?? []), ...(fact as SecretContent)];
        secrets.set(key, [...new Set(kinds)].sort(compareText));
      }
    }
  }
  const factOf = createFactFinder(view, layers);
  const getInterface = (path: string): ElfInterface | undefined =>
    factOf(elfInterface.id, path) as ElfInterface | undefined;
  const accounts = collectAccounts(view, layers);
  return { traits, getInterface, secrets, ...defined({ accounts }) };
}
