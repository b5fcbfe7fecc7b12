import { spawnSync } from 'node:child_process';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { compareText } from '../../src/foundation/core/compare-text.ts';
import { EXIT_STATUS } from '../../src/foundation/core/error.ts';
import { ROOT } from '../source-tree.ts';

interface Vex {
  readonly vulnerabilities: readonly object[];
}

/** Our decisions about findings in our own dependencies, as VEX documents. */
const DECISIONS = globSync('tools/release/vex/*.json', { cwd: ROOT }).sort(compareText);

/**
 * Writes the VEX document of a release: the program scans its own SBOM, and states each decision of
 * ours. Without findings, it has no statements.
 *
 * @returns a note about it; the document is missing without an advisory database
 */
export function writeOwnVex(program: string, sbom: string, target: string): string {
  const decisions = DECISIONS.flatMap((path) => ['--vex', join(ROOT, path)]);
  const options = ['--reproducible', '-q', ...decisions, '-o', `cyclonedx-vex=${target}`];
  // Relative, because the document contains the target as it was named.
  const { status, stderr } = spawnSync(
    process.execPath,
    [program, 'scan', basename(sbom), ...options, '-o', 'json', '--fail-incomplete'],
    { cwd: dirname(sbom), encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 },
  );
  if (!existsSync(target)) {
    if (!stderr.includes('[E_DB_MISSING]')) throw new Error(`no VEX document: ${stderr}`);
    return 'not written: there is no advisory database';
  }
  const { vulnerabilities } = JSON.parse(readFileSync(target, 'utf8')) as Vex;
  const state = status === EXIT_STATUS.fine ? 'complete' : 'incomplete: see the scan of the SBOM';
  return `${vulnerabilities.length} statements, ${state}`;
}
