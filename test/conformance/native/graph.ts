/** `name@version`, and `dependent@version > needed@version`. */
export interface Graph {
  readonly packages: ReadonlySet<string>;
  readonly edges: ReadonlySet<string>;
}

/** Leaves out projects by name, in any version, and their edges. */
export function omitLocal({ packages, edges }: Graph, local: ReadonlySet<string>): Graph {
  const isForeign = (id: string): boolean => !local.has(id.slice(0, id.indexOf('@', 1)));
  return {
    packages: new Set([...packages].filter(isForeign)),
    edges: new Set([...edges].filter((edge) => edge.split(' > ').every(isForeign))),
  };
}

/** Packages and edges as reported by a tool, including the names of projects. */
export class GraphNotes {
  readonly #packages = new Set<string>();
  readonly #edges = new Set<string>();
  readonly #local = new Set<string>();

  addPackage(id: string): void {
    this.#packages.add(id);
  }

  addEdge(dependent: string, needed: string): void {
    if (dependent !== needed) {
      this.#edges.add(`${dependent} > ${needed}`);
    }
  }

  /** Adds a project or a local directory by name, in any version. */
  addLocal(name: string): void {
    this.#local.add(name);
  }

  finish(hasEdges = true) {
    const all = { packages: this.#packages, edges: this.#edges };
    const { packages, edges } = omitLocal(all, this.#local);
    return {
      local: [...this.#local].sort(),
      packages: [...packages].sort(),
      ...(hasEdges ? { edges: [...edges].sort() } : {}),
    };
  }
}

export type RecordedGraph = ReturnType<GraphNotes['finish']>;

/** How to get a tool's answer about the project in a directory. */
export interface Recorder {
  /** Format of the answer, if it is not the name of the recorder. */
  readonly format?: string;
  /** Names of the files used for the answer, in any directory except module directories. */
  readonly files: readonly string[];
  readonly tool: readonly string[];
  readonly command: string;
  record(folder: string): RecordedGraph;
}
