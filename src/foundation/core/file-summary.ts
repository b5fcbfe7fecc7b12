/** Share of executables that packages explain, as a measure of completeness. */
export interface ExecutableCoverage {
  readonly executables: number;
  readonly bytes: number;
  /** Executables that no package installed or was found in, the largest first. */
  readonly unexplained: readonly UnexplainedExecutable[];
  readonly unexplainedBytes: number;
  /** Explained share of the bytes, from 0 to 1; absent if there are no executables. */
  readonly explainedShare?: number;
}

export interface UnexplainedExecutable {
  readonly path: string;
  readonly sizeBytes: number;
  readonly format: 'elf' | 'macho' | 'pe';
}

/** The facts about the files of a target on which the completeness of an answer depends. */
export interface FileSummary extends Omit<ExecutableCoverage, 'explainedShare'> {
  /** Path of the loader that starts the programs, if it belongs to no package. */
  readonly looseLoader?: string;
}
