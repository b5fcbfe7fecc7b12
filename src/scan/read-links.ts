import type { ExtractedFact, Extractor, FileView, LayerFacts } from '../core/cataloger.ts';
import type { OpenTarget } from '../core/target.ts';
import { dispatchFor } from '../read/dispatch.ts';
import { type ReadOptions, readLayer } from '../read/read-layer.ts';
import { type UnreadLink, unreadLinks } from '../view/unread-links.ts';

/**
 * Reads once more what is wanted by the name of a link only, such as a database that a later layer
 * moved and left a link to. Most images have none of these. The layers of others are read a second
 * time for just those files.
 */
export async function readLinks(
  target: OpenTarget,
  view: FileView,
  layers: readonly LayerFacts[],
  options: ReadOptions,
): Promise<readonly LayerFacts[]> {
  const dispatch = dispatchFor(options.extractors);
  const unread = unreadLinks(view, layers, (path) =>
    dispatch
      .wanting(path, NO_HEAD)
      .map(({ extractor, want }) => ({ extractor: extractor.id, role: want.role })),
  );
  if (unread.length === 0) {
    return layers;
  }
  const message = `Reading ${unread.length} files once more that links make known: ${namesOf(unread)}`;
  options.progress.emit({ kind: 'notice', level: 'info', message });
  const byLayer = Map.groupBy(unread, ({ ref }) => ref.layer);
  return Promise.all(
    layers.map(async (facts, number) => {
      const wanted = byLayer.get(number) ?? [];
      const input = target.layers[number];
      if (wanted.length === 0 || input === undefined) {
        return facts;
      }
      const extractors = options.extractors.flatMap((extractor) =>
        narrowed(extractor, wanted, facts),
      );
      const again = await readLayer(input, { ...options, extractors });
      return { ...facts, facts: [...facts.facts, ...sameRows(facts, again)] };
    }),
  );
}

const NAMES_SHOWN = 3;
/**
 * Whether a file is wanted by its first bytes was settled in the pass: links do not change them.
 */
const NO_HEAD = new Uint8Array();

function namesOf(unread: readonly UnreadLink[]): string {
  const names = unread.slice(0, NAMES_SHOWN).map(({ path }) => path);
  return unread.length > NAMES_SHOWN ? `${names.join(', ')} …` : names.join(', ');
}

/**
 * The extractor as it is, but wanting nothing except the files that links of its own names lead to.
 */
function narrowed(
  extractor: Extractor<unknown>,
  unread: readonly UnreadLink[],
  { files }: LayerFacts,
): Extractor<unknown>[] {
  const own = unread.filter((link) => link.extractor === extractor.id);
  const wants = extractor.wants.flatMap((want) => {
    const paths = own
      .filter(({ role }) => role === want.role)
      .map(({ ref }) => files.path(ref.row))
      .filter((path) => !path.includes('*'));
    return paths.length === 0 ? [] : [{ role: want.role, paths, maxBytes: want.maxBytes }];
  });
  return wants.length === 0
    ? []
    : [
        {
          id: extractor.id,
          version: extractor.version,
          wants,
          extract: (file) => extractor.extract(file),
        },
      ];
}

/**
 * A directory may have changed between the readings: only facts whose row still has its path count.
 */
function sameRows(first: LayerFacts, again: LayerFacts): readonly ExtractedFact[] {
  return again.facts.filter(
    ({ row }) => row < first.files.length && first.files.path(row) === again.files.path(row),
  );
}
