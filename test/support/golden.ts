import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';

/**
 * Compares output with the recorded one beside the test. With `PLIMSOLL_UPDATE_GOLDEN=1` the output
 * is recorded instead; a person must review the difference before it is committed.
 */
export function assertGolden(file: URL, actual: string): void {
  if (process.env['PLIMSOLL_UPDATE_GOLDEN'] === '1') {
    writeFileSync(file, actual);
    return;
  }
  assert.equal(actual, readFileSync(file, 'utf8'));
}
