/** Packages and edges as a tool tells them, with names of projects among them. */
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

  /** A project, or a folder of the machine: by name, whatever its version. */
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

/** How the answer of a tool about the project in a folder is had. */
export interface Recorder {
  /** Names of the files that the answer is from, in any folder but those of modules. */
  readonly files: readonly string[];
  readonly tool: readonly string[];
  readonly command: string;
  record(folder: string): RecordedGraph;
}
