import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { MANIFEST_NAME, type ProgramFiles } from '../compliance/attest/program-manifest.ts';
import { findPackageRoot } from './package-root.ts';
import { readProgramFiles } from './program-files.ts';

/** A program with its signed manifest, which is not verified yet. */
export interface SignedProgram {
  readonly manifest: Uint8Array;
  /** Digests the files that are present now. */
  digestFiles(): ProgramFiles;
}

/** Returns the path of the manifest of the running program. */
export function findManifestPath(): string {
  return join(findPackageRoot(), MANIFEST_NAME);
}

/** Reads the manifest of the running program; `undefined` if it has none. */
export function readSignedProgram(): SignedProgram | undefined {
  const path = findManifestPath();
  return existsSync(path)
    ? { manifest: readFileSync(path), digestFiles: () => readProgramFiles(findPackageRoot()) }
    : undefined;
}
