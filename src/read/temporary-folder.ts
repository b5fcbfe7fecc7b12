import { tmpdir } from 'node:os';

/** The folder of the system for temporary files, where nobody named another one. */
export function systemTemporaryFolder(): string {
  return tmpdir();
}
