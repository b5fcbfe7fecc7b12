import { spawnSync } from 'node:child_process';
import type { KeyObject } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { EXIT_STATUS } from '../../src/foundation/core/error.ts';
import { IMAGE_VEX } from './image-decisions.ts';
import { PLATFORMS } from './node-binary.ts';

interface ScanOptions {
  /** The program that scans. */
  readonly program: string;
  readonly key: KeyObject;
  /** A directory that only this user can enter, for the key. */
  readonly folder: string;
}

/** The error of `attest` if a scan is incomplete. The release then has no signed scan. */
const NO_SCAN = /\[E_NOTHING_STATED\]: (?<reason>.+)/u;

/**
 * Scans each platform of an image with the program, and attaches the signed results. Their time is
 * that of the sources, like all times of a release, so a scan can only seem older than it is.
 *
 * @returns a note for the list of artifacts
 */
export function attachScans(image: string, { program, key, folder }: ScanOptions): string {
  const keyFile = join(folder, 'scan-key.pem');
  writeFileSync(keyFile, key.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });
  const target = `oci-dir:${basename(image)}:latest`;
  const options = ['--key', keyFile, '--type', 'vulns', '--attach', '--vex', IMAGE_VEX];
  for (const { architecture } of PLATFORMS) {
    const { status, stderr } = spawnSync(
      process.execPath,
      [program, 'attest', target, '--platform', `linux/${architecture}`, ...options],
      { cwd: dirname(image), encoding: 'utf8' },
    );
    if (status === EXIT_STATUS.fine) continue;
    const { reason } = NO_SCAN.exec(stderr)?.groups ?? {};
    if (reason === undefined) throw new Error(`no signed scan: ${stderr}`);
    return `without a signed scan: ${reason}`;
  }
  return 'with a signed scan';
}
