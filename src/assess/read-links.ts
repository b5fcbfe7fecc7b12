import { appendAll } from '../core/append-all.ts';
import type { ExtractedFact, Extractor, FileView, LayerFacts } from '../core/cataloger.ts';
import type { FileTable } from '../core/file-table.ts';
import type { OpenTarget } from '../core/target.ts';
import { dispatchFor } from '../read/dispatch.ts';
import { type ReadOptions, readAgain } from '../read/read-layer.ts';
import { type UnreadLink, unreadLinks, type WantedName } from '../view/unread-links.ts';

/** What was read so far. */
export interface ReadSoFar {
  readonly view: FileView;
  readonly layers: readonly LayerFacts[];
  /** Given where links count that a later layer hides. */
  readonly viewOf?: (layers: readonly LayerFacts[]) => FileView;
  /** Absent where nobody asks. */
  readonly ownedOf?: OwnedOf | undefined;
}

/** Which of some real paths packages of the operating system own, by what was read so far. */
export type OwnedOf = (
  paths: ReadonlySet<string>,
  read: Pick<ReadSoFar, 'view' | 'layers'>,
) => ReadonlySet<string>;

/**
 * Reads once more what is wanted by the name of a link only, such as a database that a later layer
 * moved and left a link to. Most images have none of these. The layers of others are read a second
 * time for just those files.
 */
export async function readLinks(
  target: OpenTarget,
  read: ReadSoFar,
  options: ReadOptions,
): Promise<readonly LayerFacts[]> {
  const { layers } = read;
  const dispatch = dispatchFor(options.extractors);
  const wantedAt = (path: string): WantedName[] =>
    dispatch
      .wanting(path, NO_HEAD)
      .filter(({ want }) => want.isByOwnPath !== true)
      .map(({ extractor, want }) => ({ extractor: extractor.id, role: want.role }));
  const found: UnreadLink[] = [];
  for (const view of viewsOf(read, wantedAt, options.limits.layerStatesMax)) {
    appendAll(found, unreadLinks(view, layers, wantedAt).filter(isNewTo(found)));
  }
  const unread = withoutOwned(found, read, options.extractors);
  if (unread.length === 0) {
    return layers;
  }
  const message = `reading ${unread.length} files again that links revealed: ${namesOf(unread)}`;
  options.progress.emit({ kind: 'notice', level: 'info', message });
  const byLayer = Map.groupBy(unread, ({ ref }) => ref.layer);
  const complete = async (facts: LayerFacts, number: number): Promise<LayerFacts> => {
    const wanted = byLayer.get(number) ?? [];
    const input = target.layers[number];
    if (wanted.length === 0 || input === undefined) {
      return facts;
    }
    const extractors = options.extractors.flatMap((extractor) =>
      narrowed(extractor, wanted, facts),
    );
    const lastRow = Math.max(...wanted.map(({ ref }) => ref.row));
    const again = await readAgain(input, { known: facts, lastRow }, { ...options, extractors });
    return {
      ...facts,
      facts: [...facts.facts, ...sameRows(facts, again).map(underLinkOf(wanted))],
    };
  };
  return await oneByOne(layers, complete);
}

/** Leaves out what would only be made to yield to the owner of the file. */
function withoutOwned(
  links: readonly UnreadLink[],
  read: ReadSoFar,
  extractors: readonly Extractor<unknown>[],
): readonly UnreadLink[] {
  const yielding = new Set(
    extractors.flatMap(({ id, wants }) =>
      wants.filter((want) => want.yieldsToOwner === true).map(({ role }) => `${id}\0${role}`),
    ),
  );
  const isYielding = ({ extractor, role }: UnreadLink): boolean =>
    yielding.has(`${extractor}\0${role}`);
  const paths = new Set(links.filter(isYielding).map(({ realPath }) => realPath));
  const owned = paths.size === 0 ? undefined : read.ownedOf?.(paths, read);
  return owned === undefined
    ? links
    : links.filter((link) => !(isYielding(link) && owned.has(link.realPath)));
}

/**
 * Layers that are read at the same time take memory at the same time, and from the budget of the
 * target in any order.
 */
async function oneByOne(
  layers: readonly LayerFacts[],
  work: (facts: LayerFacts, number: number) => Promise<LayerFacts>,
): Promise<readonly LayerFacts[]> {
  const done: LayerFacts[] = [];
  for (const [number, facts] of layers.entries()) {
    done.push(await work(facts, number));
  }
  return done;
}

/** The view, and the states of lower layers that add a link with a wanted name. */
function* viewsOf(
  { view, layers, viewOf }: ReadSoFar,
  wantedAt: (path: string) => readonly WantedName[],
  statesMax: number,
): Iterable<FileView> {
  yield view;
  let states = 0;
  for (let number = layers.length - 2; number >= 0 && states < statesMax; number--) {
    const files = layers[number]?.files;
    if (viewOf !== undefined && files !== undefined && hasWantedLink(files, wantedAt)) {
      states++;
      yield viewOf(layers.slice(0, number + 1));
    }
  }
}

function isNewTo(known: readonly UnreadLink[]): (link: UnreadLink) => boolean {
  const identity = ({ extractor, role, ref }: UnreadLink): string =>
    `${extractor}\0${role}\0${ref.layer}:${ref.row}`;
  const identities = new Set(known.map(identity));
  return (link) => !identities.has(identity(link));
}

function hasWantedLink(
  files: FileTable,
  wantedAt: (path: string) => readonly WantedName[],
): boolean {
  for (let row = 0; row < files.length; row++) {
    const type = files.type(row);
    const isLink = type === 'symlink' || type === 'hardlink';
    if (isLink && wantedAt(files.path(row)).length > 0) {
      return true;
    }
  }
  return false;
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

function underLinkOf(wanted: readonly UnreadLink[]): (fact: ExtractedFact) => ExtractedFact {
  return (fact) => {
    const link = wanted.find(
      ({ extractor, role, ref }) =>
        extractor === fact.extractor && role === fact.role && ref.row === fact.row,
    );
    const { extractor, role, row } = fact;
    return link === undefined
      ? fact
      : { extractor, role, row, fact: fact.fact, linkPath: link.path };
  };
}

/**
 * A directory may have changed between the readings: only facts whose row still has its path count.
 */
function sameRows(first: LayerFacts, again: LayerFacts): readonly ExtractedFact[] {
  return again.facts.filter(
    ({ row }) => row < first.files.length && first.files.path(row) === again.files.path(row),
  );
}
