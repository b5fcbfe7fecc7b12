import { defined } from './defined.ts';
import type { Digest } from './digest.ts';
import type { Location } from './package.ts';

export interface SeenFile {
  readonly path: string;
  /** Real path, if the path leads through links. */
  readonly realPath?: string;
  /** Absent for directories. */
  readonly layer: Digest | undefined;
}

export interface LocationDetails {
  /** Default: `primary`. */
  readonly evidence?: 'primary' | 'supporting';
  /** Default: the path itself. */
  readonly accessPath?: string | undefined;
  /** Line of the record in a text file, starting at 1. */
  readonly line?: number | undefined;
}

/** Creates a location of a package: the file with its layer, and the kind of evidence. */
export function createLocation(
  { path, realPath = path, layer }: SeenFile,
  details: LocationDetails = {},
): Location {
  const { evidence = 'primary', accessPath = path, line } = details;
  return {
    path: realPath,
    accessPath,
    ...defined({ layer }),
    evidence,
    ...defined({ line }),
  };
}
