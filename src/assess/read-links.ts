import { appendAll } from '../foundation/core/append-all.ts';
import type {
  ExtractedFact,
  Extractor,
  FileView,
  LayerFacts,
} from '../foundation/core/cataloger.ts';
import type { FileTable } from '../foundation/core/file-table.ts';
import { parseStars } from '../foundation/core/name-pattern.ts';
import type { Problem } from '../foundation/core/problem.ts';
import { formatCount } from '../foundation/core/screen-text.ts';
import type { LayerInput, OpenTarget } from '../foundation/core/target.ts';
import { getDispatch } from '../image/read/dispatch.ts';
import { parsePathPattern } from '../image/read/path-pattern.ts';
import { ProblemList } from '../image/read/problem-list.ts';
import { type ReadOptions, readAgain } from '../image/read/read-layer.ts';
import { LinkedPaths, type WantedName, type WantedPattern } from '../image/view/linked-paths.ts';
import { findUnreadLinks, type UnreadLink, type WantedRole } from '../image/view/unread-links.ts';

/** The results so far. */
export interface ReadSoFar {
  readonly view: FileView;
  readonly layers: readonly LayerFacts[];
  /** Present if links that a later layer hides count. */
  readonly createLowerView?: (layers: readonly LayerFacts[]) => FileView;
  /** Absent if not needed. */
  readonly findOwnedFiles?: OwnedFileFinder | undefined;
}

/**
 * Returns those of the given real paths that packages of the operating system own, according to the
 * results so far.
 */
export type OwnedFileFinder = (
  paths: ReadonlySet<string>,
  read: Pick<ReadSoFar, 'view' | 'layers'>,
) => ReadonlySet<string>;

/** The layers with the facts of files that links made known, and problems on the way. */
export interface ReadLinks {
  readonly layers: readonly LayerFacts[];
  readonly problems: readonly Problem[];
  /**
   * Returns whether a link with this path may lead to a directory that contains requested files.
   */
  readonly canLead: (path: string) => boolean;
}

/**
 * Reads files again that are only requested by a name from a link, such as a database that a later
 * layer moved and replaced by a link. Most images have none of these. For others, only those files
 * of the layers are read a second time.
 */
export async function readLinks(
  target: OpenTarget,
  read: ReadSoFar,
  options: ReadOptions,
): Promise<ReadLinks> {
  const { layers } = read;
  const { limits, extractors } = options;
  const problems: Problem[] = [];
  const onLimit = (): void => void problems.push(createNamesProblem(limits));
  const linked = new LinkedPaths(listWantedPatterns(extractors), limits.linkedNamesMax, onLimit);
  const canLead = (path: string): boolean => linked.isStart(path);
  const wantedAt = createRoleFinder(extractors);
  const found: UnreadLink[] = [];
  for (const view of listViews(
    read,
    (path) => wantedAt(path).length > 0 || canLead(path),
    limits,
  )) {
    appendAll(found, findUnreadLinks(view, layers, wantedAt, linked).filter(excludeKnown(found)));
  }
  const unread = dropOwned(found, read, extractors);
  if (unread.length === 0) {
    return { layers, problems, canLead };
  }
  const message = `reading ${formatCount(unread.length, 'more file')} found through links: ${formatNames(unread)}`;
  options.progress.emit({ kind: 'notice', level: 'info', message });
  const byLayer = Map.groupBy(unread, ({ ref }) => ref.layer);
  const complete = async (facts: LayerFacts, number: number): Promise<LayerFacts> => {
    const wanted = byLayer.get(number) ?? [];
    const input = target.layers[number];
    return wanted.length === 0 || input === undefined
      ? facts
      : await readWanted(input, { facts, wanted }, options);
  };
  return { layers: await mapSequentially(layers, complete), problems, canLead };
}

function createRoleFinder(
  extractors: readonly Extractor<unknown>[],
): (path: string) => WantedRole[] {
  const dispatch = getDispatch(extractors);
  return (path) =>
    dispatch
      .findWants(path, NO_HEAD)
      .filter(({ want }) => want.isByOwnPath !== true)
      .map(({ extractor, want }) => ({ extractor: extractor.id, role: want.role }));
}

function listWantedPatterns(extractors: readonly Extractor<unknown>[]): readonly WantedPattern[] {
  const wants = extractors.flatMap((extractor) => extractor.wants);
  const paths = wants.flatMap((want) => (want.isByOwnPath === true ? [] : (want.paths ?? [])));
  return [...new Set(paths)].map((text) => {
    const { isAnchored, segments } = parsePathPattern(text);
    return { isAnchored, names: segments.map(toWantedName) };
  });
}

function toWantedName(text: string): WantedName {
  return { text, literal: text.includes('*') ? undefined : text, pattern: parseStars(text) };
}

function createNamesProblem({ linkedNamesMax }: ReadOptions['limits']): Problem {
  const message = `some names behind links to directories were not read: the limit linkedNamesMax is ${linkedNamesMax}`;
  return { code: 'P_LIMIT', message };
}

interface Wanted {
  readonly facts: LayerFacts;
  readonly wanted: readonly UnreadLink[];
}

