import { createPolicyError } from './file/policy-node.ts';
import { readJsonRuns, type ToolRun } from './tool-results.ts';
import { isXml, readXccdfRuns } from './xccdf-results.ts';

const RESULTS_MAX = 100_000;

/**
 * Reads the results of another tool: XCCDF, the Heimdall Data Format, or our own form in JSON.
 *
 * @throws UserError `E_POLICY` if it is none of them
 */
export function readToolRuns(bytes: Uint8Array, file: string): readonly ToolRun[] {
  const runs = isXml(bytes) ? readXccdfRuns(bytes, file) : readJsonRuns(bytes, file);
  if (runs.some(({ results }) => results.length > RESULTS_MAX)) {
    throw createPolicyError(file, `there are more than ${RESULTS_MAX} results`);
  }
  return runs;
}
