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
    const isForeign = (id: string): boolean => !this.#local.has(id.slice(0, id.indexOf('@', 1)));
    const edges = [...this.#edges].filter((edge) => edge.split(' > ').every(isForeign)).sort();
    return {
      local: [...this.#local].sort(),
      packages: [...this.#packages].filter(isForeign).sort(),
      ...(hasEdges ? { edges } : {}),
    };
  }
}

export type RecordedGraph = ReturnType<GraphNotes['finish']>;

/** How to get a tool's answer about the project in a directory. */
export interface Recorder {
  /** Names of the files used for the answer, in any directory except module directories. */
  readonly files: readonly string[];
  readonly tool: readonly string[];
  readonly command: string;
  record(folder: string): RecordedGraph;
}
