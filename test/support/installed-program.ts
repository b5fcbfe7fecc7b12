import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/**
 * Returns the reason to skip a test that needs installed programs, or `false` if all are available.
 * In CI, which installs them, a missing one is an error.
 */
export function skipUnlessInstalled(...programs: readonly string[]): string | false {
  const missing = programs.filter((program) => !isInstalled(program));
  if (missing.length === 0) {
    return false;
  }
  const reason = `not installed: ${missing.join(', ')}`;
  if (process.env['CI'] === 'true') {
    throw new Error(`${reason}; .ci/run installs what the tests need`);
  }
  return reason;
}

function isInstalled(program: string): boolean {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  return folders.some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
