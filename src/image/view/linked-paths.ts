import { assert } from '../../foundation/core/assert.ts';
import type { FileView } from '../../foundation/core/cataloger.ts';
import { isNameMatch, type NamePattern } from '../../foundation/core/name-pattern.ts';
import { joinPath } from './path.ts';

/** One name of a {@link WantedPattern}. */
export interface WantedName {
  readonly text: string;
  /** Absent if the name has a `*`. */
  readonly literal: string | undefined;
  readonly pattern: NamePattern;
}

/** A path pattern of an extractor, name by name. */
export interface WantedPattern {
  /** Whether the first name must be in the root. */
  readonly isAnchored: boolean;
  readonly names: readonly WantedName[];
}

/** Patterns whose first names match, so that a directory may hold requested files. */
interface Start {
  readonly pattern: WantedPattern;
  readonly matched: number;
}

interface Place extends Start {
  /** Path by which the directory was reached, through at least one link. */
  readonly path: string;
  readonly realPath: string;
}

/**
 * Finds paths of files that a process sees through a link to a directory, and that patterns request
 * by names before the link: `/var/lib/dpkg/status` if `/var/lib/dpkg` is a link to `/opt/d`.
 *
 * Paths behind a link are looked up name by name, up to the depth of the patterns. Each directory
 * is read once for each position in a pattern, regardless of the number of links to it.
 */
export class LinkedPaths {
  readonly #starts = createStartNode();
  #stepsLeft: number;
  readonly #onLimit: () => void;

  /**
   * @param stepsMax maximum number of names that are compared; `onLimit` is called once if there
   *   are more
   */
  constructor(patterns: readonly WantedPattern[], stepsMax: number, onLimit: () => void) {
    this.#stepsLeft = stepsMax;
    this.#onLimit = onLimit;
    for (const pattern of patterns) {
      for (let matched = 1; matched < pattern.names.length; matched++) {
        this.#addStart({ pattern, matched });
      }
    }
  }

  /**
   * Returns whether a link with this path may lead to a directory that contains requested files.
   */
  isStart(path: string): boolean {
    return this.#findStarts(path).length > 0;
  }

  /** Paths of regular files behind links to directories, each once. */
  *findPaths(view: FileView): Generator<string> {
    const known = new Map<string, Map<WantedPattern, Set<number>>>();
    const pending = this.#findLinkedDirectories(view);
    for (let place = pending.pop(); place !== undefined; place = pending.pop()) {
      const { pattern, matched, realPath } = place;
      if (isKnown(known, place)) {
        continue;
      }
      const isLast = matched + 1 === pattern.names.length;
      for (const name of this.#listCandidates(view, place)) {
        const inside = joinPath(realPath, name);
        const path = joinPath(place.path, name);
        const folder = isLast ? undefined : view.findRealFolder(inside);
        if (folder !== undefined) {
          pending.push({ pattern, matched: matched + 1, path, realPath: folder });
        } else if (isLast && view.resolve(inside) !== undefined) {
          yield path;
        }
      }
    }
  }

  #addStart(start: Start): void {
    let node = this.#starts;
    for (let index = start.matched - 1; index >= 0; index--) {
      const name = start.pattern.names[index];
      assert(name !== undefined, 'a name of the pattern');
      node = name.literal === undefined ? addStar(node, name) : addLiteral(node, name.literal);
    }
    node.starts.push(start);
  }

  /** Links to directories with a name in a pattern, the first one last. */
  #findLinkedDirectories(view: FileView): Place[] {
    const places: Place[] = [];
    for (const [layer, { files }] of view.layers.entries()) {
      for (const row of files.listLinkRows()) {
        const path = view.getRealPath({ layer, row });
        const starts = path === undefined ? [] : this.#findStarts(path);
        const realPath =
          path === undefined || starts.length === 0 ? undefined : view.findRealFolder(path);
        if (path !== undefined && realPath !== undefined) {
          places.push(...starts.map((start) => ({ ...start, path, realPath })));
        }
      }
    }
    return places.sort((left, right) => (left.path < right.path ? 1 : -1));
  }

  #findStarts(path: string): readonly Start[] {
    const found: Start[] = [];
    collectStarts(this.#starts, { path, end: path.length }, found);
    return found;
  }

  #listCandidates(view: FileView, { pattern, matched, realPath }: Place): readonly string[] {
    const wanted = pattern.names[matched];
    if (wanted === undefined || this.#stepsLeft < 0) {
      return [];
    }
    const names = wanted.literal === undefined ? view.list(realPath) : [wanted.literal];
    this.#stepsLeft -= names.length;
    if (this.#stepsLeft < 0) {
      this.#onLimit();
      return [];
    }
    return wanted.literal === undefined
      ? names.filter((name) => isNameMatch(wanted.pattern, name))
      : names;
  }
}

/**
 * Starts by their matched names, the last one first: hundreds of patterns share a dozen last names
 * with a `*`, so that each of these is compared once for each link.
 */
interface StartNode {
  readonly starts: Start[];
  readonly literals: Map<string, StartNode>;
  readonly stars: Map<string, { readonly pattern: NamePattern; readonly node: StartNode }>;
}

function createStartNode(): StartNode {
  return { starts: [], literals: new Map(), stars: new Map() };
}

function addLiteral({ literals }: StartNode, name: string): StartNode {
  const node = literals.get(name) ?? createStartNode();
  literals.set(name, node);
  return node;
}

function addStar({ stars }: StartNode, { text, pattern }: WantedName): StartNode {
  const { node } = stars.get(text) ?? { node: createStartNode() };
  stars.set(text, { pattern, node });
  return node;
}

/** Adds the starts whose matched names are the last names of a path that ends at `end`. */
function collectStarts(
  { starts, literals, stars }: StartNode,
  { path, end }: { readonly path: string; readonly end: number },
  found: Start[],
): void {
  for (const start of starts) {
    if (!start.pattern.isAnchored || end === 0) {
      found.push(start);
    }
  }
  const slash = end <= 0 ? -1 : path.lastIndexOf('/', end - 1);
  if (slash < 0) {
    return;
  }
  const name = path.slice(slash + 1, end);
  const before = { path, end: slash };
  const literal = literals.get(name);
  if (literal !== undefined) {
    collectStarts(literal, before, found);
  }
  for (const { pattern, node } of stars.values()) {
    if (isNameMatch(pattern, name)) {
      collectStarts(node, before, found);
    }
  }
}

/** Adds a new entry, and returns whether it was known before. */
function isKnown(
  known: Map<string, Map<WantedPattern, Set<number>>>,
  { realPath, pattern, matched }: Place,
): boolean {
  const byPattern = known.get(realPath) ?? new Map<WantedPattern, Set<number>>();
  const numbers = byPattern.get(pattern) ?? new Set<number>();
  const isOld = numbers.has(matched);
  known.set(realPath, byPattern.set(pattern, numbers.add(matched)));
  return isOld;
}
