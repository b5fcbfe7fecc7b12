import type { Digest } from './digest.ts';
import type { Location } from './package.ts';

export interface SeenFile {
  readonly path: string;
  /** Where it lies, if the path leads through links. */
  readonly realPath?: string;
  /** Absent for directories. */
  readonly layer: Digest | undefined;
}

export interface LocationDetails {
  /** `primary` where nothing is said. */
  readonly evidence?: 'primary' | 'supporting';
  /** The path itself where nothing is said. */
  readonly accessPath?: string | undefined;
  /** Line of the record in a text file, from 1. */
  readonly line?: number | undefined;
}

/** Where a package was seen: the file with its layer, and what that says of the package. */
export function locationOf(
  { path, realPath = path, layer }: SeenFile,
  details: LocationDetails = {},
): Location {
  const { evidence = 'primary', accessPath = path, line } = details;
  return {
    path: realPath,
    accessPath,
    ...(layer === undefined ? {} : { layer }),
    evidence,
    ...(line === undefined ? {} : { line }),
  };
}
