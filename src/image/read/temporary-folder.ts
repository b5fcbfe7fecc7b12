import { tmpdir } from 'node:os';

/** Returns the system's directory for temporary files, used if none is configured. */
export function getSystemTemporaryFolder(): string {
  return tmpdir();
}
