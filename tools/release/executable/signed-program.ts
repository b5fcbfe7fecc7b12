import { readSealedExecutable } from '../../../src/cli/sealed-executable.ts';
import type { SignedProgram } from '../../../src/cli/signed-program.ts';

/** Replaces `src/cli/signed-program.ts` in the executable, whose manifest is at its own end. */
export function findManifestPath(): string {
  return process.execPath;
}

export function readSignedProgram(): SignedProgram | undefined {
  return readSealedExecutable(process.execPath);
}