/** Reads the files of a layer again that links make known. */
async function readWanted(
  input: LayerInput,
  { facts, wanted }: Wanted,
  options: ReadOptions,
): Promise<LayerFacts> {
  const extractors = options.extractors.flatMap((extractor) => narrow(extractor, wanted, facts));
  const lastRow = Math.max(...wanted.map(({ ref }) => ref.row));
  const again = await readAgain(input, { known: facts, lastRow }, { ...options, extractors });
  const { notListed, listed } = collectProblems({ facts, wanted }, again, options.limits);
  return {
    ...facts,
    facts: [...facts.facts, ...filterSameRows(facts, again).map(addLinkPath(wanted))],
    problems: [...facts.problems, ...listed],
    ...(notListed > 0 ? { problemsNotListed: (facts.problemsNotListed ?? 0) + notListed } : {}),
  };
}

/** Problems of extractors with the files, and files that no longer exist. */
function collectProblems(
  { facts, wanted }: Wanted,
  again: LayerFacts,
  { problemsMax }: ReadOptions['limits'],
): ProblemList {
  const problems = new ProblemList(Math.max(0, problemsMax - facts.problems.length));
  for (const problem of again.problems) {
    if (problem.plugin !== undefined) {
      problems.add(problem);
    }
  }
  for (const { ref, path } of wanted) {
    if (
      ref.row >= again.files.length ||
      facts.files.getPath(ref.row) !== again.files.getPath(ref.row)
    ) {
      const message = 'the file was not read: the directory changed during the scan';
      problems.add({ code: 'P_UNREADABLE', message, path });
    }
  }
  return problems;
}

/** Leaves out files whose packages would only yield to the owner of the file. */
function dropOwned(
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
  const owned = paths.size === 0 ? undefined : read.findOwnedFiles?.(paths, read);
  return owned === undefined
    ? links
    : links.filter((link) => !(isYielding(link) && owned.has(link.realPath)));
}

/**
 * Parallel reading would take memory for several layers, and use the target's budget in any order.
 */
async function mapSequentially(
  layers: readonly LayerFacts[],
  work: (facts: LayerFacts, number: number) => Promise<LayerFacts>,
): Promise<readonly LayerFacts[]> {
  const done: LayerFacts[] = [];
  for (const [number, facts] of layers.entries()) {
    done.push(await work(facts, number));
  }
  return done;
}

/** Yields the view, and the states of the lower layers that add a link of interest. */
function* listViews(
  { view, layers, createLowerView }: ReadSoFar,
  isWanted: (path: string) => boolean,
  { layerStatesMax }: ReadOptions['limits'],
): Iterable<FileView> {
  yield view;
  let states = 0;
  for (let number = layers.length - 2; number >= 0 && states < layerStatesMax; number--) {
    const files = layers[number]?.files;
    if (createLowerView !== undefined && files !== undefined && hasWantedLink(files, isWanted)) {
      states++;
      yield createLowerView(layers.slice(0, number + 1));
    }
  }
}

function excludeKnown(known: readonly UnreadLink[]): (link: UnreadLink) => boolean {
  const toIdentity = ({ extractor, role, ref }: UnreadLink): string =>
    `${extractor}\0${role}\0${ref.layer}:${ref.row}`;
  const identities = new Set(known.map(toIdentity));
  return (link) => !identities.has(toIdentity(link));
}

function hasWantedLink(files: FileTable, isWanted: (path: string) => boolean): boolean {
  for (const row of files.listLinkRows()) {
    if (isWanted(files.getPath(row))) {
      return true;
    }
  }
  return false;
}

const NAMES_SHOWN = 3;
/** Requests by first bytes were decided in the first pass: links do not change them. */
const NO_HEAD = new Uint8Array();

function formatNames(unread: readonly UnreadLink[]): string {
  const names = unread.slice(0, NAMES_SHOWN).map(({ path }) => path);
  return unread.length > NAMES_SHOWN ? `${names.join(', ')} …` : names.join(', ');
}

/**
 * Returns the extractor, reduced to requests for the files that are only found through links. It
 * receives them under the requested names, once for each role, because a file may have several
 * names.
 */
function narrow(
  extractor: Extractor<unknown>,
  unread: readonly UnreadLink[],
  { files }: LayerFacts,
): Extractor<unknown>[] {
  const own = unread.filter((link) => link.extractor === extractor.id);
  return extractor.wants.flatMap((want) => {
    const { role, maxBytes, isHeadOnly = false } = want;
    const linked = own
      .filter((link) => link.role === role)
      .map(({ ref, path }) => ({ ownPath: files.getPath(ref.row), path }));
    const paths = new Map(linked.map(({ ownPath, path }) => [ownPath, path]));
    return linked.length === 0
      ? []
      : [
          {
            id: extractor.id,
            version: extractor.version,
            wants: [{ role, linked, maxBytes, isHeadOnly }],
            extract: (file) =>
              extractor.extract({ ...file, path: paths.get(file.path) ?? file.path }),
          },
        ];
  });
}

function addLinkPath(wanted: readonly UnreadLink[]): (fact: ExtractedFact) => ExtractedFact {
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
 * A directory may have changed between the two passes: only facts whose row still has its path
 * count.
 */
function filterSameRows(first: LayerFacts, again: LayerFacts): readonly ExtractedFact[] {
  return again.facts.filter(
    ({ row }) => row < first.files.length && first.files.getPath(row) === again.files.getPath(row),
  );
}
