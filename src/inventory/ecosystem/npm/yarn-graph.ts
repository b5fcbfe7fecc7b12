import { type ListedPackage, mergeSameVersions } from '../package-list.ts';
import { findReachableNodes } from '../production-set.ts';
import type { Ranges } from './project-manifest.ts';
import type { YarnProject, YarnRequest, YarnWorkspace } from './yarn-project.ts';
import { type Resolution, readResolutions } from './yarn-resolution.ts';

export interface YarnPackage extends ListedPackage {
  /** Descriptors that resolve to it: `name@range`. */
  readonly provides: readonly string[];
  readonly requests: readonly YarnRequest[];
  /** Whether it is a local directory instead of a package. */
  readonly isLocal: boolean;
}

/** Data about the projects of a lock. */
export interface YarnSettings {
  readonly workspaces: readonly YarnWorkspace[];
  readonly projects: readonly YarnProject[];
  readonly resolutions: Ranges;
}

/** The index of an entry, or the name of all candidate entries. */
type Node = number | string;

/**
 * Returns the packages that production installs, each with the descriptors of its requirements.
 * Without projects all packages are kept, because the lock does not mark development packages.
 */
export function selectYarnPackages(
  packages: readonly YarnPackage[],
  { workspaces, projects, resolutions }: YarnSettings,
): ListedPackage[] {
  const index = new DescriptorIndex(packages, readResolutions(resolutions), {
    descriptors: new Set(workspaces.flatMap(({ descriptors }) => descriptors)),
    names: new Set(projects.map(({ name }) => name)),
  });
  const findNodes = (requests: readonly YarnRequest[], requester: string): Node[] =>
    requests.flatMap((request) => index.findNode(request, requester) ?? []);
  const listNeeds = (node: Node): Iterable<Node> => {
    if (typeof node === 'string') {
      return index.findNamesakes(node);
    }
    const { requests = [], name = '' } = packages[node] ?? {};
    return [...findNodes(requests, name), ...index.findPatches(node)];
  };
  const findReached = (
    requests: (project: YarnProject) => readonly YarnRequest[],
  ): ReadonlySet<Node> =>
    findReachableNodes(
      projects.flatMap((project) => findNodes(requests(project), '')),
      listNeeds,
    );
  const needed = findReached(({ production }) => production);
  const forDevelopment = findReached(({ development }) => development);
  // An unreferenced entry of Yarn 1 is stale if every request was resolved. Later versions leave no
  // stale entries, but have some that only their built-in package extensions request.
  const isExact = projects.length > 0 && workspaces.length === 0 && index.isExact;
  const isOnBoard = (place: number): boolean =>
    needed.has(place) || !(isExact || forDevelopment.has(place));
  // A package that is patched, or requested by an alias, has an entry of its own.
  return mergeSameVersions(
    packages.flatMap(({ requests, isLocal, ...listed }, place) =>
      isLocal || !isOnBoard(place)
        ? []
        : [
            {
              ...listed,
              requires: findNodes(requests, listed.name).flatMap((node) =>
                typeof node === 'number' ? (packages[node]?.provides[0] ?? []) : [],
              ),
            },
          ],
    ),
  );
}

/** `typescript@patch:typescript@npm%3A^5.1.3#optional!builtin<compat/typescript>` */
const PATCH = /@patch:([^#]*)/;

/** Projects that others may request. */
interface ProjectNames {
  readonly descriptors: ReadonlySet<string>;
  /** Yarn 1 does not list them. */
  readonly names: ReadonlySet<string>;
}

/** Finds the entry that a request resolves to. */
class DescriptorIndex {
  readonly #places = new Map<string, number>();
  readonly #byName = new Map<string, Set<number>>();
  readonly #projects: ProjectNames;
  readonly #resolutions: ReadonlyMap<string, readonly Resolution[]>;
  readonly #patches = new Map<number, number[]>();
  /** Whether all requests so far were resolved. */
  isExact = true;

  constructor(
    packages: readonly YarnPackage[],
    resolutions: ReadonlyMap<string, readonly Resolution[]>,
    projects: ProjectNames,
  ) {
    this.#resolutions = resolutions;
    this.#projects = projects;
    for (const [place, { provides }] of packages.entries()) {
      for (const descriptor of provides) {
        this.#addDescriptor(descriptor, place);
        // Paths are bound to the requesting package: `a@file:./a::locator=app%40workspace%3A.`.
        const [unbound = ''] = descriptor.split('::', 1);
        this.#addDescriptor(unbound, place);
      }
    }
    for (const [place, { provides }] of packages.entries()) {
      for (const descriptor of provides) {
        const [, source = ''] = PATCH.exec(descriptor) ?? [];
        const patched = this.#findPatched(source.replaceAll('%3A', ':').replaceAll('%40', '@'));
        if (patched !== undefined) {
          this.#patches.set(place, [...(this.#patches.get(place) ?? []), patched]);
          this.#patches.set(patched, [...(this.#patches.get(patched) ?? []), place]);
        }
      }
    }
  }

  /** Yarn 2 and 3 omit the default protocol in patches: `resolve@^1.1.7`. */
  #findPatched(source: string): number | undefined {
    const at = source.indexOf('@', 1);
    return (
      this.#places.get(source) ??
      this.#places.get(`${source.slice(0, at)}@npm:${source.slice(at + 1)}`)
    );
  }

  /** Returns entries of the same package with a patch, or without its own patch. */
  findPatches(place: number): readonly number[] {
    return this.#patches.get(place) ?? [];
  }

  #addDescriptor(descriptor: string, place: number): void {
    if (!this.#places.has(descriptor)) {
      this.#places.set(descriptor, place);
    }
    const name = getRequestedName(descriptor);
    this.#byName.set(name, (this.#byName.get(name) ?? new Set()).add(place));
  }

  findNamesakes(name: string): Iterable<number> {
    return this.#byName.get(name) ?? [];
  }

  /**
   * If a resolution replaces the descriptor, the lock does not contain the descriptor itself, and
   * earlier versions only keep its range. Then the only entry of the name is used.
   */
  findNode([name, range]: YarnRequest, requester: string): Node | undefined {
    const resolved = this.#resolutions
      .get(name)
      ?.find((each) => each.isApplicable(range, requester));
    const ranges = resolved === undefined ? [range] : [resolved.range, range];
    for (const each of ranges) {
      // Yarn 2 omits the default protocol in requests of one package for another.
      for (const descriptor of [`${name}@${each}`, `${name}@npm:${each}`]) {
        const place = this.#places.get(descriptor);
        if (place !== undefined) {
          return place;
        }
        if (this.#projects.descriptors.has(descriptor)) {
          return undefined;
        }
      }
    }
    const namesakes = this.#byName.get(name);
    const [only] = namesakes ?? [];
    const isCertain =
      namesakes === undefined ? this.#projects.names.has(name) : namesakes.size === 1;
    this.isExact &&= isCertain;
    return isCertain || namesakes === undefined ? only : name;
  }
}

function getRequestedName(descriptor: string): string {
  const at = descriptor.indexOf('@', 1);
  return at < 0 ? descriptor : descriptor.slice(0, at);
}
