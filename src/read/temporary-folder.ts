import { tmpdir } from 'node:os';

/** Returns the system's directory for temporary files, used if none is configured. */
export function systemTemporaryFolder(): string {
  return tmpdir();
}
