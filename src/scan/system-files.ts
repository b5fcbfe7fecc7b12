import type { Cataloger, FileView, LayerFacts } from '../core/cataloger.ts';
import type { Limits } from '../core/limits.ts';
import { visibleFacts } from '../view/visible-facts.ts';
import { assemblyOf } from './assembly-of.ts';

/** What was read of a target in one pass. */
interface PassRead {
  readonly view: FileView;
  readonly layers: readonly LayerFacts[];
}

/**
 * Which of some files packages of the operating system own. That takes what their catalogers make
 * of the pass, so it is asked for the few files that another reading would be for.
 *
 * @param paths real paths
 */
export function systemFiles(
  paths: ReadonlySet<string>,
  { view, layers }: PassRead,
  catalogers: readonly Cataloger<unknown>[],
  limits: Limits,
): ReadonlySet<string> {
  const names = new Set([...paths].map(nameOf));
  const owned = new Set<string>();
  for (const cataloger of catalogers) {
    if (!cataloger.tags.includes('os') || cataloger.can.ownedFiles === 'no') {
      continue;
    }
    const facts = visibleFacts(view, layers, cataloger.id);
    const { packages = [] } = assemblyOf(cataloger.id, () =>
      cataloger.assemble({ view, distro: undefined, facts, limits }),
    );
    for (const { language, ownedFiles } of packages) {
      for (const { path } of language === '' ? ownedFiles : []) {
        // Most files are not asked about, and are not looked for.
        const real = names.has(nameOf(path)) ? (view.resolve(path)?.path ?? path) : '';
        if (paths.has(real)) {
          owned.add(real);
        }
      }
    }
  }
  return owned;
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
