import type { ReachWorld } from '../../rule-contract.ts';
import type { Environment } from './environment.ts';
import type { ModuleSearch } from './find-module.ts';

/** One file as one interpreter sees it. */
export interface PythonContext {
  readonly path: string;
  readonly world: ReachWorld;
  readonly environment: Environment;
  readonly search: ModuleSearch;
  /** Directories in which modules are looked up. */
  readonly folders: readonly string[];
  /** Whether the file is the started program. */
  readonly isMain: boolean;
}
