import type { Extractor, FileView, LayerFacts } from '../core/cataloger.ts';
import { compareText } from '../core/compare-text.ts';
import { factFinder } from '../view/fact-finder.ts';
import { visibleFacts } from '../view/visible-facts.ts';
import { type ElfInterface, elfInterface } from './elf-interface.ts';
import { type ElfTraits, elfTraits } from './elf-traits.ts';
import { type SecretContent, secretContent } from './secret-content.ts';

/** What looks into files for the surface alone, in the pass in which layers are read. */
export const SURFACE_PROBES: readonly Extractor<unknown>[] = [
  elfInterface,
  elfTraits,
  secretContent,
];

/** What the probes said. */
export interface Probed {
  /** By the real path of the file, further names of it too. */
  readonly traits: ReadonlyMap<string, ElfTraits>;
  /** Of the ELF file at a real path. */
  getInterface(path: string): ElfInterface | undefined;
  /** Kinds of secrets by `layer:row`, also of files that no later layer shows. */
  readonly secrets: ReadonlyMap<string, SecretContent>;
}

/** @param layers those of the view, in the same order */
export function collectProbed(view: FileView, layers: readonly LayerFacts[]): Probed {
  const traits = new Map<string, ElfTraits>();
  for (const { path, otherNames = [], fact } of visibleFacts(view, layers, elfTraits.id)) {
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
  const factOf = factFinder(view, layers);
  const getInterface = (path: string): ElfInterface | undefined =>
    factOf(elfInterface.id, path) as ElfInterface | undefined;
  return { traits, getInterface, secrets };
}
